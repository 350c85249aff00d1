/// @file
/// Stencils that read and compute several global arrays.
#pragma once

#include <tessera/distributed/stencils/stencil.hpp>

#include <tuple>
#include <utility>

namespace tessera {

namespace detail {

/// The first `outputs` arrays are written, the others read: all of one distribution.
/// @throws argument_error on all ranks, also when an array is written twice.
void check_fields(const global_block* const* arrays, std::size_t outputs, std::size_t count);
/// How many rows to visit at once, see rows_per_band.
index_t common_band(const global_block* const* arrays, std::size_t outputs, std::size_t count);

/// Which cells are computed of several arrays, and whose halos are needed.
struct field_plan {
  stencil_plan cells;
  std::vector<global_block*> exchanged;
};
/// @throws argument_error on all ranks when the kernel is known to read an array that is written
/// beside the cell; as plan_stencil.
void plan_fields(field_plan& plan, global_block* const* arrays, std::size_t outputs,
                 std::size_t count, const known_reach& reach);

/// Computes the cells of `to`; `run(neighbourhoods, origin, arrays, box, band)` does so in a box.
/// Collective.
template <std::size_t N, class Totals, class... To, class... From, class Kernel, class Run,
          std::size_t... O, std::size_t... I>
void apply_fields(const std::tuple<global_array<To, N>&...>& to,
                  const std::tuple<global_array<From, N>&...>& from, const Kernel& kernel,
                  Totals* totals, const Run& run, std::index_sequence<O...>,
                  std::index_sequence<I...>) {
  constexpr std::size_t outputs = sizeof...(To);
  constexpr std::size_t count = outputs + sizeof...(From);
  global_block* const blocks[] = {std::get<O>(to).view().node().block...,
                                  std::get<I>(from).view().node().block...};
  TESSERA_PROFILE("apply");
  check_fields(blocks, outputs, count);
  note_moved(blocks, count, 1);
  global_block* const* const read = blocks + outputs;
  const auto reach = kernel_probe<N, Kernel, types<From...>>::of(kernel);
  field_plan plan;
  plan_fields(plan, blocks, outputs, count, reach_list(reach).get());
  const std::array<stencil_array<N>, count> arrays{
      stencil_array<N>(writable_part(std::get<O>(to)))...,
      stencil_array<N>(std::as_const(std::get<I>(from)).owned())...};
  const watched_stencil<types<To...>, types<From...>, N, Kernel, Totals> watched(
      kernel, arrays, read, origin_of<N>(*blocks[0]), totals);
  std::vector<transfer> exchanges;
  if (!plan.exchanged.empty()) start_halos(plan.exchanged, exchanges);
  const auto finish = [&exchanges] {
    for (transfer& exchange : exchanges) exchange.finish();
  };
  if (plan.cells.is_watched) {
    finish();
    return watched.run_together(blocks[0]->comm(), plan.cells);
  }
  const neighbourhood<N> around[] = {{arrays[outputs + I].strides, std::get<I>(from).halo()}...};
  const auto origin = block_origin_of(*blocks[0], arrays[0]);
  const index_t band = common_band(blocks, outputs, count);
  for_regions(plan.cells, !exchanges.empty(), finish,
              [&](const flat_box& cells) { run(around, origin, arrays, cells, band); });
  watched.run_contested(plan.cells.contested);
}

/// Of kernels that give nothing but the values of cells.
template <std::size_t N, class... To, class... From, class Kernel, std::size_t... I>
void apply_fields(const std::tuple<global_array<To, N>&...>& to,
                  const std::tuple<global_array<From, N>&...>& from, const Kernel& kernel,
                  std::index_sequence<I...> inputs) {
  check_kernel<sizeof...(To), N, Kernel, From...>();
  const auto run = [&kernel](const auto& around, const auto& origin, const auto& arrays,
                             const flat_box& cells, index_t band) {
    const stencil_rows<types<To...>, types<From...>, N, Kernel> rows{
        kernel, {around[I]...}, origin};
    run_by_threads(rows, arrays, cells, band);
  };
  apply_fields<N, void>(to, from, kernel, nullptr, run, std::index_sequence_for<To...>(), inputs);
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
/// An array that is computed may be read as well, in the cell alone: `r = r - a * q` in place.
///
/// Collective. All arrays have the same distribution; none is named twice on one side.
/// @throws argument_error on all ranks otherwise, and for a kernel that reads an array that is
/// computed beside the cell; index_error for one that reads beyond the halo of an array, and what
/// the kernel throws, also on all ranks.
///
///     apply(next, std::tie(u, before), [=](auto u, auto before) {
///       return 2.0 * u(0) - before(0) + c * (u(-1) - 2.0 * u(0) + u(1));
///     });
///     apply(std::tie(a2, b2), std::tie(a, b), [=](auto a, auto b) {
///       return std::pair(a(0) + s * b(1), b(0) - s * a(-1));
///     });
///     apply(r, std::tie(r, q), [=](auto r, auto q) { return r(0) - alpha * q(0); });
template <std::size_t N, class... To, class... From, class Kernel>
void apply(const std::tuple<global_array<To, N>&...>& to,
           const std::tuple<global_array<From, N>&...>& from, const Kernel& kernel) {
  detail::apply_fields(to, from, kernel, std::index_sequence_for<From...>());
}
/// The same where one array is computed. Collective.
template <class T, std::size_t N, class... From, class Kernel>
void apply(global_array<T, N>& to, const std::tuple<global_array<From, N>&...>& from,
           const Kernel& kernel) {
  apply(std::tie(to), from, kernel);
}

} // namespace tessera
