/// @file
/// Elements and a mask as they lie in this rank's memory, and what is chosen of them.
#pragma once

#include <tessera/core/selection/mask.hpp>
#include <tessera/distributed/agree.hpp>
#include <tessera/distributed/selection/chosen_plan.hpp>

#include <type_traits>

namespace tessera::detail {

/// This rank's parts of two nodes of one shape, where the elements of the first lie; of the second,
/// if that is a local array. Making one is collective.
template <class Node, class Mask> class chosen_part {
public:
  /// @throws argument_error on all ranks when the mask does not lie as the elements do.
  chosen_part(const Node& node, const Mask& mask)
      : node_(node), mask_(mask), refs_(node, mask),
        layout_(refs_.all + (Node::is_global ? 0 : Node::leaves),
                Node::is_global ? Node::leaves : Mask::leaves, node.shape().data(), Node::ndim),
        run_(layout_.ref(), false, refs_.all, Node::leaves + Mask::leaves,
             number_of_types<Node, Mask>()) {
    agree_on_node<bool>(layout_.comm(), mask);
    run_.join();
    run_.next();
  }

  [[nodiscard]] const view_ref& place() const { return layout_.ref(); }
  [[nodiscard]] const communicator& comm() const { return layout_.comm(); }
  /// The bits of the mask. Collective: all ranks throw what one of them does.
  [[nodiscard]] mask_bits bits() const {
    return collectively(comm(), [this] {
      mask_bits result;
      with_parts(
          [&result](const auto& /*elements*/, const auto& mask) { result = bits_of_mask(mask); });
      return result;
    });
  }
  /// Writes the elements that are chosen to stretches of memory.
  void collect(const mask_bits& bits, const element_stretch* stretches) const {
    if (bits.count() > 0)
      with_parts([&](const auto& elements, const auto& /*mask*/) {
        collect_elements(elements, bits, stretches);
      });
  }
  /// This rank's elements, where the node is a view, for writing.
  [[nodiscard]] auto writable() const {
    return local_view<typename Node::value_type, Node::ndim>(run_.part_of(*refs_.all[0].view()));
  }

private:
  struct both_refs {
    both_refs(const Node& node, const Mask& mask) {
      const operand_refs<Node> first(node);
      const operand_refs<Mask> second(mask);
      for (std::size_t i = 0; i < Node::leaves; ++i) all[i] = first.data()[i];
      for (std::size_t i = 0; i < Mask::leaves; ++i) all[Node::leaves + i] = second.data()[i];
    }
    operand_ref all[Node::leaves + Mask::leaves];
  };

  template <class F> void with_parts(F f) const {
    for (std::size_t d = 0; d < Node::ndim; ++d)
      if (run_.shape()[d] == 0) return;
    part_maker make(run_, refs_.all);
    const auto elements = make(node_);
    const auto mask = make(mask_);
    f(elements, mask);
  }

  const Node& node_;
  const Mask& mask_;
  both_refs refs_;
  result_layout layout_;
  evaluation run_;
};

/// A node in an array under `axes`; without communication when its elements lie so.
template <class T, class Node>
global_array<T, Node::ndim> moved_to(const axes_span& axes, const Node& node,
                                     const copy_layout& layout) {
  const auto rule = distribution_of<Node::ndim>(axes);
  global_array<T, Node::ndim> result(process_grid<Node::ndim>::sharing(layout.comm, rule.dims()),
                                     rule);
  move_to_copy(result.view().node(), node, layout);
  return result;
}

/// Under which axes a part's elements are taken in row-major order, and whether they lie so.
struct part_placement {
  explicit part_placement(const view_ref& place)
      : layout(place), axes(order_axes(layout)),
        is_ready(layout.placement == copy_placement::same_axes && axes == layout.result_axes) {}

  copy_layout layout;
  axes_span axes;
  bool is_ready;
};

/// Calls use(part, placement) with this rank's parts of elements and a mask. Where these are in no
/// order that a distribution can say, or in very many pieces, arrays of them are made that are not.
template <class Node, class Mask, class Use>
auto with_part_in_order(const Node& node, const Mask& mask, Use use) {
  check_mask(mask, node.shape());
  const chosen_part<Node, Mask> part(node, mask);
  const part_placement placement(part.place());
  if (placement.is_ready) return use(part, placement);
  using T = typename Node::value_type;
  const auto elements = moved_to<T>(placement.axes, node, placement.layout);
  const auto chosen = moved_to<bool>(placement.axes, mask, placement.layout);
  const auto elements_node = elements.view().node();
  const auto chosen_node = chosen.view().node();
  return use(chosen_part<std::remove_const_t<decltype(elements_node)>,
                         std::remove_const_t<decltype(chosen_node)>>(elements_node, chosen_node),
             placement);
}

} // namespace tessera::detail
