/// @file
/// Elementwise functions beside C's: `logaddexp2`, `sinc`, `heaviside`, `fix`, `gcd`, `lcm`, and
/// `nan_to_num`.
#pragma once

#include <tessera/core/elements/floating.hpp>
#include <tessera/core/elements/where.hpp>

namespace tessera {

/// What takes the place of what is no finite number.
struct finite_values {
  double nan = 0.0;
  /// Of infinity; NaN stands for the largest number of the element's type.
  double posinf = __builtin_nan("");
  /// Of minus infinity; NaN stands for the lowest number of the type.
  double neginf = __builtin_nan("");
};

namespace detail {

/// log2(2^a + 2^b) without overflow.
struct logaddexp2_function {
  static double call(double x, double y) {
    const double larger = x > y || x != x ? x : y;
    const double distance = __builtin_fabs(x - y);
    constexpr double log2_of_e = 1.442695040888963407360;
    const double grown =
        larger + log2_of_e * TESSERA_VECTOR_MATH(log1p)(TESSERA_VECTOR_MATH(exp2)(-distance));
    return x == y ? x + 1.0 : grown;
  }
  template <class A, class B> auto operator()(const A& a, const B& b) const {
    using common = promoted<A, B>;
    using result = std::conditional_t<std::is_integral_v<common>, double, common>;
    return static_cast<result>(call(static_cast<double>(a), static_cast<double>(b)));
  }
};

struct sinc_function {
  template <class T> auto operator()(const T& x) const {
    const auto y = pi<decltype(as_real(x))> * as_real(x);
    return y == 0 ? decltype(y){1} : sin_function()(y) / y;
  }
};

struct heaviside_function {
  template <class A, class B> auto operator()(const A& a, const B& b) const {
    using T = std::conditional_t<std::is_integral_v<promoted<A, B>>, double, promoted<A, B>>;
    const auto x = static_cast<T>(a);
    if (x != x) return x;
    return x == 0 ? static_cast<T>(b) : x < 0 ? T{0} : T{1};
  }
};

/// Towards zero; integers become double.
struct fix_function {
  template <class T> auto operator()(const T& x) const { return trunc_function()(x); }
};

/// Euclid's, of magnitudes; integers wrap around as NumPy's do.
struct raw_gcd {
  template <class T> constexpr T operator()(const T& a, const T& b) const {
    static_assert(std::is_integral_v<T>, "gcd and lcm are of integers");
    auto x = absolute()(a);
    auto y = absolute()(b);
    while (y != 0) {
      const auto rest = static_cast<T>(modular(x) % modular(y));
      x = y;
      y = rest;
    }
    return x;
  }
};
struct raw_lcm {
  template <class T> constexpr T operator()(const T& a, const T& b) const {
    const T common = raw_gcd()(a, b);
    if (common == 0) return T{};
    const auto product =
        modular(static_cast<T>(modular(absolute()(a)) / modular(common))) * modular(absolute()(b));
    return static_cast<T>(product);
  }
};

/// Finite numbers, also those of the parts of complex ones.
struct finite_function {
  finite_values values;

  template <class T> constexpr T operator()(const T& x) const {
    if constexpr (is_complex<T>) {
      return T((*this)(x.real()), (*this)(x.imag()));
    } else if constexpr (std::is_floating_point_v<T>) {
      using limits = std::numeric_limits<T>;
      const T high =
          values.posinf != values.posinf ? (limits::max)() : static_cast<T>(values.posinf);
      const T low =
          values.neginf != values.neginf ? limits::lowest() : static_cast<T>(values.neginf);
      const T bounded = x > (limits::max)() ? high : x < limits::lowest() ? low : x;
      return x != x ? static_cast<T>(values.nan) : bounded;
    } else {
      return x;
    }
  }
};

} // namespace detail

/// @name Beside C's functions
/// Elementwise and lazy, and of numbers that are no arrays.
/// @{

/// log2(2^a + 2^b), computed in double without overflow.
template <class A, class B>
requires detail::elementwise_pair<A, B>
auto logaddexp2(A&& a, B&& b) {
  return detail::elementwise(detail::logaddexp2_function(), std::forward<A>(a), std::forward<B>(b));
}
template <detail::real_number A, detail::real_number B> auto logaddexp2(A a, B b) {
  return detail::logaddexp2_function()(a, b);
}

/// sin(pi x) / (pi x), and 1 at 0.
template <array_operand A> auto sinc(A&& a) {
  return detail::elementwise(detail::sinc_function(), std::forward<A>(a));
}
template <detail::real_number T> auto sinc(T x) { return detail::sinc_function()(x); }

/// 0 where `a` is negative, 1 where it is positive, `at_zero` where it is zero, and NaN where it is
/// that.
template <class A, class B>
requires detail::elementwise_pair<A, B>
auto heaviside(A&& a, B&& at_zero) {
  return detail::elementwise(detail::heaviside_function(), std::forward<A>(a),
                             std::forward<B>(at_zero));
}
template <detail::real_number A, detail::real_number B> auto heaviside(A a, B at_zero) {
  return detail::heaviside_function()(a, at_zero);
}

/// Rounded towards zero, `trunc` under NumPy's other name.
template <array_operand A> auto fix(A&& a) {
  return detail::elementwise(detail::fix_function(), std::forward<A>(a));
}
template <detail::real_number T> auto fix(T x) { return detail::fix_function()(x); }

/// Greatest common divisor of integers; of zeros it is 0.
template <class A, class B>
requires detail::elementwise_pair<A, B>
auto gcd(A&& a, B&& b) {
  return detail::elementwise(detail::arithmetic<detail::raw_gcd>(), std::forward<A>(a),
                             std::forward<B>(b));
}
/// Least common multiple of integers, which wraps around in their type.
template <class A, class B>
requires detail::elementwise_pair<A, B>
auto lcm(A&& a, B&& b) {
  return detail::elementwise(detail::arithmetic<detail::raw_lcm>(), std::forward<A>(a),
                             std::forward<B>(b));
}

/// The elements, with zero for NaN and the type's largest and lowest numbers for infinities, unless
/// other values are given; the parts of complex numbers are treated alike.
///
///     nan_to_num(a)
///     nan_to_num(a, {.nan = -1.0, .posinf = 1e10})
template <array_operand A> auto nan_to_num(A&& a, const finite_values& values = {}) {
  return detail::elementwise(detail::finite_function{values}, std::forward<A>(a));
}
template <detail::number T> constexpr T nan_to_num(T x, const finite_values& values = {}) {
  return detail::finite_function{values}(x);
}

/// Are elements minus infinity, and infinity?
template <array_operand A> auto isneginf(A&& a) {
  return detail::elementwise([](const auto& x) { return detail::isinf_function()(x) && x < 0; },
                             std::forward<A>(a));
}
template <array_operand A> auto isposinf(A&& a) {
  return detail::elementwise([](const auto& x) { return detail::isinf_function()(x) && x > 0; },
                             std::forward<A>(a));
}
/// @}

} // namespace tessera
