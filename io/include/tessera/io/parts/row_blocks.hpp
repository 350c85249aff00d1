/// @file
/// Distributions whose blocks are whole rows: pieces of the array in the order of files.
#pragma once

#include <tessera/distributed/global_array.hpp>

namespace tessera {

/// Does every rank own whole rows: all axes but the first undivided? Local.
template <std::size_t N> bool has_row_blocks(const distribution<N>& d) {
  if (d.is_cyclic()) return false;
  for (std::size_t axis = 1; axis < N; ++axis)
    if (d.dims()[axis] != 1) return false;
  return true;
}

/// The ranks of a communicator one behind the other along one axis. Collective.
template <std::size_t N> process_grid<N> grid_along(const communicator& comm, std::size_t axis) {
  grid_dims<N> dims;
  dims.fill(1);
  dims[axis] = comm.size();
  return process_grid<N>(comm, dims);
}

/// A copy of an array in which every rank owns whole rows, in equal blocks and without halo: in a
/// file, where the last axis runs fastest, each of them is one piece. Collective; see
/// `redistribute`, which is also the way back.
///
///     const auto rows = to_row_blocks(u);
///     write(offset_of(rows.block()), rows.owned().data(), rows.owned().size());
template <class T, std::size_t N> global_array<T, N> to_row_blocks(const global_array<T, N>& from) {
  global_array<T, N> rows(grid_along<N>(from.comm(), 0), from.shape());
  redistribute(from, rows);
  return rows;
}

namespace detail {

/// Is every rank's block one piece in a file? So it is when only the first axis that has more than
/// one element is divided. The same answer on all ranks.
template <std::size_t N> bool has_contiguous_blocks(const distribution<N>& d) {
  if (d.is_cyclic()) return false;
  std::size_t first = 0;
  while (first + 1 < N && d.shape()[first] == 1 && d.dims()[first] == 1) ++first;
  for (std::size_t axis = first + 1; axis < N; ++axis)
    if (d.dims()[axis] != 1) return false;
  return true;
}

/// How many elements of the array lie before the first one of a block, in a file.
template <std::size_t N> index_t elements_before(const box<N>& block, const shape_t<N>& shape) {
  const shape_t<N> strides = row_major_strides(shape);
  index_t count = 0;
  for (std::size_t d = 0; d < N; ++d) count += block.lower[d] * strides[d];
  return count;
}

} // namespace detail

} // namespace tessera
