/// @file
/// Copies between global arrays on different communicators, as untyped code sees them.
#pragma once

#include <tessera/distributed/expressions/evaluation.hpp>

namespace tessera::detail {

/// Copies all elements of one view to another on other ranks of `parent`; null where this rank is
/// not among those of an array. Collective over `parent`.
/// @throws shape_error, argument_error on all ranks.
void copy_between_groups(const communicator& parent, const view_ref* from, const view_ref* to);

} // namespace tessera::detail
