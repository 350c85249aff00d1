/// @file
/// Reductions of a number that is no array: those of an array with this one element, so that code
/// written for arrays works for numbers too.
#pragma once

#include <tessera/core/elements/complex_parts.hpp>
#include <tessera/core/elements/where.hpp>
#include <tessera/core/reductions/reduce.hpp>

namespace tessera {

namespace detail {

/// The type of a variance: of float, float; of complex numbers, that of their parts.
template <class T> using spread_type = mean_type<typename parts_of<T>::type>;

/// Zero; NaN where no distance from the mean can be had.
template <class T> constexpr spread_type<T> spread_of(T x) {
  return static_cast<spread_type<T>>(real_part()(x) - real_part()(x)) +
         static_cast<spread_type<T>>(imaginary_part()(x) - imaginary_part()(x));
}

} // namespace detail

/// @name Reductions of one number
/// @{
template <detail::number T> constexpr auto sum(T x) { return detail::sum_type<T>(x); }
template <detail::number T> constexpr auto prod(T x) { return detail::sum_type<T>(x); }
template <detail::number T> constexpr auto mean(T x) { return detail::mean_type<T>(x); }
template <detail::real_number T> constexpr T(min)(T x) { return x; }
template <detail::real_number T> constexpr T(max)(T x) { return x; }
template <detail::real_number T> constexpr auto ptp(T x) {
  return static_cast<detail::sum_type<T>>(x - x);
}
template <detail::number T> constexpr bool any(T x) { return x != T{}; }
template <detail::number T> constexpr index_t count_nonzero(T x) { return x != T{} ? 1 : 0; }
template <detail::real_number T> constexpr index_t argmin(T) { return 0; }
template <detail::real_number T> constexpr index_t argmax(T) { return 0; }
template <detail::real_number T> constexpr auto median(T x) { return detail::mean_type<T>(x); }
template <detail::number T> constexpr auto var(T x) { return detail::spread_of(x); }
template <detail::number T> constexpr auto std(T x) { return detail::spread_of(x); }
/// @}

/// @name Reductions of one number that leave out NaN
/// @{
template <detail::real_number T> constexpr auto nansum(T x) { return sum(x != x ? T{} : x); }
template <detail::real_number T> constexpr auto nanmean(T x) { return mean(x); }
template <detail::real_number T> constexpr T nanmin(T x) { return x; }
template <detail::real_number T> constexpr T nanmax(T x) { return x; }
template <detail::real_number T> constexpr auto nanvar(T x) { return var(x); }
template <detail::real_number T> constexpr auto nanstd(T x) { return std(x); }
/// @}

/// @name Products and comparisons of two numbers
/// @{
template <detail::number A, detail::number B> constexpr auto dot(A a, B b) {
  return sum(detail::arithmetic<detail::raw_multiply>()(a, b));
}
template <detail::number A, detail::number B> constexpr auto vdot(A a, B b) {
  return dot(detail::conjugate()(a), b);
}
template <detail::number A, detail::number B> constexpr bool array_equal(A a, B b) {
  return detail::comparison<detail::raw_equal>()(a, b);
}
template <detail::number A, detail::number B> bool isclose(A a, B b, const closeness& within = {}) {
  return detail::is_close{within}(a, b);
}
template <detail::number A, detail::number B>
bool allclose(A a, B b, const closeness& within = {}) {
  return isclose(a, b, within);
}
/// @}

/// Refused: C++ squares it, NumPy does not.
template <detail::real_number T> void norm(T) {
  static_assert(
      !detail::real_number<T>,
      "norm of a number is its square in C++ and its magnitude in NumPy: write x * x or abs(x)");
}

} // namespace tessera
