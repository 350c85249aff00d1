/// @file
/// What can stand in an elementwise expression.
#pragma once

#include <tessera/core/errors/standard.hpp>

#include <cstddef>
#include <type_traits>

namespace tessera {

/// See <tessera/core/fixed_array.hpp>.
template <class T, std::size_t... N> class fixed_array;

namespace detail {

/// False, but only when a template is used: for what is refused with a message.
template <class...> inline constexpr bool never = false;

/// Base of everything that has elements: arrays, views, expressions, global arrays.
struct operand_tag {};

/// How a type enters an expression: specialised for each array type, local and global, with
///     static auto capture(X&&)   ->  a node of the expression tree
template <class X> struct operand_traits;

template <class T> inline constexpr bool is_complex = false;
template <class T> inline constexpr bool is_number = std::is_arithmetic_v<T> || is_complex<T>;
/// Texts of a fixed width, see fixed_string.
template <class T> inline constexpr bool is_text = false;
/// Small arrays of a shape known at compile time.
template <class T> inline constexpr bool is_fixed = false;
template <class T, std::size_t... N> inline constexpr bool is_fixed<fixed_array<T, N...>> = true;

} // namespace detail

/// An array, a view, an expression, or a global one of these.
template <class X>
concept array_operand = std::is_base_of_v<detail::operand_tag, std::remove_cvref_t<X>>;

/// An array or expression on this process, as opposed to one that is spread over ranks.
template <class X>
concept local_operand = array_operand<X> && !std::remove_cvref_t<X>::is_global;

/// A global array, a view of one, or an expression with one in it.
template <class X>
concept global_operand = array_operand<X> && std::remove_cvref_t<X>::is_global;

namespace detail {

/// Stands where a local array is needed and global ones are given; compiles for nothing.
template <class... X> constexpr void refuse_global() {
  static_assert(never<X...>,
                "a local array is needed here, but the elements of a global one are spread over "
                "the ranks: call gather_all() of it (of an expression: copy(...).gather_all())");
}

} // namespace detail

/// Elements chosen by a mask or by subscripts: `copy()` gathers them.
template <class X>
concept selection_operand = local_operand<X> && std::remove_cvref_t<X>::is_selection;

/// A number, text or fixed_array that may stand beside an array.
template <class X>
concept scalar_operand =
    std::is_arithmetic_v<std::remove_cvref_t<X>> || detail::is_complex<std::remove_cvref_t<X>> ||
    detail::is_text<std::remove_cvref_t<X>> || detail::is_fixed<std::remove_cvref_t<X>>;

/// An array whose elements can be assigned: `a.assign(expression)`.
template <class X>
concept assignable_operand = array_operand<X> && std::remove_cvref_t<X>::is_assignable &&
    !std::is_const_v<std::remove_reference_t<X>>;

/// A type that arrays can hold: copied as bytes.
template <class T>
concept element = std::is_trivially_copyable_v<T> && std::is_object_v<T>;

} // namespace tessera
