/// @file
/// Operators on arrays, elementwise and lazy.
#pragma once

#include <tessera/core/elements/rounded.hpp>
#include <tessera/core/expressions/elementwise.hpp>

namespace tessera {

namespace detail {

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

/// The product of two numbers. Of complex ones it is the plain formula, as in NumPy, which unlike
/// std::complex's does not look for infinities.
struct raw_multiply {
  template <class A, class B> constexpr auto operator()(const A& a, const B& b) const {
    if constexpr (is_complex<A> && is_complex<B>)
      return A(rounded(a.real() * b.real()) - rounded(a.imag() * b.imag()),
               rounded(a.real() * b.imag()) + rounded(a.imag() * b.real()));
    else
      return modular(a) * modular(b);
  }
};

/// The quotient of two numbers; of complex ones by Smith's method, as in NumPy, which does not
/// overflow where the result does not.
/// R. L. Smith, Algorithm 116: Complex division, Communications of the ACM 5 (1962) 435.
struct raw_divide {
  template <class A, class B> constexpr auto operator()(const A& a, const B& b) const {
    if constexpr (is_complex<B> && !is_fixed<A>)
      return of_complex(B(a), b);
    else
      return a / b;
  }

private:
  template <class C> static constexpr C of_complex(const C& a, const C& b) {
    const auto size = [](auto x) { return x < 0 ? -x : x; };
    const bool real_leads = size(b.real()) >= size(b.imag());
    const auto large = real_leads ? b.real() : b.imag();
    const auto small = real_leads ? b.imag() : b.real();
    const auto x = real_leads ? a.real() : a.imag();
    const auto y = real_leads ? a.imag() : a.real();
    const auto ratio = large == 0 ? large : small / large;
    const auto scale = large == 0 ? large : large + small * ratio;
    const auto sum = x + rounded(y * ratio);
    const auto difference = y - rounded(x * ratio);
    return C(sum / scale, (real_leads ? difference : -difference) / scale);
  }
};

// clang-format off
struct raw_plus     { constexpr auto operator()(const auto& a, const auto& b) const { return modular(a) + modular(b); } };
struct raw_minus    { constexpr auto operator()(const auto& a, const auto& b) const { return modular(a) - modular(b); } };
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
      return in_common_type(raw_divide(), a, b);
  }
};

struct negate {
  template <class A> constexpr auto operator()(const A& a) const {
    return narrowed<A>::from(-modular(a));
  }
};

struct identity {
  template <class A> constexpr A operator()(const A& a) const { return a; }
};

template <> inline constexpr bool acts_on_numbers<arithmetic<raw_plus>> = true;
template <> inline constexpr bool acts_on_numbers<arithmetic<raw_minus>> = true;
template <> inline constexpr bool acts_on_numbers<arithmetic<raw_multiply>> = true;
template <> inline constexpr bool acts_on_numbers<divide> = true;
template <> inline constexpr bool acts_on_numbers<negate> = true;
template <> inline constexpr bool acts_on_numbers<identity> = true;

template <class A, class B> auto add(A&& a, B&& b) {
  return elementwise(arithmetic<raw_plus>(), std::forward<A>(a), std::forward<B>(b));
}
template <class A, class B> auto subtract(A&& a, B&& b) {
  return elementwise(arithmetic<raw_minus>(), std::forward<A>(a), std::forward<B>(b));
}
template <class A, class B> auto multiply(A&& a, B&& b) {
  return elementwise(arithmetic<raw_multiply>(), std::forward<A>(a), std::forward<B>(b));
}
/// A single element beside an array of elements that are no numbers, such as text.
template <class X, class Array>
concept single_element = !array_operand<X> && array_operand<Array> &&
                         std::is_class_v<value_of<Array>> && !is_complex<value_of<Array>> &&
                         std::is_convertible_v<const std::remove_cvref_t<X>&, value_of<Array>>;

template <class A, class B>
concept comparable_pair = elementwise_pair<A, B> || single_element<A, B> || single_element<B, A>;

template <class Other, class X> decltype(auto) capture_compared(X&& x) {
  if constexpr (array_operand<X>)
    return capture(std::forward<X>(x));
  else if constexpr (single_element<X, Other>)
    return scalar_node<value_of<Other>>{x};
  else if constexpr (std::is_integral_v<std::remove_cvref_t<X>> && holds_integers<Other>)
    // It keeps its type: 300 is more than any uint8.
    return capture(x);
  else
    return capture(beside<value_of<Other>>(x));
}

template <class A, class E> void assign_in_place(A& a, const E& result) {
  check_kind_in_place<value_of<A>, typename E::value_type>();
  a.assign(result);
}

template <class F, class A, class B> auto compare(A&& a, B&& b) {
  return make_expression(comparison<F>(), capture_compared<B>(std::forward<A>(a)),
                         capture_compared<A>(std::forward<B>(b)));
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
template <array_operand A> auto operator+(A&& a) {
  return detail::elementwise(detail::identity(), std::forward<A>(a));
}
/// @}

/// @name Comparison
/// Elementwise; the result is a bool for each element. Besides numbers, arrays of any element type
/// that has the operator compare with each other and with single values of that type.
/// @{
template <class A, class B>
requires detail::comparable_pair<A, B>
auto operator==(A&& a, B&& b) {
  return detail::compare<detail::raw_equal>(std::forward<A>(a), std::forward<B>(b));
}
template <class A, class B>
requires detail::comparable_pair<A, B>
auto operator!=(A&& a, B&& b) {
  return detail::compare<detail::raw_unequal>(std::forward<A>(a), std::forward<B>(b));
}
template <class A, class B>
requires detail::comparable_pair<A, B>
auto operator<(A&& a, B&& b) {
  return detail::compare<detail::raw_less>(std::forward<A>(a), std::forward<B>(b));
}
template <class A, class B>
requires detail::comparable_pair<A, B>
auto operator<=(A&& a, B&& b) {
  return detail::compare<detail::raw_at_most>(std::forward<A>(a), std::forward<B>(b));
}
template <class A, class B>
requires detail::comparable_pair<A, B>
auto operator>(A&& a, B&& b) {
  return detail::compare<detail::raw_less>(std::forward<B>(b), std::forward<A>(a));
}
template <class A, class B>
requires detail::comparable_pair<A, B>
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
/// `a += b` is `a = a + b` without a temporary, also for a slice: `a(0, all) *= 2.0`. Results of
/// another kind than `a` (real for integers, as in `n *= 0.5` and `n /= 2`; signed for unsigned)
/// are refused, as in NumPy.
/// @{
template <assignable_operand A, class B>
requires detail::elementwise_pair<A, B> A && operator+=(A&& a, const B& b) {
  detail::assign_in_place(a, detail::add(a, b));
  return std::forward<A>(a);
}
template <assignable_operand A, class B>
requires detail::elementwise_pair<A, B> A && operator-=(A&& a, const B& b) {
  detail::assign_in_place(a, detail::subtract(a, b));
  return std::forward<A>(a);
}
template <assignable_operand A, class B>
requires detail::elementwise_pair<A, B> A && operator*=(A&& a, const B& b) {
  detail::assign_in_place(a, detail::multiply(a, b));
  return std::forward<A>(a);
}
template <assignable_operand A, class B>
requires detail::elementwise_pair<A, B> A && operator/=(A&& a, const B& b) {
  detail::assign_in_place(a, a / b);
  return std::forward<A>(a);
}
/// @}

} // namespace tessera
