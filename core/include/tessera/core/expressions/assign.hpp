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
template <class Node> inline constexpr bool has_row_loop = !may_repeat<Node> || Node::leaves < 4;

template <class T, class Node, bool Simple> row_kernel assignment_loops() {
  if constexpr (!may_repeat<Node>)
    return &assign_row<T, Node, Simple>;
  else if constexpr (has_row_loop<Node>)
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

/// Do the elements of an array follow each other?
template <std::size_t N> bool is_one_row(const shape_t<N>& shape, const shape_t<N>& strides) {
  index_t step = 1;
  bool adjacent = true;
  for (std::size_t d = N; d-- > 0; step *= shape[d])
    adjacent = adjacent && (strides[d] == step || shape[d] == 1);
  return adjacent;
}

/// Is element i of a leaf read where element i of a row of T is written, or nowhere near?
template <class T, std::size_t N, class Array>
bool reads_in_order(const T* written, const shape_t<N>& shape, index_t size, const Array& leaf) {
  if constexpr (Array::ndim != N) {
    return false;
  } else {
    using E = typename Array::value_type;
    if (!are_equal(leaf.shape(), shape) || !is_one_row(shape, leaf.strides())) return false;
    const auto from = reinterpret_cast<std::uintptr_t>(leaf.data());
    const auto to = reinterpret_cast<std::uintptr_t>(written);
    const auto count = static_cast<std::uintptr_t>(size);
    return (from == to && sizeof(E) == sizeof(T)) || from + count * sizeof(E) <= to ||
           to + count * sizeof(T) <= from;
  }
}

/// Few elements, in memory in the same order everywhere, are evaluated at once: in
/// `assign_elements`, finding out how they lie would take longer than the loop. Returns false for
/// all others.
template <class T, std::size_t N, class Node, std::size_t M>
bool assign_few(const view<T, N>& to, const Node& node, const shape_t<M>& value_shape) {
  constexpr index_t few = 512;
  const shape_t<N>& shape = to.shape();
  if constexpr (M == N)
    if (!are_equal(value_shape, shape)) return false;
  const index_t size = size_of(shape);
  if (size > few || size < 1 || !is_one_row(shape, to.strides()) || lifetimes_are_watched())
    return false;
  std::byte* rows[Node::leaves + 1];
  rows[0] = reinterpret_cast<std::byte*>(to.data());
  std::size_t filled = 0;
  bool in_order = true;
  node.visit([&](const auto& leaf) {
    using E = typename std::remove_cvref_t<decltype(leaf.elements)>::value_type;
    in_order = in_order && reads_in_order(to.data(), shape, size, leaf.elements);
    rows[++filled] = reinterpret_cast<std::byte*>(const_cast<E*>(leaf.elements.data()));
  });
  if (in_order) row_assignment<T>(node)(rows, size, &node);
  return in_order;
}

/// Evaluates a node into `to`, whose elements may lie anywhere.
template <class T, std::size_t N, class Node, std::size_t M>
void assign_any(const view<T, N>& to, const Node& node, const shape_t<M>& shape) {
  const leaf_list<Node> leaves(node);
  assign_elements(array_ref_of(to), shape.data(), M, leaves.data(), Node::leaves,
                  assignment_kernel<T>(node), &node);
}

/// Are all leaves arrays that are elsewhere?
template <class Node> inline constexpr bool refers_only = false;
template <class T> inline constexpr bool refers_only<scalar_node<T>> = true;
template <class T, std::size_t N> inline constexpr bool refers_only<array_node<T, N>> = true;
template <class F, class... Args>
inline constexpr bool refers_only<expression<F, Args...>> = std::is_empty_v<F> &&
                                                            (refers_only<Args> && ...);

/// The same of a copy: where compiled code gets the address of a node, the node lies in memory from
/// the start, and what fills it and reads it again takes longer than a loop over few elements.
template <class T, std::size_t N, class Node, std::size_t M>
__attribute__((noinline)) void assign_copy(view<T, N> to, Node node, shape_t<M> shape) {
  assign_any(to, node, shape);
}

/// Evaluates a node into `to`; a temporary is made only where it reads memory that was written.
template <class T, std::size_t N, class Node, std::size_t M>
void assign_node(const view<T, N>& to, const Node& node, const shape_t<M>& shape) {
  static_assert(M <= N, "more axes than the array that is assigned");
  check_assigned<T>(node);
  constexpr bool may_be_few =
      has_row_loop<Node> && (M == N || M == 0) && Node::leaves < max_operands;
  if constexpr (may_be_few && refers_only<Node>) {
    if (!assign_few(to, node, shape)) assign_copy(to, node, shape);
  } else {
    assign_any(to, node, shape);
  }
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
