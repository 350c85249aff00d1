/// @file
/// Stencils for the cells that a mask chooses.
#pragma once

#include <tessera/distributed/stencils/choosing_kernels.hpp>
#include <tessera/distributed/stencils/stencil_reductions.hpp>

#include <tuple>

namespace tessera {

/// The cells that a stencil is for: see `only_where`. A value.
template <std::size_t N> struct chosen_cells {
  global_array<bool, N>& mask; ///< true where cells are computed
};

/// For `apply`: computes the cells where `mask` is true; the others keep what they hold. The mask
/// has the distribution of the arrays. Local; refers to the mask.
///
///     apply(v, u, kernel, only_where(fluid));
template <std::size_t N> chosen_cells<N> only_where(global_array<bool, N>& mask) { return {mask}; }

namespace detail {

/// Calls f(to, from, kernel) with what a masked stencil reads and computes.
template <class... Op, std::size_t N, class... To, class... From, class Kernel, class F>
auto with_mask_of(const std::tuple<global_array<To, N>&...>& to,
                  const std::tuple<global_array<From, N>&...>& from, const Kernel& kernel,
                  global_array<bool, N>& mask, F&& f) {
  if constexpr (sizeof...(Op) == 0)
    check_kernel<sizeof...(To), N, Kernel, From...>();
  else
    static_assert(reducing_kernel<sizeof...(To), N, Kernel, types<From...>, Op...>::fits);
  return f(to, std::tuple_cat(from, std::tie(mask), to),
           masked_kernel<N, Kernel, types<From...>, types<To...>, Op...>(kernel));
}

} // namespace detail

/// One step of a stencil for the cells that `only_where` chooses; the others keep what they hold.
/// The kernel is called for all cells, and what it gives elsewhere counts for nothing. Arrays, and
/// all else, as `apply` of several arrays says.
///
/// Collective. @throws as that, and argument_error on all ranks for a mask of another distribution.
///
///     apply(std::tie(u, v), std::tie(u, v, p), kernel, only_where(fluid));
template <class To, class From, class Kernel, std::size_t N>
requires(detail::tied_arrays<To>&& detail::tied_arrays<From>) void apply(
    To&& to, From&& from, const Kernel& kernel, const chosen_cells<N>& cells) {
  detail::with_mask_of(detail::tied(to), detail::tied(from), kernel, cells.mask,
                       [](const auto& all_to, const auto& all_from, const auto& masked) {
                         apply(all_to, all_from, masked);
                       });
}

/// The same with reductions, of the terms of the cells that are chosen. Collective; arrays that are
/// read may be computed in place as there, and must not overlap otherwise.
/// @throws as that, and argument_error on all ranks for an extremum of no cells.
///
///     const double kinetic = apply(std::tie(), u, energy, only_where(fluid), op::sum);
template <class To, class From, class Kernel, std::size_t N, detail::cell_operation... Op>
requires(sizeof...(Op) > 0 && detail::tied_arrays<To> && detail::tied_arrays<From>)
    [[nodiscard]] auto apply(To&& to, From&& from, const Kernel& kernel,
                             const chosen_cells<N>& cells, const Op&... operations) {
  return detail::with_mask_of<Op...>(
      detail::tied(to), detail::tied(from), kernel, cells.mask,
      [&](const auto& all_to, const auto& all_from, const auto& masked) {
        if constexpr (!std::remove_cvref_t<decltype(masked)>::counts_cells) {
          return apply(all_to, all_from, masked, operations...);
        } else {
          const auto found = apply(all_to, all_from, masked, operations..., op::sum);
          constexpr std::size_t count = sizeof...(Op);
          if (std::get<count>(found) == 0) detail::throw_no_cells();
          return [&]<std::size_t... R>(std::index_sequence<R...>) {
            if constexpr (count == 1)
              return std::get<0>(found);
            else
              return std::make_tuple(std::get<R>(found)...);
          }
          (std::index_sequence_for<Op...>());
        }
      });
}

} // namespace tessera
