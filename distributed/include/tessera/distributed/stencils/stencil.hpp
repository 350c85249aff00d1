/// @file
/// Stencils on global arrays: the exchange of halos overlapped with computing.
#pragma once

#include <tessera/core/loops/loop_nest.hpp>
#include <tessera/distributed/global_array.hpp>
#include <tessera/distributed/stencils/stencil_watch.hpp>

namespace tessera {

namespace detail {

void check_apply(bool same_array);

/// How many rows of the last axis but one to visit before the next plane, so that the planes a
/// stencil touches stay in the cache.
index_t rows_per_band(index_t row_bytes, index_t planes);

/// Is a plane so large that its rows come from beyond the cache each time? Then two rows at once
/// are faster, which share what they read; in cache they are slower.
bool is_out_of_cache(index_t bytes);

template <class T, std::size_t N, class Kernel> struct stencil_context {
  const Kernel* kernel;
  neighbourhood<N> around;
};

// Nothing can be thrown out of a loop marked for OpenMP: the program ends there. Kernels that may
// throw do not come here.
template <class T, std::size_t N, class Kernel>
void stencil_plane(std::byte* const* corners, const index_t* steps, index_t rows, index_t n,
                   const void* context) {
  const auto& c = *static_cast<const stencil_context<T, N, Kernel>*>(context);
  const Kernel kernel = *c.kernel;
  const neighbourhood<N> around = c.around;
  T* to = reinterpret_cast<T*>(corners[0]);
  const T* from = reinterpret_cast<const T*>(corners[1]);
  const index_t to_step = steps[0];
  const index_t from_step = steps[1];
  index_t left = rows;
  if (N == 2 && is_out_of_cache(rows * n * index_t{sizeof(T)})) {
    for (; left > 1; left -= 2, to += 2 * to_step, from += 2 * from_step) {
#pragma omp simd
      for (index_t i = 0; i < n; ++i) {
        const T* const at = from + i;
        to[i] = kept<T>(kernel(stencil_point<T, N>(at, around)));
        to[i + to_step] = kept<T>(kernel(stencil_point<T, N>(at + from_step, around)));
      }
    }
  }
  for (; left > 0; --left, to += to_step, from += from_step) {
#pragma omp simd
    for (index_t i = 0; i < n; ++i) to[i] = kept<T>(kernel(stencil_point<T, N>(from + i, around)));
  }
}

/// The stencil on one box of the block.
template <class T, std::size_t N, class Kernel>
void apply_in_box(const view<T, N>& to, const view<const T, N>& from, const halo<N>& reach,
                  const flat_box& where, const Kernel& kernel, index_t band) {
  shape_t<N> shape{};
  shape_t<N> to_strides = to.strides();
  shape_t<N> from_strides = from.strides();
  index_t to_offset = 0;
  index_t from_offset = 0;
  for (std::size_t d = 0; d < N; ++d) {
    shape[d] = where.upper[d] - where.lower[d];
    to_offset += where.lower[d] * to_strides[d];
    from_offset += where.lower[d] * from_strides[d];
  }
  auto* const source = const_cast<T*>(from.data() + from_offset); // operands are untyped bytes
  loop_operand operands[2] = {
      {reinterpret_cast<std::byte*>(to.data() + to_offset), sizeof(T), to_strides.data()},
      {reinterpret_cast<std::byte*>(source), sizeof(T), from_strides.data()}};
  const stencil_context<T, N, Kernel> context{&kernel, {from.strides(), reach}};
  run_planes(shape.data(), N, operands, 2, band, &stencil_plane<T, N, Kernel>, &context);
}

} // namespace detail

/// One step of a stencil: every cell of `v` becomes `kernel(c)`, where `c(0, 0)`, `c(-1, 0)`, ...
/// are the values of `u` at and around the cell, as far as u's halo is wide. The halo of `u` is
/// updated meanwhile: the cells that do not need it are computed while its messages are under way.
///
/// Cells that are nearer to an end of a non-periodic axis than the halo is wide keep what they hold
/// in `v`, unless `u` has a boundary condition there, or they read nothing but themselves: their
/// stencil would leave the domain. The kernel is called for several cells at once and must depend
/// on `c` alone. Results have the same bits as a serial loop. For several arrays see
/// stencil_fields.hpp.
///
/// How far a kernel reads the compiler finds out for most, and whether it can throw: where all
/// offsets are numbers in the code, and all functions that are called can be seen or are
/// `noexcept`. Others, and all without optimisation, are watched as they run, which is slower, and
/// costs an Allreduce of 16 bytes. The results are the same.
///
/// Collective. `v` and `u` are different arrays of the same distribution; v's halo becomes stale.
/// @throws argument_error naming both distributions when they differ, or when `v` is `u`;
/// index_error on all ranks for a kernel that reads beyond the halo; what the kernel throws on any
/// rank, on all ranks. Then elements of `v` may have been computed, or not.
///
///     apply(v, u, [=](auto c) {
///       return c(0, 0) + a * (c(-1, 0) + c(1, 0) + c(0, -1) + c(0, 1) - 4.0 * c(0, 0));
///     });
template <class T, std::size_t N, class Kernel>
void apply(global_array<T, N>& v, global_array<T, N>& u, const Kernel& kernel) {
  detail::check_apply(&v == &u);
  detail::check_same_distribution(v.view().node().ref(), u.view().node().ref());
  detail::global_block* const read = detail::block_of(u);
  const auto reach = detail::kernel_probe<N, Kernel, detail::types<T>>::of(kernel);
  detail::stencil_plan plan;
  detail::plan_stencil(plan, &read, 1, detail::reach_list(reach).get());
  const view<const T, N> from = std::as_const(u).owned();
  const view<T, N> to = detail::writable_part(v);
  const std::array<detail::stencil_array<N>, 2> arrays{detail::stencil_array<N>(to),
                                                       detail::stencil_array<N>(from)};
  const detail::watched_stencil<detail::types<T>, detail::types<T>, N, Kernel> watched(
      kernel, arrays, &read);
  transfer exchange = u.start_halo();
  if (plan.is_watched) {
    read->finish_halo(exchange);
    return watched.run_together(u.comm(), plan);
  }
  const detail::stencil_regions& regions = *plan.regions;
  const index_t row_bytes = N > 1 ? from.strides()[N > 1 ? N - 2 : 0] * index_t{sizeof(T)} : 0;
  const index_t band = detail::rows_per_band(row_bytes, u.halo().lower[0] + u.halo().upper[0] + 2);
  detail::apply_in_box(to, from, u.halo(), regions.interior, kernel, band);
  read->finish_halo(exchange);
  for (const detail::flat_box& slab : regions.frame)
    detail::apply_in_box(to, from, u.halo(), slab, kernel, band);
  watched.run_contested(plan.contested);
}

} // namespace tessera
