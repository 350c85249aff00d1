/// @file
/// Stencils that read and compute several global arrays.
#pragma once

#include <tessera/distributed/stencils/stencil.hpp>

#include <tuple>
#include <utility>

namespace tessera {

namespace detail {

/// The first `outputs` arrays are written, the others read: all of one distribution.
/// @throws argument_error on all ranks, also when an array is written that is read, or twice.
void check_fields(const global_block* const* arrays, std::size_t outputs, std::size_t count);
/// How many rows to visit at once, see rows_per_band.
index_t common_band(const global_block* const* arrays, std::size_t outputs, std::size_t count);

template <std::size_t N, class... To, class... From, class Kernel, std::size_t... O,
          std::size_t... I>
void apply_fields(const std::tuple<global_array<To, N>&...>& to,
                  const std::tuple<global_array<From, N>&...>& from, const Kernel& kernel,
                  std::index_sequence<O...>, std::index_sequence<I...>) {
  using stencil_type = stencil_rows<types<To...>, types<From...>, N, Kernel>;
  constexpr std::size_t outputs = sizeof...(To);
  check_kernel<outputs, N, Kernel, From...>();
  constexpr std::size_t count = stencil_type::operands;
  global_block* const blocks[] = {std::get<O>(to).view().node().block...,
                                  std::get<I>(from).view().node().block...};
  TESSERA_PROFILE("apply");
  check_fields(blocks, outputs, count);
  note_moved(blocks, count, 1);
  global_block* const* const read = blocks + outputs;
  const auto reach = kernel_probe<N, Kernel, types<From...>>::of(kernel);
  stencil_plan plan;
  plan_stencil(plan, read, sizeof...(From), reach_list(reach).get());
  const std::array<stencil_array<N>, count> arrays{
      stencil_array<N>(writable_part(std::get<O>(to)))...,
      stencil_array<N>(std::as_const(std::get<I>(from)).owned())...};
  const watched_stencil<types<To...>, types<From...>, N, Kernel> watched(kernel, arrays, read,
                                                                         origin_of<N>(*blocks[0]));
  std::vector<transfer> exchanges;
  start_halos({blocks + outputs, blocks + count}, exchanges);
  const auto finish = [&exchanges] {
    for (transfer& exchange : exchanges) exchange.finish();
  };
  if (plan.is_watched) {
    finish();
    return watched.run_together(read[0]->comm(), plan);
  }
  const stencil_type stencil{kernel,
                             {{arrays[outputs + I].strides, std::get<I>(from).halo()}...},
                             block_origin_of(*blocks[0], arrays[0])};
  const index_t band = common_band(blocks, outputs, count);
  run_by_threads(stencil, arrays, plan.regions->interior, band);
  finish();
  for (const flat_box& slab : plan.regions->frame) run_by_threads(stencil, arrays, slab, band);
  watched.run_contested(plan.contested);
}

} // namespace detail

/// One step of a stencil that reads several arrays and computes one or several. The kernel gets a
/// point of each array that is read, and returns the value of the cell, or a `std::tuple`,
/// `std::pair` or `std::array` of one value for each array that is computed. All halos are updated
/// at the same time, while the cells that need none of them are computed. Arrays may have different
/// element types and halos; cells that the stencil of one array would leave alone keep what they
/// hold. An array of which the kernel reads only the cell itself, such as a coefficient, leaves
/// none alone, whatever its halo. Kernels are watched, and errors agreed on, as `apply` of one
/// array says.
///
/// Collective. All arrays have the same distribution, and none that is computed is read; none is
/// named twice.
/// @throws argument_error on all ranks otherwise; index_error for a kernel that reads beyond the
/// halo of one of them, and what the kernel throws, also on all ranks.
///
///     apply(next, std::tie(u, before), [=](auto u, auto before) {
///       return 2.0 * u(0) - before(0) + c * (u(-1) - 2.0 * u(0) + u(1));
///     });
///     apply(std::tie(a2, b2), std::tie(a, b), [=](auto a, auto b) {
///       return std::pair(a(0) + s * b(1), b(0) - s * a(-1));
///     });
template <std::size_t N, class... To, class... From, class Kernel>
void apply(const std::tuple<global_array<To, N>&...>& to,
           const std::tuple<global_array<From, N>&...>& from, const Kernel& kernel) {
  detail::apply_fields(to, from, kernel, std::index_sequence_for<To...>(),
                       std::index_sequence_for<From...>());
}
/// The same where one array is computed. Collective.
template <class T, std::size_t N, class... From, class Kernel>
void apply(global_array<T, N>& to, const std::tuple<global_array<From, N>&...>& from,
           const Kernel& kernel) {
  apply(std::tie(to), from, kernel);
}

} // namespace tessera
