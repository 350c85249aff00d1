/// @file
/// Stencils for the cells that a mask chooses.
#pragma once

#include <tessera/distributed/stencils/stencil_reductions.hpp>

#include <limits>
#include <tuple>
#include <utility>

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

/// What changes nothing where it is reduced by Op.
template <class Op, class T> constexpr T neutral_term() {
  using limits = std::numeric_limits<T>;
  if constexpr (!is_extremum_operation<Op>)
    return T{};
  else if constexpr (limits::has_infinity)
    return std::is_same_v<Op, op::max_t> ? -limits::infinity() : limits::infinity();
  else
    return std::is_same_v<Op, op::max_t> ? limits::lowest() : (limits::max)();
}

/// A kernel on the cells that a mask chooses: behind the points of the kernel, it gets those of the
/// mask and of what the cells hold, which they keep elsewhere. With extrema, whether the cell is
/// chosen is a term more.
template <std::size_t N, class Kernel, class From, class To, class... Op> class masked_kernel;
template <std::size_t N, class Kernel, class... From, class... To, class... Op>
class masked_kernel<N, Kernel, types<From...>, types<To...>, Op...> {
  static constexpr std::size_t inputs = sizeof...(From);
  static constexpr std::size_t outputs = sizeof...(To);
  static constexpr bool has_cell = takes_cell<N, Kernel, From...>();

public:
  static constexpr bool counts_cells = (is_extremum_operation<Op> || ...);

  explicit masked_kernel(Kernel kernel) : kernel_(std::move(kernel)) {}

  template <class... Point>
  requires(!has_cell && sizeof...(Point) == inputs + 1 + outputs) auto
  operator()(const Point&... point) const {
    return chosen(std::tie(), std::tie(point...), std::make_index_sequence<inputs>());
  }
  template <class... Point>
  requires(sizeof...(Point) == inputs + 1 + outputs) auto operator()(const stencil_cell<N>& here,
                                                                     const Point&... point) const {
    return chosen(std::tie(here), std::tie(point...), std::make_index_sequence<inputs>());
  }

private:
  template <class Here, class Points, std::size_t... I>
  auto chosen(const Here& here, const Points& points, std::index_sequence<I...>) const {
    const bool is_chosen = center_of(std::get<inputs>(points));
    const auto values = std::apply(
        [&](const auto&... cell_if_any) { return kernel_(cell_if_any..., std::get<I>(points)...); },
        here);
    return select(is_chosen, values, points, std::index_sequence_for<To...>(),
                  std::index_sequence_for<Op...>());
  }
  template <class Values, class Points, std::size_t... O, std::size_t... R>
  auto select(bool is_chosen, const Values& values, const Points& points, std::index_sequence<O...>,
              std::index_sequence<R...>) const {
    const auto all = std::make_tuple(one_of(is_chosen, kept<To>(value_at<O>(values)),
                                            center_of(std::get<inputs + 1 + O>(points)))...,
                                     term<Op>(is_chosen, value_at<outputs + R>(values))...);
    if constexpr (counts_cells)
      return std::tuple_cat(all, std::make_tuple(is_chosen));
    else if constexpr (outputs + sizeof...(Op) == 1)
      return std::get<0>(all);
    else
      return all;
  }
  template <class T> static T one_of(bool is_chosen, const T& value, const T& other) {
    return is_chosen ? value : other;
  }
  template <class O, class T> static T term(bool is_chosen, const T& value) {
    return is_chosen ? value : neutral_term<O, T>();
  }

  Kernel kernel_;
};

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
