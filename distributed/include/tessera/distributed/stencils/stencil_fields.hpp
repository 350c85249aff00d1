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

/// What the loops over the arrays of a stencil have in common.
template <class To, class From, std::size_t N, class Kernel> struct field_stencil;

template <class... To, class... From, std::size_t N, class Kernel>
struct field_stencil<types<To...>, types<From...>, N, Kernel> {
  static constexpr std::size_t outputs = sizeof...(To);
  static constexpr std::size_t inputs = sizeof...(From);
  static constexpr std::size_t operands = outputs + inputs;

  const Kernel& kernel;
  neighbourhood<N> around[inputs];

  static void plane(std::byte* const* corners, const index_t* steps, index_t rows, index_t n,
                    const void* context) {
    const auto& stencil = *static_cast<const field_stencil*>(context);
    std::byte* at[operands];
    for (std::size_t k = 0; k < operands; ++k) at[k] = corners[k];
    constexpr index_t sizes[operands] = {sizeof(To)..., sizeof(From)...};
    for (; rows > 0; --rows) {
      stencil.row(at, n, std::index_sequence_for<To...>(), std::index_sequence_for<From...>());
      for (std::size_t k = 0; k < operands; ++k) at[k] += steps[k] * sizes[k];
    }
  }

private:
  template <std::size_t... O, std::size_t... I>
  void row(std::byte* const* at, index_t n, std::index_sequence<O...>,
           std::index_sequence<I...>) const {
    const std::tuple to(reinterpret_cast<To*>(at[O])...);
    const std::tuple from(reinterpret_cast<const From*>(at[outputs + I])...);
    const Kernel call = kernel;
    const neighbourhood<N> near[] = {around[I]...};
    // As in stencil_plane: nothing can be thrown out of a marked loop.
#pragma omp simd
    for (index_t i = 0; i < n; ++i) {
      const auto values = call(stencil_point<From, N>(std::get<I>(from) + i, near[I])...);
      if constexpr (outputs == 1)
        (static_cast<void>(std::get<O>(to)[i] = kept<To>(values)), ...);
      else
        (static_cast<void>(std::get<O>(to)[i] = kept<To>(std::get<O>(values))), ...);
    }
  }
};

template <std::size_t N, class Stencil>
void run_in_box(const Stencil& stencil, std::array<stencil_array<N>, Stencil::operands> arrays,
                const flat_box& where, index_t band) {
  shape_t<N> shape{};
  loop_operand operands[Stencil::operands];
  for (std::size_t k = 0; k < Stencil::operands; ++k) {
    stencil_array<N>& a = arrays[k];
    for (std::size_t d = 0; d < N; ++d) a.data += where.lower[d] * a.strides[d] * a.itemsize;
    operands[k] = {a.data, a.itemsize, a.strides.data()};
  }
  for (std::size_t d = 0; d < N; ++d) shape[d] = where.upper[d] - where.lower[d];
  run_planes(shape.data(), N, operands, Stencil::operands, band, &Stencil::plane, &stencil);
}

template <std::size_t N, class... To, class... From, class Kernel, std::size_t... O,
          std::size_t... I>
void apply_fields(const std::tuple<global_array<To, N>&...>& to,
                  const std::tuple<global_array<From, N>&...>& from, const Kernel& kernel,
                  std::index_sequence<O...>, std::index_sequence<I...>) {
  using stencil_type = field_stencil<types<To...>, types<From...>, N, Kernel>;
  constexpr std::size_t outputs = sizeof...(To);
  constexpr std::size_t count = stencil_type::operands;
  global_block* const blocks[] = {std::get<O>(to).view().node().block...,
                                  std::get<I>(from).view().node().block...};
  check_fields(blocks, outputs, count);
  global_block* const* const read = blocks + outputs;
  const auto reach = kernel_probe<N, Kernel, types<From...>>::of(kernel);
  stencil_plan plan;
  plan_stencil(plan, read, sizeof...(From), reach_list(reach).get());
  const std::array<stencil_array<N>, count> arrays{
      stencil_array<N>(writable_part(std::get<O>(to)))...,
      stencil_array<N>(std::as_const(std::get<I>(from)).owned())...};
  const watched_stencil<types<To...>, types<From...>, N, Kernel> watched(kernel, arrays, read);
  std::vector<transfer> exchanges;
  start_halos({blocks + outputs, blocks + count}, exchanges);
  const auto finish = [&exchanges] {
    for (transfer& exchange : exchanges) exchange.finish();
  };
  if (plan.is_watched) {
    finish();
    return watched.run_together(read[0]->comm(), plan);
  }
  const stencil_type stencil{kernel, {{arrays[outputs + I].strides, std::get<I>(from).halo()}...}};
  const index_t band = common_band(blocks, outputs, count);
  run_in_box(stencil, arrays, plan.regions->interior, band);
  finish();
  for (const flat_box& slab : plan.regions->frame) run_in_box(stencil, arrays, slab, band);
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
