/// @file
/// Choices between elements.
#pragma once

#include <tessera/core/elements/ufuncs.hpp>

namespace tessera {

namespace detail {

/// `condition ? x : y` of values that are both computed. Written with bits for floating-point
/// numbers: from a condition, g++ would move a function call that gives x or y into a branch, and
/// then not vectorise the loop.
template <class T> constexpr T choose_one(bool condition, const T& x, const T& y) {
  if constexpr (std::is_floating_point_v<T> && sizeof(T) <= 8) {
    using bits = bits_of<T>;
    const bits mask = bits{} - static_cast<bits>(condition);
    return __builtin_bit_cast(T, (__builtin_bit_cast(bits, x) & mask) |
                                     (__builtin_bit_cast(bits, y) & ~mask));
  } else {
    return condition ? x : y;
  }
}

struct choose {
  template <class A, class B>
  constexpr auto operator()(bool condition, const A& a, const B& b) const {
    if constexpr (is_number<A> && is_number<B>) {
      using common = promoted<A, B>;
      return choose_one(condition, static_cast<common>(a), static_cast<common>(b));
    } else if constexpr (is_fixed<A> || is_fixed<B>) {
      using common = promoted<A, B>;
      return condition ? static_cast<common>(a) : static_cast<common>(b);
    } else {
      return condition ? a : b;
    }
  }
};

template <class X>
concept choice = array_operand<X> || scalar_operand<X>;

/// A number as the condition of a choice between arrays: its truth.
template <class C> decltype(auto) capture_condition(C&& condition) {
  if constexpr (array_operand<C>)
    return capture(std::forward<C>(condition));
  else
    return capture(condition != std::remove_cvref_t<C>{});
}

// NumPy's: a NaN on either side is the result.
struct smaller {
  constexpr auto operator()(const auto& x, const auto& y) const { return x < y || x != x ? x : y; }
};
struct larger {
  constexpr auto operator()(const auto& x, const auto& y) const { return x > y || x != x ? x : y; }
};
// C's: a NaN on one side is passed over.
struct smaller_number {
  constexpr auto operator()(const auto& x, const auto& y) const { return x < y || y != y ? x : y; }
};
struct larger_number {
  constexpr auto operator()(const auto& x, const auto& y) const { return x > y || y != y ? x : y; }
};

} // namespace detail

/// `a` where the condition holds, else `b`; elementwise and lazy. Both are computed.
///
///     c = where(a > 0.0, sqrt(a), 0.0);
template <detail::choice C, detail::choice A, detail::choice B>
requires(array_operand<C> || array_operand<A> || array_operand<B>) auto where(C&& condition, A&& a,
                                                                              B&& b) {
  return detail::make_expression(
      detail::choose(), detail::capture_condition(std::forward<C>(condition)),
      detail::capture_beside<B>(std::forward<A>(a)), detail::capture_beside<A>(std::forward<B>(b)));
}
template <detail::number C, detail::number A, detail::number B>
constexpr auto where(C condition, A a, B b) {
  return detail::choose()(condition != C{}, a, b);
}

/// The value of the first condition that holds, or else the last argument; elementwise and lazy.
/// All are computed.
///
///     sign = select(a < 0.0, -1.0, a > 0.0, 1.0, 0.0);
///
/// NumPy writes `select([a < 0, a > 0], [-1.0, 1.0], 0.0)`.
template <detail::choice C, detail::choice A, detail::choice B>
auto select(C&& condition, A&& a, B&& otherwise) {
  return where(std::forward<C>(condition), std::forward<A>(a), std::forward<B>(otherwise));
}
template <detail::choice C, detail::choice A, class... Rest>
requires(sizeof...(Rest) >= 3 && sizeof...(Rest) % 2 == 1) auto select(C&& condition, A&& a,
                                                                       Rest&&... rest) {
  return where(std::forward<C>(condition), std::forward<A>(a), select(std::forward<Rest>(rest)...));
}

/// @name Smaller and larger
/// The smaller or larger of two, elementwise and lazy. A NaN on either side is the result of
/// `minimum` and `maximum`; `fmin` and `fmax` take the number beside it. Of two numbers that are no
/// arrays, `min(x, y)` and `max(x, y)` are `minimum` and `maximum`.
/// @{
template <class A, class B>
requires detail::elementwise_pair<A, B>
auto minimum(A&& a, B&& b) {
  return detail::elementwise(detail::arithmetic<detail::smaller>(), std::forward<A>(a),
                             std::forward<B>(b));
}
template <class A, class B>
requires detail::elementwise_pair<A, B>
auto maximum(A&& a, B&& b) {
  return detail::elementwise(detail::arithmetic<detail::larger>(), std::forward<A>(a),
                             std::forward<B>(b));
}
template <detail::real_number A, detail::real_number B> constexpr auto minimum(A a, B b) {
  return detail::arithmetic<detail::smaller>()(a, b);
}
template <detail::real_number A, detail::real_number B> constexpr auto maximum(A a, B b) {
  return detail::arithmetic<detail::larger>()(a, b);
}
template <detail::real_number A, detail::real_number B> constexpr auto(min)(A a, B b) {
  return minimum(a, b);
}
template <detail::real_number A, detail::real_number B> constexpr auto(max)(A a, B b) {
  return maximum(a, b);
}
// Preferred to std::min and std::max where both are visible.
template <detail::real_number T> constexpr T(min)(const T& a, const T& b) { return minimum(a, b); }
template <detail::real_number T> constexpr T(max)(const T& a, const T& b) { return maximum(a, b); }
template <class A, class B>
requires detail::elementwise_pair<A, B>
auto fmin(A&& a, B&& b) {
  return detail::elementwise(detail::arithmetic<detail::smaller_number>(), std::forward<A>(a),
                             std::forward<B>(b));
}
template <class A, class B>
requires detail::elementwise_pair<A, B>
auto fmax(A&& a, B&& b) {
  return detail::elementwise(detail::arithmetic<detail::larger_number>(), std::forward<A>(a),
                             std::forward<B>(b));
}
TESSERA_C_OF_TWO_NUMBERS(fmin)
TESSERA_C_OF_TWO_NUMBERS(fmax)
/// @}

/// `a` kept within bounds, each a scalar or an array: `minimum(maximum(a, low), high)`. Where the
/// bounds are the wrong way round, `high` wins, as in NumPy.
template <detail::choice A, detail::choice Low, detail::choice High>
requires(array_operand<A> || array_operand<Low> || array_operand<High> ||
         (scalar_operand<A> && scalar_operand<Low> &&
          scalar_operand<High>)) auto clip(A&& a, Low&& low, High&& high) {
  return minimum(maximum(std::forward<A>(a), std::forward<Low>(low)), std::forward<High>(high));
}

} // namespace tessera
