/// @file
/// Arrays whose lines along some axes each lie on one rank.
#pragma once

#include <tessera/distributed/arrays/copy.hpp>

namespace tessera::detail {

/// The elements of a node, as T, in equal blocks of which each has the axes marked whole: each
/// element travels once at most. Collective.
template <class T, class Node>
global_array<T, Node::ndim> with_whole_axes(const Node& node, const bool* whole) {
  constexpr std::size_t N = Node::ndim;
  const auto shape = node.shape();
  const auto elements = copied<T>(make_expression(converted_to<T>(), node_reference{&node}));
  grid_dims<N> dims{};
  for (std::size_t d = 0; d < N; ++d) dims[d] = whole[d] ? 1 : 0;
  choose_grid(elements.comm().size(), N, dims.data(), shape.data());
  global_array<T, N> result(process_grid<N>::sharing(elements.comm(), dims), shape);
  result.view().assign(elements.view());
  return result;
}

/// The same of one axis.
template <class T, class A> global_array<T, A::ndim> with_whole_axis(const A& a, std::size_t axis) {
  bool whole[A::ndim]{};
  whole[axis] = true;
  return with_whole_axes<T>(as_node(a), whole);
}

} // namespace tessera::detail
