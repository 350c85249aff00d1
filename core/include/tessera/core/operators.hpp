/// @file
/// Operators on arrays, elementwise and lazy.
#pragma once

#include <tessera/core/expression.hpp>
#include <tessera/core/promotion.hpp>

namespace tessera {

namespace detail {

/// Two operands of which one at least is an array.
template <class A, class B>
concept elementwise_pair = (array_operand<A> && (array_operand<B> || scalar_operand<B>)) ||
                           (scalar_operand<A> && array_operand<B>);

template <class X> using value_of = typename std::remove_cvref_t<X>::value_type;

template <class X>
inline constexpr bool holds_integers = std::is_integral_v<std::remove_cvref_t<X>>;
template <array_operand X>
inline constexpr bool holds_integers<X> = std::is_integral_v<value_of<X>>;

template <class F, class... Nodes> auto make_expression(F f, Nodes... nodes) {
  return expression<F, Nodes...>(std::move(f), std::move(nodes)...);
}

/// f(a), elementwise.
template <class F, class A> auto elementwise(F f, A&& a) {
  return make_expression(std::move(f), capture(std::forward<A>(a)));
}

/// f(a, b), elementwise; a scalar takes the type it has beside the array.
template <class F, class A, class B> auto elementwise(F f, A&& a, B&& b) {
  if constexpr (!array_operand<A>)
    return make_expression(std::move(f), capture(beside<std::remove_cvref_t<A>, value_of<B>>(a)),
                           capture(std::forward<B>(b)));
  else if constexpr (!array_operand<B>)
    return make_expression(std::move(f), capture(std::forward<A>(a)),
                           capture(beside<std::remove_cvref_t<B>, value_of<A>>(b)));
  else
    return make_expression(std::move(f), capture(std::forward<A>(a)), capture(std::forward<B>(b)));
}

/// Calls f with both arguments converted to their common type.
template <class F, class A, class B> constexpr auto in_common_type(F f, const A& a, const B& b) {
  if constexpr (std::is_arithmetic_v<A> && std::is_arithmetic_v<B>) {
    using common = promoted<A, B>;
    return f(static_cast<common>(a), static_cast<common>(b));
  } else {
    return f(a, b);
  }
}

/// Integers become unsigned ones of 32 bits or more, so that they wrap around, as in NumPy, where
/// C++ leaves overflow undefined.
template <class T> constexpr auto modular(const T& x) {
  if constexpr (std::is_integral_v<T>)
    return static_cast<std::conditional_t<(sizeof(T) <= 4), std::uint32_t, std::uint64_t>>(x);
  else
    return x;
}

/// Integer results keep their type, where C++ would widen small ones to int.
template <class T> struct narrowed {
  template <class R> static constexpr auto from(R r) {
    if constexpr (std::is_arithmetic_v<T> && std::is_arithmetic_v<R>)
      return static_cast<T>(r);
    else
      return r;
  }
};

/// A function of two arguments in their common type whose result has that type too.
template <class F> struct arithmetic {
  template <class A, class B> constexpr auto operator()(const A& a, const B& b) const {
    return in_common_type(
        [](const auto& x, const auto& y) {
          return narrowed<std::remove_cvref_t<decltype(x)>>::from(F{}(x, y));
        },
        a, b);
  }
};

/// A comparison in the common type.
template <class F> struct comparison {
  template <class A, class B> constexpr bool operator()(const A& a, const B& b) const {
    if constexpr (std::is_integral_v<A> && std::is_integral_v<B>)
      return of_integers(a, b);
    else
      return in_common_type(F{}, a, b);
  }

private:
  // Where no integer type holds both, double would round.
  template <class A, class B> static constexpr bool of_integers(A a, B b) {
    if constexpr (std::is_integral_v<promoted<A, B>>)
      return in_common_type(F{}, a, b);
    else if (std::is_signed_v<A> && a < A{})
      return F{}(0, 1);
    else if (std::is_signed_v<B> && b < B{})
      return F{}(1, 0);
    else
      return F{}(static_cast<std::uint64_t>(a), static_cast<std::uint64_t>(b));
  }
};

// clang-format off
struct raw_plus     { auto operator()(const auto& a, const auto& b) const { return modular(a) + modular(b); } };
struct raw_minus    { auto operator()(const auto& a, const auto& b) const { return modular(a) - modular(b); } };
struct raw_multiply { auto operator()(const auto& a, const auto& b) const { return modular(a) * modular(b); } };
struct raw_equal    { bool operator()(const auto& a, const auto& b) const { return a == b; } };
struct raw_unequal  { bool operator()(const auto& a, const auto& b) const { return a != b; } };
struct raw_less     { bool operator()(const auto& a, const auto& b) const { return a < b; } };
struct raw_at_most  { bool operator()(const auto& a, const auto& b) const { return a <= b; } };
struct logical_and  { bool operator()(bool a, bool b) const { return a & b; } };
struct logical_or   { bool operator()(bool a, bool b) const { return a | b; } };
struct logical_not  { bool operator()(bool a) const { return !a; } };
// clang-format on

/// True division, as in NumPy: integers give double.
struct divide {
  template <class A, class B> constexpr auto operator()(const A& a, const B& b) const {
    if constexpr (std::is_integral_v<A> && std::is_integral_v<B>)
      return static_cast<double>(a) / static_cast<double>(b);
    else
      return in_common_type([](const auto& x, const auto& y) { return x / y; }, a, b);
  }
};

struct negate {
  template <class A> constexpr auto operator()(const A& a) const {
    return narrowed<A>::from(-modular(a));
  }
};

template <class A, class B> auto add(A&& a, B&& b) {
  return elementwise(arithmetic<raw_plus>(), std::forward<A>(a), std::forward<B>(b));
}
template <class A, class B> auto subtract(A&& a, B&& b) {
  return elementwise(arithmetic<raw_minus>(), std::forward<A>(a), std::forward<B>(b));
}
template <class A, class B> auto multiply(A&& a, B&& b) {
  return elementwise(arithmetic<raw_multiply>(), std::forward<A>(a), std::forward<B>(b));
}
/// An integer beside an array of integers keeps its type: 300 is more than any uint8.
template <class F, class A, class B> auto compare(A&& a, B&& b) {
  if constexpr (holds_integers<A> && holds_integers<B>)
    return make_expression(comparison<F>(), capture(std::forward<A>(a)),
                           capture(std::forward<B>(b)));
  else
    return elementwise(comparison<F>(), std::forward<A>(a), std::forward<B>(b));
}

} // namespace detail

/// @name Arithmetic
/// Elementwise, with broadcasting; nothing is computed until the result is assigned. Mixed types
/// follow NumPy (see promoted); `/` of integers gives double.
/// @throws shape_error when the shapes do not broadcast.
/// @{
template <class A, class B>
requires detail::elementwise_pair<A, B>
auto operator+(A&& a, B&& b) { return detail::add(std::forward<A>(a), std::forward<B>(b)); }
template <class A, class B>
requires detail::elementwise_pair<A, B>
auto operator-(A&& a, B&& b) { return detail::subtract(std::forward<A>(a), std::forward<B>(b)); }
template <class A, class B>
requires detail::elementwise_pair<A, B>
auto operator*(A&& a, B&& b) { return detail::multiply(std::forward<A>(a), std::forward<B>(b)); }
template <class A, class B>
requires detail::elementwise_pair<A, B>
auto operator/(A&& a, B&& b) {
  return detail::elementwise(detail::divide(), std::forward<A>(a), std::forward<B>(b));
}
template <array_operand A> auto operator-(A&& a) {
  return detail::elementwise(detail::negate(), std::forward<A>(a));
}
/// @}

/// @name Comparison
/// Elementwise; the result is a bool for each element.
/// @{
template <class A, class B>
requires detail::elementwise_pair<A, B>
auto operator==(A&& a, B&& b) {
  return detail::compare<detail::raw_equal>(std::forward<A>(a), std::forward<B>(b));
}
template <class A, class B>
requires detail::elementwise_pair<A, B>
auto operator!=(A&& a, B&& b) {
  return detail::compare<detail::raw_unequal>(std::forward<A>(a), std::forward<B>(b));
}
template <class A, class B>
requires detail::elementwise_pair<A, B>
auto operator<(A&& a, B&& b) {
  return detail::compare<detail::raw_less>(std::forward<A>(a), std::forward<B>(b));
}
template <class A, class B>
requires detail::elementwise_pair<A, B>
auto operator<=(A&& a, B&& b) {
  return detail::compare<detail::raw_at_most>(std::forward<A>(a), std::forward<B>(b));
}
template <class A, class B>
requires detail::elementwise_pair<A, B>
auto operator>(A&& a, B&& b) {
  return detail::compare<detail::raw_less>(std::forward<B>(b), std::forward<A>(a));
}
template <class A, class B>
requires detail::elementwise_pair<A, B>
auto operator>=(A&& a, B&& b) {
  return detail::compare<detail::raw_at_most>(std::forward<B>(b), std::forward<A>(a));
}
/// @}

/// @name Logic
/// Elementwise on bool; both sides are evaluated.
/// @{
template <class A, class B>
requires detail::elementwise_pair<A, B>
auto operator&&(A&& a, B&& b) {
  return detail::elementwise(detail::logical_and(), std::forward<A>(a), std::forward<B>(b));
}
template <class A, class B>
requires detail::elementwise_pair<A, B>
auto operator||(A&& a, B&& b) {
  return detail::elementwise(detail::logical_or(), std::forward<A>(a), std::forward<B>(b));
}
template <array_operand A> auto operator!(A&& a) {
  return detail::elementwise(detail::logical_not(), std::forward<A>(a));
}
/// @}

/// @name Compound assignment
/// `a += b` is `a = a + b` without a temporary, also for a slice: `a(0, all) *= 2.0`.
/// @{
template <assignable_operand A, class B>
requires detail::elementwise_pair<A, B> A && operator+=(A&& a, const B& b) {
  a.assign(detail::add(a, b));
  return std::forward<A>(a);
}
template <assignable_operand A, class B>
requires detail::elementwise_pair<A, B> A && operator-=(A&& a, const B& b) {
  a.assign(detail::subtract(a, b));
  return std::forward<A>(a);
}
template <assignable_operand A, class B>
requires detail::elementwise_pair<A, B> A && operator*=(A&& a, const B& b) {
  a.assign(detail::multiply(a, b));
  return std::forward<A>(a);
}
template <assignable_operand A, class B>
requires detail::elementwise_pair<A, B> A && operator/=(A&& a, const B& b) {
  a.assign(a / b);
  return std::forward<A>(a);
}
/// @}

} // namespace tessera
