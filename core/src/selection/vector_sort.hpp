// Sorting by vector instructions, for whatever processor this is: Highway's vqsort (Blacher,
// Giesen, Sanders and Wassenberg, "Vectorized and performance-portable Quicksort", 2022).
#pragma once

#include <tessera/core/shape.hpp>

#include <cstdint>

namespace tessera::detail {

/// From so many elements on it is faster than comparing one by one.
inline constexpr index_t vector_sort_pays = 64;

/// Sorts integers. (Of floating-point numbers, version 1.0.3 loses infinities.)
template <class T> void vector_sort(T* values, index_t n);

/// Two words that sort as one number.
struct alignas(16) double_word {
  std::uint64_t low;
  std::uint64_t high;
};
void vector_sort(double_word* values, index_t n);

} // namespace tessera::detail
