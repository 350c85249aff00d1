/// @file
/// Operators on the bits of integers, and on bool.
#pragma once

#include <tessera/core/elements/operators.hpp>

namespace tessera {

namespace detail {

/// Integers, or bool, on both sides.
template <class A, class B>
concept bit_pair = elementwise_pair<A, B> && holds_integers<A> && holds_integers<B>;

struct raw_and {
  template <class T> constexpr T operator()(T a, T b) const { return static_cast<T>(a & b); }
};
struct raw_or {
  template <class T> constexpr T operator()(T a, T b) const { return static_cast<T>(a | b); }
};
struct raw_xor {
  template <class T> constexpr T operator()(T a, T b) const { return static_cast<T>(a ^ b); }
};
struct invert {
  template <class T> constexpr T operator()(T a) const {
    if constexpr (std::is_same_v<T, bool>)
      return !a;
    else
      return static_cast<T>(~a);
  }
};

/// Shifts by the width or more, or by less than nothing, push all bits out, where C++ leaves the
/// behaviour undefined.
struct raw_shift_left {
  template <class T> constexpr T operator()(T a, T b) const {
    constexpr unsigned width = 8 * sizeof(T);
    const bool inside = static_cast<std::make_unsigned_t<T>>(b) < width;
    const unsigned count = inside ? static_cast<unsigned>(b) : 0;
    return inside ? static_cast<T>(modular(a) << count) : T{};
  }
};
struct raw_shift_right {
  template <class T> constexpr T operator()(T a, T b) const {
    constexpr unsigned width = 8 * sizeof(T);
    const bool inside = static_cast<std::make_unsigned_t<T>>(b) < width;
    return static_cast<T>(a >> (inside ? static_cast<unsigned>(b) : width - 1)) &
           (inside || std::is_signed_v<T> ? static_cast<T>(-1) : T{});
  }
};

/// bool shifts as int8, as in NumPy.
template <class F> struct shift {
  template <class A, class B> constexpr auto operator()(const A& a, const B& b) const {
    if constexpr (std::is_same_v<A, bool> && std::is_same_v<B, bool>)
      return arithmetic<F>()(static_cast<std::int8_t>(a), static_cast<std::int8_t>(b));
    else
      return arithmetic<F>()(a, b);
  }
};

template <class F, class A, class B> void assign_bits(A& a, const B& b) {
  assign_in_place(a, elementwise(F(), a, b));
}

} // namespace detail

// clang-format off
/// @name Bits
/// Elementwise and lazy, for integers and bool; `~` of bool is its opposite. Shifts by the width of
/// the type or more give 0, or -1 for negative numbers shifted right.
/// @{
#define TESSERA_BIT_OPERATOR(symbol, function)                                           \
  template <class A, class B>                                                            \
  requires detail::bit_pair<A, B> auto operator symbol(A&& a, B&& b) {                   \
    return detail::elementwise(detail::function(), std::forward<A>(a), std::forward<B>(b)); \
  }                                                                                      \
  template <assignable_operand A, class B>                                               \
  requires detail::bit_pair<A, B> A&& operator symbol##=(A&& a, const B& b) {            \
    detail::assign_bits<detail::function>(a, b);                                         \
    return std::forward<A>(a);                                                           \
  }
TESSERA_BIT_OPERATOR(&, arithmetic<detail::raw_and>)
TESSERA_BIT_OPERATOR(|, arithmetic<detail::raw_or>)
TESSERA_BIT_OPERATOR(^, arithmetic<detail::raw_xor>)
TESSERA_BIT_OPERATOR(<<, shift<detail::raw_shift_left>)
TESSERA_BIT_OPERATOR(>>, shift<detail::raw_shift_right>)
#undef TESSERA_BIT_OPERATOR
template <array_operand A>
requires detail::holds_integers<A> auto operator~(A&& a) {
  return detail::elementwise(detail::invert(), std::forward<A>(a));
}
/// @}
// clang-format on

} // namespace tessera
