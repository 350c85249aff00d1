// Where the elements of an expression's operands lie, seen from the ranks that need them.
#pragma once

#include <tessera/distributed/expressions/evaluation.hpp>

#include <string>

namespace tessera::detail {

/// A view as plans see it.
inline placed_view placed_view_of(const view_ref& view) {
  return {view.ndim, view.shape, view.walks, view.fixed, &view.block->axes(), view.block->layout()};
}

/// The axis of a view that runs along an axis of its array, or none.
int walk_along(const view_ref& view, std::size_t array_axis);

/// Is what an operand reads for an element of `result` at that element's place in the array? Both
/// are views of arrays with the same distribution: what most operands are.
bool is_same_view(const view_ref& result, const view_ref& operand);

/// Does every rank that owns elements of `result` have the elements of `operand` that belong to
/// them, in its block or in its halo? Then `reads_halo` tells whether any rank needs the halo. All
/// ranks find the same.
bool is_aligned(const view_ref& result, const view_ref& operand, bool& reads_halo);

/// Whether arrays go together does not depend on how many ranks there happen to be (decision 14):
/// false for arrays of one shape whose grids were asked for in different ways.
bool are_asked_alike(const view_ref& a, const view_ref& b);

/// "[2:10:2, 3]" of an array's axes.
std::string places_text(const view_ref& view);
/// What a global view is a view of, for messages.
std::string text_of(const view_ref& view);
/// How wide the halos of an operand would have to be, and are, for messages; empty where none could
/// be wide enough.
std::string halo_needed(const view_ref& result, const view_ref& operand);

} // namespace tessera::detail
