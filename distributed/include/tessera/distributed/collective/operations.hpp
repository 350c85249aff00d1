/// @file
/// The operations that reductions over ranks, and of what stencil kernels give, are made by.
#pragma once

#include <type_traits>

namespace tessera {

/// What reductions over ranks do to two elements, the first from a lower rank.
///
/// `sum` of floating-point and complex numbers is exact and rounded once: the same bits on any
/// number of ranks, as `sum` of a global array; `plain_sum` adds in the order that MPI chooses, and
/// is faster. Integers keep their type, and wrap around. `min` and `max` are NumPy's: a NaN on any
/// rank is the result, a zero is +0.
///
/// Fixed arrays go element by element, and structs whose members are named
/// (<tessera/core/members.hpp>) member by member, each as if it
/// were reduced alone, arrays and structs inside too; texts have `min` and `max` alone. Members
/// that are not named are those of some rank.
///
/// Every other function object or lambda of two elements is taken, too, and must be associative: it
/// is called in the order of the ranks. `commutative(f)` says that the order is of no importance.
namespace op {

/// The sum, exact for floating-point numbers.
struct sum_t {};
/// The sum in MPI's order.
struct plain_sum_t {
  /// Of two elements. Local.
  template <class T> T operator()(const T& a, const T& b) const { return static_cast<T>(a + b); }
};
/// The product.
struct product_t {
  /// Of two elements. Local.
  template <class T> T operator()(const T& a, const T& b) const { return static_cast<T>(a * b); }
};
/// The smaller one.
struct min_t {
  /// Of two elements. Local.
  template <class T> T operator()(const T& a, const T& b) const {
    if constexpr (std::is_floating_point_v<T>)
      return (a < b || a != a ? a : b) + T{0};
    else
      return a < b ? a : b;
  }
};
/// The larger one.
struct max_t {
  /// Of two elements. Local.
  template <class T> T operator()(const T& a, const T& b) const {
    if constexpr (std::is_floating_point_v<T>)
      return (a > b || a != a ? a : b) + T{0};
    else
      return a > b ? a : b;
  }
};
/// Are both true?
struct all_t {
  /// Of two elements. Local.
  template <class T> T operator()(const T& a, const T& b) const { return a && b; }
};
/// Is one true?
struct any_t {
  /// Of two elements. Local.
  template <class T> T operator()(const T& a, const T& b) const { return a || b; }
};
inline constexpr sum_t sum{};
inline constexpr plain_sum_t plain_sum{};
inline constexpr product_t product{};
inline constexpr min_t min{};
inline constexpr max_t max{};
inline constexpr all_t all{};
inline constexpr any_t any{};

} // namespace op

} // namespace tessera
