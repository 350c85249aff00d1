/// @file
/// Elements of global arrays that a mask chooses, brought together: `compress`, `extract`.
#pragma once

#include <tessera/distributed/selection/chosen_part.hpp>

namespace tessera {

namespace detail {

/// A new array of what is chosen on each rank: `write(bits, stretches)` writes this rank's.
template <class T, class Part, class Write>
global_array<T, 1> brought_together(const Part& part, const part_placement& placement,
                                    Write write) {
  const mask_bits bits = part.bits();
  const chosen_order order(part.comm(), placement.layout.grid_ranks, placement.axes, bits);
  auto result = array_beside<T, 1>(part.place(), shape_t<1>{order.total()});
  const chosen_plan plan(order, result.distribution().axis(0), sizeof(T));
  auto* const block = reinterpret_cast<std::byte*>(writable_part(result).data());
  const buffer leaving = collectively(part.comm(), [&] {
    buffer memory(static_cast<std::size_t>(plan.leaving()) * sizeof(T));
    write(bits, plan.stretches(block, memory.data()));
    return memory;
  });
  plan.bring(leaving.data(), block);
  return result;
}

/// The elements of a node where a mask is true.
template <class Node, class Mask> auto selected(const Node& node, const Mask& mask) {
  static_assert(Node::ndim == Mask::ndim, "a mask has as many axes as the array");
  using T = typename Node::value_type;
  return with_part_in_order(node, mask, [](const auto& part, const part_placement& placement) {
    return brought_together<T>(part, placement,
                               [&part](const mask_bits& bits, const auto& stretches) {
                                 part.collect(bits, stretches.data());
                               });
  });
}

} // namespace detail

/// @name Elements that a mask chooses
/// A new array of one axis, in row-major order of the array, in equal blocks on the same ranks. One
/// of both arguments may be local, if every rank has it. Collective: an Allgather of 8 bytes, and
/// each element that does not stay travels once, one message between two ranks. Where the array is
/// divided along a later axis than its first, the numbers of chosen elements of each row travel
/// before, 8 bytes for each rank's part of it, and 16 with the elements. Beside its result, a rank
/// needs a bit for each of its elements, and memory for those that leave it.
///
/// Elements and mask must lie together, as in expressions. Views whose axes are reversed or
/// permuted are copied first, as are arrays of which ranks have very short parts of rows.
/// @throws shape_error naming both shapes, argument_error for a mask that lies otherwise; on all
/// ranks.
/// @{

/// The elements of a global array or expression where a mask of the same shape is true: as
/// `copy(u(mask))`.
///
///     auto positive = compress(u > 0.0, u);
template <array_operand M, array_operand A>
requires((global_operand<M> ||
          global_operand<A>)&&std::is_same_v<typename std::remove_cvref_t<M>::value_type,
                                             bool>) auto compress(const M& mask, const A& a) {
  const auto& elements = detail::as_node(a);
  const auto& chosen = detail::as_node(mask);
  return detail::selected(elements, chosen);
}

/// The same for any condition: true where it is not zero.
template <array_operand C, array_operand A>
requires(global_operand<C> || global_operand<A>) auto extract(const C& condition, const A& a) {
  return compress(detail::elementwise(detail::is_true(), condition), a);
}
/// @}

} // namespace tessera
