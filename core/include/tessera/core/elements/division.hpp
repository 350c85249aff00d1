/// @file
/// Remainders and quotients rounded down.
#pragma once

#include <tessera/core/elements/operators.hpp>
#include <tessera/core/elements/ufuncs.hpp>

namespace tessera {

namespace detail {

/// Quotients and remainders of integers as in NumPy, which gives 0 where the divisor is 0, and
/// wraps around where the quotient of the smallest integer by -1 does not fit.
template <class T> struct integer_division {
  T quotient = 0;  // rounded down
  T remainder = 0; // with the divisor's sign

  constexpr integer_division(T a, T b) {
    if (b == 0) return;
    if constexpr (std::is_signed_v<T>) {
      if (b == -1) {
        quotient = static_cast<T>(-modular(a));
        return;
      }
    }
    quotient = static_cast<T>(a / b);
    remainder = static_cast<T>(a % b);
    if (remainder != 0 && (remainder < 0) != (b < 0)) {
      --quotient;
      remainder = static_cast<T>(remainder + b);
    }
  }
};

inline long double fmod_of(long double x, long double y) { return __builtin_fmodl(x, y); }
inline long double floor_of(long double x) { return __builtin_floorl(x); }
inline long double copysign_of(long double x, long double y) { return __builtin_copysignl(x, y); }
inline double fmod_of(double x, double y) { return __builtin_fmod(x, y); }
inline float fmod_of(float x, float y) { return __builtin_fmodf(x, y); }
inline double floor_of(double x) { return __builtin_floor(x); }
inline float floor_of(float x) { return __builtin_floorf(x); }
inline double copysign_of(double x, double y) { return __builtin_copysign(x, y); }
inline float copysign_of(float x, float y) { return __builtin_copysignf(x, y); }

struct raw_fmod {
  template <class T> constexpr T operator()(const T& a, const T& b) const {
    if constexpr (std::is_integral_v<T>)
      return b == 0 || (std::is_signed_v<T> && b == static_cast<T>(-1)) ? T{}
                                                                        : static_cast<T>(a % b);
    else
      return fmod_of(a, b);
  }
};

struct raw_remainder {
  template <class T> constexpr T operator()(const T& a, const T& b) const {
    if constexpr (std::is_integral_v<T>) {
      return integer_division<T>(a, b).remainder;
    } else {
      const T rest = fmod_of(a, b);
      if (b == 0) return rest;
      if (rest == 0) return copysign_of(T{}, b);
      return (rest < 0) != (b < 0) ? rest + b : rest;
    }
  }
};

struct raw_floor_divide {
  template <class T> constexpr T operator()(const T& a, const T& b) const {
    if constexpr (std::is_integral_v<T>)
      return integer_division<T>(a, b).quotient;
    else
      return of_floats(a, b);
  }

private:
  /// Python's way, which agrees with the remainder.
  template <class T> static T of_floats(T a, T b) {
    if (b == 0) return a / b;
    const T rest = fmod_of(a, b);
    const T whole = (a - rest) / b;
    const T quotient = rest != 0 && (rest < 0) != (b < 0) ? whole - 1 : whole;
    if (quotient == 0) return copysign_of(T{}, a / b);
    const T floored = floor_of(quotient);
    return quotient - floored > T{0.5} ? floored + 1 : floored;
  }
};

/// bool divides as int8, as in NumPy.
template <class F> struct division {
  template <class A, class B> constexpr auto operator()(const A& a, const B& b) const {
    if constexpr (std::is_same_v<A, bool> && std::is_same_v<B, bool>)
      return arithmetic<F>()(static_cast<std::int8_t>(a), static_cast<std::int8_t>(b));
    else
      return arithmetic<F>()(a, b);
  }
};

} // namespace detail

/// @name Whole quotients and remainders
/// Elementwise and lazy. `floor_divide` rounds down, and `%` (and `remainder`) has the sign of the
/// divisor, as in Python; `fmod` has that of the dividend, as in C. Integers divided by zero give
/// 0, as in NumPy; `mod` is another name of the remainder there.
///
/// Of two numbers that are no arrays, `remainder` and `fmod` are C's, and C's `remainder` is that
/// of the nearest quotient: C's names cannot be told from ours. `mod` and `floor_divide` are as for
/// arrays.
/// @{
template <class A, class B>
requires detail::elementwise_pair<A, B>
auto operator%(A&& a, B&& b) {
  return detail::elementwise(detail::division<detail::raw_remainder>(), std::forward<A>(a),
                             std::forward<B>(b));
}
template <class A, class B>
requires detail::elementwise_pair<A, B>
auto remainder(A&& a, B&& b) { return std::forward<A>(a) % std::forward<B>(b); }
template <class A, class B>
requires detail::elementwise_pair<A, B>
auto mod(A&& a, B&& b) { return std::forward<A>(a) % std::forward<B>(b); }
TESSERA_C_OF_TWO_NUMBERS(remainder)
template <detail::real_number A, detail::real_number B> constexpr auto mod(A a, B b) {
  return detail::division<detail::raw_remainder>()(a, b);
}
template <class A, class B>
requires detail::elementwise_pair<A, B>
auto floor_divide(A&& a, B&& b) {
  return detail::elementwise(detail::division<detail::raw_floor_divide>(), std::forward<A>(a),
                             std::forward<B>(b));
}
template <detail::real_number A, detail::real_number B> constexpr auto floor_divide(A a, B b) {
  return detail::division<detail::raw_floor_divide>()(a, b);
}
template <class A, class B>
requires detail::elementwise_pair<A, B>
auto fmod(A&& a, B&& b) {
  return detail::elementwise(detail::division<detail::raw_fmod>(), std::forward<A>(a),
                             std::forward<B>(b));
}
TESSERA_C_OF_TWO_NUMBERS(fmod)
template <assignable_operand A, class B>
requires detail::elementwise_pair<A, B> A && operator%=(A&& a, const B& b) {
  detail::assign_in_place(a, a % b);
  return std::forward<A>(a);
}
/// @}

} // namespace tessera
