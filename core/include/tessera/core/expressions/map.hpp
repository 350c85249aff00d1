/// @file
/// Functions of the user, and conversions, applied to each element.
#pragma once

#include <tessera/core/expressions/elementwise.hpp>

namespace tessera {

namespace detail {

/// A function of the user's, which may throw.
template <class F> struct mapped {
  [[no_unique_address]] F f;
  template <class... T> auto operator()(const T&... x) const -> decltype(f(x...)) {
    return f(x...);
  }
};

/// The same, promised not to throw.
template <class F> struct mapped_safely {
  [[no_unique_address]] F f;
  template <class... T> auto operator()(const T&... x) const -> decltype(f(x...)) {
    return f(x...);
  }
};

template <class F> inline constexpr bool may_throw<mapped<F>> = true;

/// The type of an operand's elements; a scalar's own.
template <class X> struct element_type { using type = std::remove_cvref_t<X>; };
template <array_operand X> struct element_type<X> { using type = value_of<X>; };
template <class X> using element_of = typename element_type<X>::type;

/// A function of elements that takes arrays.
template <class F> struct vectorized {
  F f;
  template <class... A>
  requires(array_operand<A> || ...) auto operator()(A&&... a) const;
};

} // namespace detail

/// f applied to corresponding elements of arrays that broadcast against each other; lazy, and fused
/// with what the result is used in. Scalars among the arguments are passed as they are.
///
///     ndarray c = map([](double x, double y) noexcept { return x > y ? x - y : 0.0; }, a, b);
///
/// f is called once for each element, in any order, and by several threads at once where there are
/// several (see `set_threads`). What it throws leaves the assignment, when some
/// elements are done. A function that is `noexcept` runs faster where the compiler can vectorise
/// it. Of global arrays, what it throws on any rank is thrown on all of them.
template <class F, class... A>
requires((array_operand<A> || ...) && !array_operand<F>) auto map(F f, A&&... a) {
  constexpr bool safe =
      noexcept(std::declval<const F&>()(std::declval<const detail::element_of<A>&>()...));
  using function = std::conditional_t<safe, detail::mapped_safely<F>, detail::mapped<F>>;
  return detail::make_expression(function{std::move(f)}, detail::capture(std::forward<A>(a))...);
}

/// A function of elements made one of arrays.
///
///     const auto excess = vectorize([](double x, double y) noexcept { return x > y ? x - y : 0.0;
///     }); ndarray c = excess(a, 1.0) + excess(b, a);
template <class F> auto vectorize(F f) { return detail::vectorized<F>{std::move(f)}; }

template <class F> template <class... A>
requires(array_operand<A> || ...) auto detail::vectorized<F>::operator()(A&&... a) const {
  return map(f, std::forward<A>(a)...);
}

/// The elements of `a` in another type; lazy. Integers wrap around; floating-point numbers are cut
/// off towards zero, those beyond an integer type become its smallest or largest number, and NaN 0.
///
/// Assigning to an array of another type converts too, but is refused where it would change the
/// kind of the numbers, from real to integer for one.
template <element T, array_operand A> auto astype(A&& a) {
  return detail::elementwise(detail::converted_to<T>(), std::forward<A>(a));
}
template <element T, detail::number X> constexpr T astype(X x) { return detail::convert<T>(x); }

} // namespace tessera
