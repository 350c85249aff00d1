/// @file
/// More functions that leave out NaN: products, running sums, quantiles, positions.
#pragma once

#include <tessera/core/elements/where.hpp>
#include <tessera/core/reductions/cumulative.hpp>
#include <tessera/core/statistics/statistics.hpp>

namespace tessera {

namespace detail {

/// NaN becomes a value that changes nothing.
template <class T> struct number_or {
  T otherwise;
  template <class X> constexpr X operator()(const X& x) const {
    return x == x ? x : static_cast<X>(otherwise);
  }
};

} // namespace detail

/// @name Without NaN
/// As the functions without `nan` in their names, of what is not NaN, of local and global arrays.
/// @{
template <array_operand A, reduce_option... Options>
auto nanprod(const A& a, const Options&... options) {
  return prod(a, options..., detail::numbers_of(a));
}
template <array_operand A, class... Axis> auto nancumsum(const A& a, const Axis&... axis) {
  return cumsum(detail::elementwise(detail::number_or<double>{0.0}, a), axis...);
}
template <array_operand A, class... Axis> auto nancumprod(const A& a, const Axis&... axis) {
  return cumprod(detail::elementwise(detail::number_or<double>{1.0}, a), axis...);
}
template <array_operand A, class Q, reduce_option... Options>
auto nanquantile(const A& a, const Q& q, const Options&... options) {
  return quantile(a, q, options..., detail::numbers_of(a));
}
template <array_operand A, class Q, reduce_option... Options>
auto nanpercentile(const A& a, const Q& q, const Options&... options) {
  return percentile(a, q, options..., detail::numbers_of(a));
}
template <array_operand A, reduce_option... Options>
auto nanmedian(const A& a, const Options&... options) {
  return median(a, options..., detail::numbers_of(a));
}
/// @throws argument_error when there is nothing but NaN.
template <array_operand A, reduce_option... Options>
auto nanargmin(const A& a, const Options&... options) {
  return argmin(a, options..., detail::numbers_of(a));
}
/// @throws argument_error when there is nothing but NaN.
template <array_operand A, reduce_option... Options>
auto nanargmax(const A& a, const Options&... options) {
  return argmax(a, options..., detail::numbers_of(a));
}
/// @}

} // namespace tessera
