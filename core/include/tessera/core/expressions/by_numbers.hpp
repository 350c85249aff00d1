/// @file
/// Elementwise expressions of fixed arrays as such of their numbers, which lie one behind the other
/// over a whole row: a vector then holds as many as it can, whatever the size of an element.
#pragma once

#include <tessera/core/expressions/nodes.hpp>
#include <tessera/core/types/promotion.hpp>

namespace tessera::detail {

/// Does F do the same to each number of fixed arrays, and to a number beside them?
template <class F> inline constexpr bool acts_on_numbers = false;

/// Is a node made of arrays of fixed arrays of the shape of T, numbers, and such functions?
template <class T, class Node> inline constexpr bool is_of_numbers_of = false;
template <class T, class X>
inline constexpr bool is_of_numbers_of<T, scalar_node<X>> = is_number<X>;
template <class T, class E, std::size_t N>
inline constexpr bool is_of_numbers_of<T, array_node<E, N>> = is_fixed<E>&&
    std::is_same_v<typename fixed_with<E, char>::type, typename fixed_with<T, char>::type>;
template <class T, class Array>
inline constexpr bool is_of_numbers_of<T, owning_node<Array>> =
    is_of_numbers_of<T, array_node<typename Array::value_type, Array::ndim>>;
template <class T, class F, class... Args>
inline constexpr bool is_of_numbers_of<T, expression<F, Args...>> = acts_on_numbers<F> &&
                                                                    (is_of_numbers_of<T, Args> &&
                                                                     ...);

template <class T, class Node>
inline constexpr bool goes_by_numbers =
    is_fixed<T>&& is_fixed<typename Node::value_type>&& is_of_numbers_of<T, Node>;

/// What gives element i of a row as what gives number i.
template <class X> scalar_node<X> by_numbers(const scalar_node<X>& number) { return number; }
template <class T> auto by_numbers(const row_reader<T>& row) {
  using number = typename T::value_type;
  return row_reader<number>{reinterpret_cast<const number*>(row.elements)};
}
template <class F, class... Args> auto by_numbers(const row_function_of<F, Args...>& row) {
  return row.args.map([](const auto& arg) { return by_numbers(arg); },
                      [&](auto... args) {
                        return row_function_of<F, decltype(args)...>{row.f, {args...}};
                      });
}

} // namespace tessera::detail
