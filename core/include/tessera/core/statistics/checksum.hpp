/// @file
/// A hash of all elements.
#pragma once

#include <tessera/core/reductions/panels.hpp>

namespace tessera {

namespace detail {

/// The sum of the hashes of n elements, each with its subscript in row-major order.
std::uint64_t hash_row(const std::byte* elements, index_t itemsize, index_t n, index_t first);

} // namespace detail

/// A number that tells whether two arrays have the same bits: a hash of every element and its
/// subscript in row-major order. That of a global array with the same elements is the same.
template <local_operand A> std::uint64_t checksum(const A& a) {
  std::uint64_t total = 0;
  const auto& node = detail::as_node(a);
  detail::for_chunks(node, [&](const auto* elements, index_t n, index_t first) {
    total +=
        detail::hash_row(reinterpret_cast<const std::byte*>(elements), sizeof *elements, n, first);
  });
  return total;
}

} // namespace tessera
