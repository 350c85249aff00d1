/// @file
/// A rank's part of an HDF5 dataset: a hyperslab of the file, and where it lies in memory.
#pragma once

#include <tessera/core/strided_copy.hpp>
#include <tessera/distributed/global_array.hpp>
#include <tessera/io/dtype.hpp>
#include <tessera/io/row_blocks.hpp>

#include <vector>

namespace tessera::detail {

/// What moves between a dataset and the memory of one rank.
struct hdf5_part {
  dtype type;
  std::vector<index_t> dataset; ///< shape of the whole dataset
  std::vector<index_t> lower;   ///< first index of the part
  region memory;                ///< shape of the part, and steps in memory
};

template <std::size_t N> std::vector<index_t> to_vector(const shape_t<N>& values) {
  return {values.begin(), values.end()};
}

/// The part of a global array that this rank owns.
template <class T, std::size_t N> hdf5_part hdf5_part_of(const global_array<T, N>& array) {
  const view<const T, N> owned = array.owned();
  return {dtype_of<T>(),
          to_vector(array.shape()),
          to_vector(array.block().lower),
          {0, to_vector(owned.shape()), to_vector(owned.strides())}};
}

/// All of a local array.
template <class T, std::size_t N> hdf5_part hdf5_part_of(const view<const T, N>& array) {
  return {dtype_of<T>(),
          to_vector(array.shape()),
          std::vector<index_t>(N, 0),
          {0, to_vector(array.shape()), to_vector(array.strides())}};
}

/// Can every rank write its block where it lies in the file, in pieces of a page or more? The same
/// answer on all ranks. Otherwise the elements are first brought together on the way to the file.
template <std::size_t N> bool has_long_runs(const distribution<N>& d, std::size_t itemsize) {
  constexpr index_t page = 4096;
  if (has_contiguous_blocks(d)) return true;
  if (d.is_cyclic()) return false;
  auto bytes = static_cast<index_t>(itemsize);
  for (std::size_t axis = N; axis-- > 0;) {
    bytes *= d.shape()[axis] / d.dims()[axis];
    if (d.dims()[axis] > 1) break;
  }
  return bytes >= page;
}

/// The same part as frame k of a series of `count` ones.
hdf5_part hdf5_frame(hdf5_part part, index_t k, index_t count);

/// Bytes of an array, for functions that know no types.
template <class T> const std::byte* bytes_of(const T* data) {
  return reinterpret_cast<const std::byte*>(data);
}
template <class T> std::byte* bytes_of(T* data) requires(!std::is_const_v<T>) {
  return reinterpret_cast<std::byte*>(data);
}

} // namespace tessera::detail
