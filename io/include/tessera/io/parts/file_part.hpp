/// @file
/// What moves between an array in a file and memory, without types.
#pragma once

#include <tessera/core/copies/strided_copy.hpp>
#include <tessera/distributed/global_array.hpp>
#include <tessera/io/parts/row_blocks.hpp>
#include <tessera/io/types/dtype.hpp>

#include <vector>

namespace tessera::detail {

/// What moves between a file and the memory of one rank: a box of the array in the file, and where
/// it lies in memory.
struct file_part {
  dtype type;
  std::vector<index_t> dataset; ///< shape of the whole dataset
  std::vector<index_t> lower;   ///< first index of the part
  region memory;                ///< shape of the part, and steps in memory
  std::vector<index_t> steps{}; ///< from one index of the part to the next; empty: 1 everywhere
};

template <std::size_t N> std::vector<index_t> to_vector(const shape_t<N>& values) {
  return {values.begin(), values.end()};
}

/// The part of a global array that this rank owns.
template <class T, std::size_t N> file_part file_part_of(const global_array<T, N>& array) {
  const view<const T, N> owned = array.owned();
  return {dtype_of<T>(),
          to_vector(array.shape()),
          to_vector(array.block().lower),
          {0, to_vector(owned.shape()), to_vector(owned.strides())}};
}

/// All of a local array.
template <class T, std::size_t N> file_part file_part_of(const view<const T, N>& array) {
  return {dtype_of<T>(),
          to_vector(array.shape()),
          std::vector<index_t>(N, 0),
          {0, to_vector(array.shape()), to_vector(array.strides())}};
}

/// Bytes of an array, for functions that know no types.
template <class T> const std::byte* bytes_of(const T* data) {
  return reinterpret_cast<const std::byte*>(data);
}
template <class T> std::byte* bytes_of(T* data) requires(!std::is_const_v<T>) {
  return reinterpret_cast<std::byte*>(data);
}

/// A single element of a file: a number, a fixed_string, a struct whose members are named.
template <class A>
concept file_scalar = scalar_operand<A> || has_members<A>;

/// What can be written to a file.
template <class A>
concept file_value = array_operand<A> || file_scalar<A>;

/// What is to be written: a view of a global array, or else the local array that rank 0 has.
struct file_source {
  dtype type;
  std::vector<index_t> shape;
  const view_ref* global = nullptr;
  std::vector<index_t> strides{};  ///< of a local array
  const std::byte* data = nullptr; ///< of a local array
};

template <class T, std::size_t N> file_source file_source_of(const view<const T, N>& array) {
  return {dtype_of<T>(), to_vector(array.shape()), nullptr, to_vector(array.strides()),
          bytes_of(array.data())};
}
/// `ref` must live as long, and what it was made of, too.
template <class T> file_source file_source_of(const view_ref& ref) {
  return {dtype_of<T>(), {ref.shape, ref.shape + ref.ndim}, &ref};
}

} // namespace tessera::detail
