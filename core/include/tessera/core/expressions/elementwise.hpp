/// @file
/// Functions of elements, applied to arrays and scalars.
#pragma once

#include <tessera/core/expressions/expression.hpp>
#include <tessera/core/types/promotion.hpp>

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

template <class F, class... Nodes> auto make_expression(F f, Nodes&&... nodes) {
  return expression<F, std::remove_cvref_t<Nodes>...>(std::move(f), std::forward<Nodes>(nodes)...);
}

/// What an operand becomes in an expression with `Other`: a scalar takes the type it has beside it.
template <class Other, class X> decltype(auto) capture_beside(X&& x) {
  if constexpr (array_operand<X> || !array_operand<Other>)
    return capture(std::forward<X>(x));
  else
    return capture(beside<value_of<Other>>(x));
}

template <class T> struct converted_to {
  template <class X> constexpr T operator()(const X& x) const { return convert<T>(x); }
};

/// f(a), elementwise.
template <class F, class A> auto elementwise(F f, A&& a) {
  return make_expression(std::move(f), capture(std::forward<A>(a)));
}

/// f(a, b), elementwise; one of both may be a scalar.
template <class F, class A, class B> auto elementwise(F f, A&& a, B&& b) {
  return make_expression(std::move(f), capture_beside<B>(std::forward<A>(a)),
                         capture_beside<A>(std::forward<B>(b)));
}

/// A number in the precision that it has in operations of type Common: real ones stay real.
template <class Common, class T> constexpr auto in_precision(const T& x) {
  if constexpr (std::is_same_v<T, Common>)
    return x;
  else if constexpr (is_complex<Common> && !is_complex<T>)
    return static_cast<typename Common::value_type>(x);
  else
    return static_cast<Common>(x);
}

/// Numbers on their own, beside the arrays. Functions of them take their arguments by value, as the
/// standard library's templates do: being constrained, ours are then preferred to those where
/// `using namespace std` makes both visible.
template <class T>
concept number = is_number<T>;
template <class T>
concept real_number = std::is_arithmetic_v<T>;

/// Integers are computed with as double.
template <class T> constexpr auto as_real(T x) {
  if constexpr (std::is_integral_v<T>)
    return static_cast<double>(x);
  else
    return x;
}

/// The type in which C's functions of two arguments compute.
template <class A, class B> using common_real = decltype(as_real(A{}) + as_real(B{}));

/// Calls f with both arguments converted to their common type.
template <class F, class A, class B> constexpr auto in_common_type(F f, const A& a, const B& b) {
  if constexpr (is_number<A> && is_number<B>) {
    using common = promoted<A, B>;
    return f(in_precision<common>(a), in_precision<common>(b));
  } else {
    return f(a, b);
  }
}

/// Integers become unsigned ones of 32 bits or more, so that they wrap around, as in NumPy, where
/// C++ leaves overflow undefined.
template <class T> constexpr auto modular(const T& x) {
  if constexpr (std::is_same_v<T, bool>)
    return static_cast<unsigned>(x);
  else if constexpr (std::is_integral_v<T>)
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
    if constexpr (std::is_same_v<A, B> && std::is_floating_point_v<A>)
      return F{}(a, b);
    else
      return in_common_type(
          [](const auto& x, const auto& y) {
            return narrowed<std::remove_cvref_t<decltype(x)>>::from(F{}(x, y));
          },
          a, b);
  }
};

} // namespace detail

} // namespace tessera
