/// @file
/// Global arrays in memory that the caller has.
#pragma once

#include <tessera/distributed/arrays/global_array_members.hpp>

namespace tessera {

namespace detail {

struct in_callers_memory {
  template <class T, std::size_t N>
  static global_array<T, N> make(const process_grid<N>& grid, const distribution<N>& distribution,
                                 const view<T, N>& owned, const halo<N>& width) {
    const callers_memory memory{reinterpret_cast<std::byte*>(owned.data()), owned.shape().data(),
                                owned.strides().data()};
    return global_array<T, N>(grid, distribution, width, &memory);
  }
};

} // namespace detail

/// @name Wrapping memory of the caller's
/// A global array whose block on every rank lies in memory that is there already, as a solver or a
/// library has it: nothing is copied, and what is written to the array is written there. Halo
/// updates, expressions, `apply`, gathers and files work as on other arrays; the memory is not
/// shared with the node's ranks, so messages carry what they need (and `one_sided` access goes by
/// MPI's windows).
///
/// The array refers to the memory, which must outlive it, and everything that refers to the array;
/// where lifetimes are watched (see the checks of core), use of an ndarray's that is gone throws.
/// Move it about as any array: `std::swap` and `iterate` change which array has which memory; a
/// copy of it has memory of its own. The halo counts as stale at first; what the caller writes to
/// elements later without the array's knowledge is seen by everything but halos that are taken to
/// be fresh: open the array by `owned()` once, and they never are.
///
/// Rows lie one behind the other, with gaps or without, the elements of the last axis side by side.
/// Collective: an agreement, without other messages. Memory: none but what plans take.
/// @throws shape_error, argument_error on all ranks, naming the rank: for a shape other than what
/// the rank owns, null pointers, strides of another order, a halo around a cyclic axis.
/// @{

/// In the elements that a view has; around it lie cells of the caller's for a halo of that width,
/// and beyond these, as many as strides say.
///
///     // A field with 2 ghost cells of its own below and 3 above, of which 1 is used.
///     const view<double, 2> cells(field, {ny + 5, nx + 5});
///     auto u = wrap(grid, where, cells(slice(2, -3), slice(2, -3)), halo<2>(1));
template <class T, std::size_t N>
[[nodiscard]] global_array<T, N> wrap(const process_grid<N>& grid,
                                      const distribution<N>& distribution, const view<T, N>& owned,
                                      const halo<N>& width = {}) {
  return detail::in_callers_memory::make(grid, distribution, owned, width);
}
/// From the first cell of the block with its halo on, all cells row by row without gaps.
///
///     auto u = wrap(grid, distribution<2>(shape, grid), pointer, halo<2>(1));
template <class T, std::size_t N>
[[nodiscard]] global_array<T, N> wrap(const process_grid<N>& grid,
                                      const distribution<N>& distribution, T* cells,
                                      const halo<N>& width = {}) {
  shape_t<N> padded = distribution.local_shape(grid.comm().rank());
  for (std::size_t d = 0; d < N; ++d) padded[d] += width.lower[d] + width.upper[d];
  return wrap(grid, distribution, cells, width, row_major_strides(padded));
}
/// The same with the distances between neighbours along each axis, in elements.
template <class T, std::size_t N>
[[nodiscard]] global_array<T, N> wrap(const process_grid<N>& grid,
                                      const distribution<N>& distribution, T* cells,
                                      const halo<N>& width, const shape_t<N>& strides) {
  T* owned = cells;
  for (std::size_t d = 0; d < N && cells != nullptr; ++d) owned += width.lower[d] * strides[d];
  return wrap(grid, distribution,
              view<T, N>(owned, distribution.local_shape(grid.comm().rank()), strides), width);
}
/// @}

} // namespace tessera
