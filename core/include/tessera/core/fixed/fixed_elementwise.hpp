/// @file
/// Operators and functions of fixed arrays, element by element, and what becomes of all elements.
#pragma once

#include <tessera/core/elements/floating.hpp>
#include <tessera/core/elements/where.hpp>
#include <tessera/core/fixed/fixed_class.hpp>

namespace tessera {

namespace detail {

// Doxygen 1.9 takes it for its own base.
/// @cond
template <class A, class... Rest> struct first_fixed : first_fixed<Rest...> {};
template <class T, std::size_t... N, class... Rest>
struct first_fixed<fixed_array<T, N...>, Rest...> {
  using type = fixed_array<T, N...>;
};
/// @endcond

/// Fixed arrays of the same shape and numbers, of which one at least is an array.
template <class... A>
concept fixed_operands = (is_fixed<A> || ...) && ((is_fixed<A> || is_number<A>)&&...) &&
                         ((!is_fixed<A> ||
                           have_same_shape<A, typename first_fixed<A...>::type>)&&...);

// All of it is inlined, however little a compiler optimises: kernels of stencils are watched cell
// by cell where it does not see what they call.
#define TESSERA_INLINED __attribute__((always_inline))

template <class A> TESSERA_INLINED constexpr const auto& row_at(const A& a, std::size_t i) {
  if constexpr (is_fixed<A>)
    return a[i];
  else
    return a;
}

/// So many rows are written out: no loop that an optimiser has to undo.
inline constexpr std::size_t few_rows = 16;

/// The fixed array whose row i is row(i).
template <class Result, class F> TESSERA_INLINED constexpr Result made_of_rows(const F& row) {
  constexpr std::size_t rows = std::tuple_size_v<Result>;
  if constexpr (rows <= few_rows) {
    return [&]<std::size_t... I>(std::index_sequence<I...>) TESSERA_INLINED {
      return Result(row(I)...);
    }
    (std::make_index_sequence<rows>());
  } else {
    Result values{};
    for (std::size_t i = 0; i < rows; ++i) values[i] = row(i);
    return values;
  }
}

template <class F, class... A>
TESSERA_INLINED constexpr auto for_each_element(const F& f, const A&... a) {
  if constexpr (!(is_fixed<A> || ...)) {
    return f(a...);
  } else {
    using element =
        std::remove_cvref_t<decltype(f(std::declval<const typename number_in<A>::type&>()...))>;
    using result = typename fixed_with<typename first_fixed<A...>::type, element>::type;
    return made_of_rows<result>(
        [&](std::size_t i) TESSERA_INLINED { return for_each_element(f, row_at(a, i)...); });
  }
}

/// f(... f(f(start, a0), a1) ..., an), in row-major order.
template <class F, class R, class A>
TESSERA_INLINED constexpr R fold_elements(const F& f, R start, const A& a) {
  if constexpr (!is_fixed<A>) {
    return f(start, a);
  } else if constexpr (std::tuple_size_v<A> <= few_rows) {
    [&]<std::size_t... I>(std::index_sequence<I...>) TESSERA_INLINED {
      ((start = fold_elements(f, start, a[I])), ...);
    }
    (std::make_index_sequence<std::tuple_size_v<A>>());
    return start;
  } else {
    for (const auto& row : a) start = fold_elements(f, start, row);
    return start;
  }
}

template <class F, class A> constexpr bool any_element(const F& f, const A& a) {
  return fold_elements([&](bool any, const auto& x) { return any | f(x); }, false, a);
}

/// A number takes the type that it has beside an array.
template <class Other, class X> TESSERA_INLINED constexpr decltype(auto) beside_fixed(const X& x) {
  if constexpr (is_fixed<X> || !is_fixed<Other>)
    return (x);
  else
    return beside<typename Other::value_type>(x);
}

template <class F, class A, class B>
TESSERA_INLINED constexpr auto combine(const F& f, const A& a, const B& b) {
  return for_each_element(f, beside_fixed<B>(a), beside_fixed<A>(b));
}

#undef TESSERA_INLINED

template <class A, class R> constexpr void assign_fixed(A& a, const R& result) {
  check_kind_in_place<typename A::value_type, typename R::value_type>();
  a = static_cast<A>(result);
}

} // namespace detail

/// @name Arithmetic of fixed arrays
/// Elementwise, of two of the same shape or of one and a number. Types promote as those of arrays
/// do: `2.0 * v` stays float for a vector of float, `/` of integers gives double, integers wrap
/// around.
/// @{
template <class A, class B>
requires detail::fixed_operands<A, B>
constexpr auto operator+(const A& a, const B& b) {
  return detail::combine(detail::arithmetic<detail::raw_plus>(), a, b);
}
template <class A, class B>
requires detail::fixed_operands<A, B>
constexpr auto operator-(const A& a, const B& b) {
  return detail::combine(detail::arithmetic<detail::raw_minus>(), a, b);
}
template <class A, class B>
requires detail::fixed_operands<A, B>
constexpr auto operator*(const A& a, const B& b) {
  return detail::combine(detail::arithmetic<detail::raw_multiply>(), a, b);
}
template <class A, class B>
requires detail::fixed_operands<A, B>
constexpr auto operator/(const A& a, const B& b) { return detail::combine(detail::divide(), a, b); }
template <class T, std::size_t... N>
constexpr fixed_array<T, N...> operator-(const fixed_array<T, N...>& a) {
  return detail::for_each_element(detail::negate(), a);
}
template <class T, std::size_t... N>
constexpr fixed_array<T, N...> operator+(const fixed_array<T, N...>& a) {
  return a;
}
template <class T, std::size_t... N, class B>
requires detail::fixed_operands<fixed_array<T, N...>, B>
constexpr fixed_array<T, N...>& operator+=(fixed_array<T, N...>& a, const B& b) {
  detail::assign_fixed(a, a + b);
  return a;
}
template <class T, std::size_t... N, class B>
requires detail::fixed_operands<fixed_array<T, N...>, B>
constexpr fixed_array<T, N...>& operator-=(fixed_array<T, N...>& a, const B& b) {
  detail::assign_fixed(a, a - b);
  return a;
}
template <class T, std::size_t... N, class B>
requires detail::fixed_operands<fixed_array<T, N...>, B>
constexpr fixed_array<T, N...>& operator*=(fixed_array<T, N...>& a, const B& b) {
  detail::assign_fixed(a, a * b);
  return a;
}
template <class T, std::size_t... N, class B>
requires detail::fixed_operands<fixed_array<T, N...>, B>
constexpr fixed_array<T, N...>& operator/=(fixed_array<T, N...>& a, const B& b) {
  detail::assign_fixed(a, a / b);
  return a;
}
/// @}

/// f of corresponding elements of fixed arrays of one shape; numbers are passed as they are.
///
///     map([](double x) { return sqrt(x); }, v)
template <class F, class... A>
requires detail::fixed_operands<A...>
constexpr auto map(const F& f, const A&... a) { return detail::for_each_element(f, a...); }

/// Magnitudes of the elements.
template <class T, std::size_t... N> constexpr auto abs(const fixed_array<T, N...>& a) {
  return detail::for_each_element(detail::absolute(), a);
}

/// The smaller or larger of each two elements, as of arrays.
template <class A, class B>
requires detail::fixed_operands<A, B>
constexpr auto minimum(const A& a, const B& b) {
  return detail::combine(detail::arithmetic<detail::smaller>(), a, b);
}
template <class A, class B>
requires detail::fixed_operands<A, B>
constexpr auto maximum(const A& a, const B& b) {
  return detail::combine(detail::arithmetic<detail::larger>(), a, b);
}

/// @name Of all elements
/// Sums and products are rounded at each step, in row-major order (`sum(a.view())` is exact);
/// integers give 64 bits. A NaN is the smallest and the largest element.
/// @{
template <class T, std::size_t... N> constexpr auto sum(const fixed_array<T, N...>& a) {
  using R = detail::sum_type<T>;
  const auto add = [](const R& s, const T& x) {
    return detail::arithmetic<detail::raw_plus>()(s, static_cast<R>(x));
  };
  return detail::fold_elements(add, R{}, a);
}
template <class T, std::size_t... N> constexpr auto prod(const fixed_array<T, N...>& a) {
  using R = detail::sum_type<T>;
  const auto multiply = [](const R& p, const T& x) {
    return detail::arithmetic<detail::raw_multiply>()(p, static_cast<R>(x));
  };
  return detail::fold_elements(multiply, static_cast<R>(1), a);
}
template <class T, std::size_t... N> constexpr T(min)(const fixed_array<T, N...>& a) {
  return detail::fold_elements(detail::arithmetic<detail::smaller>(), *a.data(), a);
}
template <class T, std::size_t... N> constexpr T(max)(const fixed_array<T, N...>& a) {
  return detail::fold_elements(detail::arithmetic<detail::larger>(), *a.data(), a);
}
/// @}

} // namespace tessera
