/// @file
/// Compiled loops over adjacent numbers, for the widest vectors that the processor has.
#pragma once

#include <tessera/core/shape.hpp>

#include <type_traits>

namespace tessera::detail {

/// The smallest or largest of n > 0 numbers; NaN if there is one.
template <bool Largest, class T> T extremum_of_adjacent(const T* values, index_t n);

/// Where the first smallest or largest of n > 0 numbers is; the first NaN comes before all.
template <bool Largest, class T> index_t position_of_extremum(const T* values, index_t n);

/// Sums with several accumulators, in an order that depends on n alone.
double fast_sum_of_adjacent(const double* values, index_t n);
float fast_sum_of_adjacent(const float* values, index_t n);
double fast_dot_of_adjacent(const double* a, const double* b, index_t n);
float fast_dot_of_adjacent(const float* a, const float* b, index_t n);

template <class T> constexpr auto loop_type_for() {
  if constexpr (std::is_floating_point_v<T>)
    return T{};
  else if constexpr (sizeof(T) == 1)
    return std::conditional_t<std::is_signed_v<T>, signed char, unsigned char>{};
  else if constexpr (sizeof(T) == sizeof(long))
    return std::conditional_t<std::is_signed_v<T>, long, unsigned long>{};
  else
    return T{};
}
/// The type with the same representation that loops are compiled for: `bool` counts as 0 and 1,
/// and `char` and `long long` are other names.
template <class T> using loop_type_of = decltype(loop_type_for<T>());

template <class T>
inline constexpr bool has_compiled_loops = std::is_arithmetic_v<T> && sizeof(T) <= 8;

} // namespace tessera::detail
