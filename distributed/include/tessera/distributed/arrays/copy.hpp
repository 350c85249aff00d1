/// @file
/// New global arrays from views and expressions.
#pragma once

#include <tessera/distributed/copies/array_copies.hpp>
#include <tessera/distributed/global_array.hpp>

namespace tessera {

namespace detail {

/// Where the elements of a copy of a view go: where they are, as far as a distribution over the
/// same ranks can say so.
enum class copy_placement {
  /// They stay, under axes that are divided as the view's are: expressions can be computed in the
  /// copy.
  same_axes,
  /// They stay; an integer has dropped an axis that is divided, whose ranks now count as those of
  /// an axis beside it.
  merged_axes,
  /// They travel: no such distribution says where they are, as for reversed or permuted axes.
  equal_blocks
};

/// The distribution of a copy of a view.
struct copy_layout {
  explicit copy_layout(const view_ref& like);
  /// An array whose elements lie where the view's do; the view is `walks` and `fixed` of it.
  [[nodiscard]] global_block make_block(index_t itemsize, char kind) const;

  communicator comm;
  int grid_ranks;
  copy_placement placement;
  axes_span result_axes;
  axes_span own_axes;
  axis_walk walks[max_ndim];
  index_t fixed[max_ndim]{};

private:
  void find_own_axes(const view_ref& like);
  void leave_with_owners(const view_ref& like);
  void use_equal_blocks(const view_ref& like);
};

template <std::size_t N> distribution<N> distribution_of(const axes_span& axes) {
  std::array<axis_distribution, N> result;
  for (std::size_t d = 0; d < N; ++d) result[d] = axes[d];
  return distribution<N>(result);
}

/// A new array in equal blocks on the ranks of a view's array.
template <class T, std::size_t N>
global_array<T, N> array_beside(const view_ref& like, const shape_t<N>& shape) {
  grid_dims<N> dims{};
  grid_request request = result_dims(like, N, shape.data(), dims.data());
  return {process_grid<N>::sharing(like.block->comm(), dims, std::move(request)), shape};
}

/// Computes a node where its elements lie, and brings them to the copy.
template <class T, std::size_t N, class Node>
void compute_and_move(const global_node<T, N>& to, const Node& node, const copy_layout& layout) {
  global_block block = layout.make_block(sizeof(T), kind_of_element<T>);
  global_node<T, N> computed{&block, {}};
  computed.layout.shape = node.shape();
  for (std::size_t m = 0; m < N; ++m) computed.layout.walks[m] = layout.walks[m];
  copy_fixed(layout.fixed, computed.layout.fixed);
  assign_global(computed, node);
  copy_between(to.ref(), computed.ref());
}

template <std::size_t N> bool is_shifted(const global_layout<N>& layout) {
  for (const axis_walk& walk : layout.walks)
    if (walk.shift != 0) return true;
  return false;
}

/// Fills a copy that does not lie as the elements do: those of a view need not be computed first,
/// unless they are read beside their places.
template <class T, std::size_t N>
void move_to_copy(const global_node<T, N>& to, const global_node<T, N>& view,
                  const copy_layout& layout) {
  if (is_shifted(view.layout))
    compute_and_move(to, view, layout);
  else
    copy_between(to.ref(), view.ref());
}
template <class T, std::size_t N, class Node>
void move_to_copy(const global_node<T, N>& to, const Node& node, const copy_layout& layout) {
  compute_and_move(to, node, layout);
}

template <class T, class Node> global_array<T, Node::ndim> copied(const Node& node) {
  constexpr std::size_t N = Node::ndim;
  const operand_refs<Node> operands(node);
  const result_layout place(operands.data(), operands.size(), node.shape().data(), N);
  const view_ref& like = place.ref();
  const copy_layout layout(like);
  const distribution<N> own = distribution_of<N>(layout.result_axes);
  check_aligned(like, operands.data(), operands.size());
  grid_request request = is_whole(like) ? like.block->request() : grid_request{};
  global_array<T, N> result(process_grid<N>::sharing(layout.comm, own.dims(), std::move(request)),
                            own);
  const global_node<T, N> target = result.view().node();
  if (layout.placement == copy_placement::same_axes)
    assign_global(target, node);
  else
    move_to_copy(target, node, layout);
  return result;
}

/// A global array or view that outlives a call: views of it may be returned.
template <class X>
concept lasting_global = global_operand<X> &&
    (is_global_view<std::remove_cvref_t<X>> ||
     (std::is_lvalue_reference_v<X> && requires(X x) { x.distribution(); }));

template <lasting_global X> auto global_view_of(X&& x) {
  if constexpr (is_global_view<std::remove_cvref_t<X>>)
    return x;
  else
    return x.view();
}

/// The elements of an operand: a view where it has them, otherwise an array of them.
template <class T, global_operand X> auto global_elements_of(const X& x) {
  if constexpr (global_elements<X> && std::is_same_v<typename X::value_type, T>)
    return global_view<const T, X::ndim>(as_node(x));
  else
    return copied<T>(as_node(x));
}

/// The same as a reference for untyped code.
template <class T, std::size_t N> view_ref global_ref_of(const global_view<T, N>& v) {
  return v.node().ref();
}

} // namespace detail

/// A new array with the elements of a global array, a view or an expression, distributed as the
/// first operand of its shape is: each element stays with the rank that owns it there, so nothing
/// moves. (Where no distribution over these ranks in their order says so, for reversed and permuted
/// axes, the result is in equal blocks, and the elements travel.) It has no halo. Collective.
/// @throws argument_error on all ranks when the operands do not lie together, or none has the whole
/// shape.
///
///     auto d = copy(u(slice(1, none)) - u(slice(none, -1)));
template <global_operand E> auto copy(const E& e) {
  return detail::copied<typename E::value_type>(detail::as_node(e));
}

template <class T, std::size_t N>
auto global_view<T, N>::copy() const -> global_array<value_type, N> {
  return tessera::copy(*this);
}

} // namespace tessera
