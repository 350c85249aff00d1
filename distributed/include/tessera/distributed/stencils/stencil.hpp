/// @file
/// Stencils on global arrays: the exchange of halos overlapped with computing.
#pragma once

#include <tessera/core/loops/loop_nest.hpp>
#include <tessera/core/profile.hpp>
#include <tessera/core/threads/pieces.hpp>
#include <tessera/distributed/global_array.hpp>
#include <tessera/distributed/stencils/stencil_rows.hpp>
#include <tessera/distributed/stencils/stencil_watch.hpp>

namespace tessera {

namespace detail {

void check_apply(bool same_array);

/// While a profile is recorded: a step reads or writes each of these arrays once.
void note_moved(const global_block* const* arrays, std::size_t count, index_t steps);

/// How many rows of the last axis but one to visit before the next plane, so that the planes a
/// stencil touches stay in the cache.
index_t rows_per_band(index_t row_bytes, index_t planes);

/// The stencil on one box of the block.
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

/// How the threads of the process share a box: parts of the first axis.
template <std::size_t N> class box_cut {
public:
  /// Of the cells of an array.
  box_cut(const stencil_array<N>& array, const flat_box& where)
      : where_(where), rows_(where.upper[0] - where.lower[0]) {
    index_t cells = 1; // of one step along the first axis
    for (std::size_t d = 1; d < N; ++d) cells *= where.upper[d] - where.lower[d];
    const index_t least = cells > 0 ? least_piece / cells : 1;
    const index_t in_line = cache_line / array.itemsize;
    granule_ = N == 1 && in_line > 0 ? in_line : 1;
    pieces_ = pieces_of(rows_, least > 0 ? least : 1);
  }
  [[nodiscard]] index_t pieces() const { return pieces_; }
  /// Calls f(part, number of the piece) for all that are not empty.
  template <class F> void for_parts(F&& f) const {
    for_pieces(pieces_, [&](index_t k) {
      flat_box part = where_;
      part.lower[0] = where_.lower[0] + piece_begin(k, pieces_, rows_, granule_);
      part.upper[0] = where_.lower[0] + piece_begin(k + 1, pieces_, rows_, granule_);
      if (part.lower[0] < part.upper[0]) f(part, k);
    });
  }

private:
  const flat_box& where_;
  index_t rows_;
  index_t granule_;
  index_t pieces_;
};

/// The same of a stencil that does nothing but compute its cells: on the threads of the process,
/// each with parts of the first axis.
template <std::size_t N, class Stencil>
void run_by_threads(const Stencil& stencil,
                    const std::array<stencil_array<N>, Stencil::operands>& arrays,
                    const flat_box& where, index_t band) {
  const box_cut<N> cut(arrays[0], where);
  if (cut.pieces() == 1) return run_in_box(stencil, arrays, where, band);
  cut.for_parts([&](const flat_box& part, index_t) { run_in_box(stencil, arrays, part, band); });
}

} // namespace detail

/// One step of a stencil: every cell of `v` becomes `kernel(c)`, where `c(0, 0)`, `c(-1, 0)`, ...
/// are the values of `u` at and around the cell, as far as u's halo is wide. The halo of `u` is
/// updated meanwhile: the cells that do not need it are computed while its messages are under way.
///
/// Cells that are nearer to an end of a non-periodic axis than the halo is wide keep what they hold
/// in `v`, unless `u` has a boundary condition there, or they read nothing but themselves: their
/// stencil would leave the domain. The kernel is called for several cells at once and must depend
/// on `c` alone, and on its cell, where it takes a `stencil_cell` before it. Results have the same
/// bits as a serial loop. For several arrays see stencil_fields.hpp.
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
  TESSERA_PROFILE("apply");
  detail::check_apply(&v == &u);
  detail::check_same_distribution(v.view().node().ref(), u.view().node().ref());
  detail::global_block* const read = detail::block_of(u);
  const auto reach = detail::kernel_probe<N, Kernel, detail::types<T>>::of(kernel);
  detail::stencil_plan plan;
  detail::plan_stencil(plan, &read, 1, detail::reach_list(reach).get());
  const detail::global_block* const both[] = {detail::block_of(v), read};
  detail::note_moved(both, 2, 1);
  const view<const T, N> from = std::as_const(u).owned();
  const std::array<detail::stencil_array<N>, 2> arrays{
      detail::stencil_array<N>(detail::writable_part(v)), detail::stencil_array<N>(from)};
  const detail::watched_stencil<detail::types<T>, detail::types<T>, N, Kernel> watched(
      kernel, arrays, &read, detail::origin_of<N>(*both[0]));
  const bool is_stale = !u.halo_is_fresh();
  transfer exchange = u.start_halo();
  if (plan.is_watched) {
    read->finish_halo(exchange);
    return watched.run_together(u.comm(), plan);
  }
  const detail::stencil_rows<detail::types<T>, detail::types<T>, N, Kernel> stencil{
      kernel, {{from.strides(), u.halo()}}, detail::block_origin_of(*both[0], arrays[0])};
  const index_t row_bytes = N > 1 ? from.strides()[N > 1 ? N - 2 : 0] * index_t{sizeof(T)} : 0;
  const index_t band = detail::rows_per_band(row_bytes, u.halo().lower[0] + u.halo().upper[0] + 2);
  detail::for_regions(
      plan, is_stale, [&] { read->finish_halo(exchange); },
      [&](const detail::flat_box& cells) { detail::run_by_threads(stencil, arrays, cells, band); });
  watched.run_contested(plan.contested);
}

} // namespace tessera
