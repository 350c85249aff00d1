/// @file
/// Evaluation of expressions: one loop over the elements that are assigned and all that are read.
#pragma once

#include <tessera/core/expressions/by_numbers.hpp>
#include <tessera/core/expressions/leaves.hpp>
#include <tessera/core/expressions/nodes.hpp>
#include <tessera/core/types/convert.hpp>

namespace tessera::detail {

/// Is X an array or a view of elements of type T?
template <class X, class T> inline constexpr bool holds_in_memory = false;
template <class T, std::size_t N> inline constexpr bool holds_in_memory<ndarray<T, N>, T> = true;
template <class T, std::size_t N> inline constexpr bool holds_in_memory<view<T, N>, T> = true;
template <class T, std::size_t N> inline constexpr bool holds_in_memory<view<const T, N>, T> = true;

template <class T, class Node, bool Simple>
void assign_row(std::byte* const* rows, index_t n, const void* context) {
  const auto value = static_cast<const Node*>(context)->template bind<1, Simple>(rows);
  T* const to = reinterpret_cast<T*>(rows[0]);
  if constexpr (goes_by_numbers<T, Node>) {
    using number = typename T::value_type;
    const auto number_at = by_numbers(value);
    auto* const numbers = reinterpret_cast<number*>(to);
    const index_t count = n * T::size();
#pragma omp simd
    for (index_t i = 0; i < count; ++i) numbers[i] = convert<number>(number_at(i));
  } else if constexpr (may_throw<Node>) {
    // What leaves a simd loop ends the program.
    for (index_t i = 0; i < n; ++i) to[i] = convert<T>(value(i));
  } else {
#pragma omp simd
    for (index_t i = 0; i < n; ++i) to[i] = convert<T>(value(i));
  }
}

template <class T, class Node, bool Simple>
void assign_rows(row_source* sources, index_t rows, index_t n, const void* context) {
  for (; rows > 0; --rows) {
    const auto value = static_cast<const Node*>(context)->template bind<1, Simple>(sources);
    T* const to = reinterpret_cast<T*>(sources[0].elements);
#pragma omp simd
    for (index_t i = 0; i < n; ++i) to[i] = convert<T>(value(i));
    for (row_source* s = sources; s <= sources + Node::leaves; ++s) s->advance();
  }
}

/// May operands broadcast against each other along the last axis, so that some have one value for
/// all of a row?
template <class Node>
inline constexpr bool may_repeat =
    Node::ndim > 1 && Node::leaves > 1 && reads_numbers<Node> && !may_throw<Node>;

/// Both loops, where operands may broadcast; of many operands the second alone, which is as fast
/// wherever they lie beyond the first-level cache: each loop is compiled in the user's file.
template <class T, class Node, bool Simple> row_kernel assignment_loops() {
  constexpr std::size_t many = 4;
  if constexpr (!may_repeat<Node>)
    return &assign_row<T, Node, Simple>;
  else if constexpr (Node::leaves < many)
    return {&assign_row<T, Node, Simple>, &assign_rows<T, Node, Simple>};
  else
    return {nullptr, &assign_rows<T, Node, Simple>};
}

/// The loop over one row of this node: the simple one if its functions allow.
template <class T, class Node> row_function row_assignment(const Node& node) {
  if constexpr (has_simple_form<Node>)
    if (node.is_simple()) return &assign_row<T, Node, true>;
  return &assign_row<T, Node, false>;
}

/// The loops that assign this node.
template <class T, class Node> row_kernel assignment_kernel(const Node& node) {
  if constexpr (has_simple_form<Node>)
    if (node.is_simple()) return assignment_loops<T, Node, true>();
  return assignment_loops<T, Node, false>();
}

/// Refuses what elements of type T would not hold: for scalars by their values, else by type.
template <class T, class Node> void check_assigned(const Node& node) {
  if constexpr (requires { node.value; } && std::is_arithmetic_v<typename Node::value_type>)
    check_fits<T>(node.value);
  else
    check_kind<T, typename Node::value_type>();
}

/// Evaluates a node into `to`; a temporary is made only where it reads memory that was written.
template <class T, std::size_t N, class Node, std::size_t M>
void assign_node(const view<T, N>& to, const Node& node, const shape_t<M>& shape) {
  static_assert(M <= N, "more axes than the array that is assigned");
  check_assigned<T>(node);
  const leaf_list<Node> leaves(node);
  assign_elements(array_ref_of(to), shape.data(), M, leaves.data(), Node::leaves,
                  assignment_kernel<T>(node), &node);
}

template <class T, std::size_t N, class E> void assign(const view<T, N>& to, const E& from) {
  if constexpr (holds_in_memory<E, T>) {
    static_assert(E::ndim <= N, "more axes than the array that is assigned");
    copy_elements(array_ref_of(to), array_ref_of(from));
  } else {
    const auto& node = as_node(from);
    assign_node(to, node, node.shape());
  }
}

} // namespace tessera::detail
