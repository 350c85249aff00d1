/// @file
/// A hash of all elements.
#pragma once

#include <tessera/core/reductions/panels.hpp>
#include <tessera/core/threads/pieces.hpp>
#include <tessera/core/types/dtype.hpp>

namespace tessera {

namespace detail {

/// The sum of the hashes of n elements, each with its subscript in row-major order.
std::uint64_t hash_row(const std::byte* elements, index_t itemsize, index_t n, index_t first);
/// The same of structs, without what lies between their members.
std::uint64_t hash_structs(const std::byte* elements, dtype type, index_t n, index_t first);

template <class T> std::uint64_t hash_elements(const T* elements, index_t n, index_t first) {
  const auto* const bytes = reinterpret_cast<const std::byte*>(elements);
  if constexpr (has_members<T>)
    return hash_structs(bytes, dtype_of<T>(), n, first);
  else
    return hash_row(bytes, sizeof(T), n, first);
}

} // namespace detail

/// A number that tells whether two arrays have the same bits: a hash of every element and its
/// subscript in row-major order. That of a global array with the same elements is the same. Of
/// structs, the members count that are named (<tessera/core/members.hpp>); where none are, all
/// bytes do, those between the members too.
template <local_operand A> std::uint64_t checksum(const A& a) {
  std::uint64_t total = 0;
  const auto& node = detail::as_node(a);
  detail::for_chunks_on_threads(node, [&](const auto* elements, index_t n, index_t first) {
    const std::uint64_t hash = detail::hash_elements(elements, n, first);
    const detail::one_piece_at_a_time adding;
    total += hash;
  });
  return total;
}

} // namespace tessera
