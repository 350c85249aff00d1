/// @file
/// Copies between views of global arrays, however they are distributed.
#pragma once

#include <tessera/distributed/expressions/evaluation.hpp>

namespace tessera::detail {

/// Do elements of `from` lie on other ranks than those of `to` that they are assigned to? Shapes
/// that are not the same are no matter of copying.
bool must_travel(const view_ref& to, const view_ref& from);
/// Copies elements between views of the same shape and type, however they are distributed, through
/// buffers of at most so many bytes where that is not 0. Collective.
void copy_between(const view_ref& to, const view_ref& from, index_t max_bytes = 0);
/// The messages of copy_between. @throws shape_error, argument_error
transfer_plan plan_between(const view_ref& to, const view_ref& from);
/// May some element belong to both views?
bool may_overlap(const view_ref& a, const view_ref& b);

} // namespace tessera::detail
