/// @file
/// One element of a global array, read or written by all ranks together.
#pragma once

#include <tessera/distributed/expressions/evaluation.hpp>

namespace tessera::detail {

/// Copies one element of a view to all ranks. Collective: an agreement and a broadcast.
/// @throws index_error on all ranks.
void read_element(const view_ref& view, const index_t* index, void* value);
/// Sets one element of a view on the rank that owns it. Collective: an agreement.
/// @throws index_error on all ranks.
void write_element(const view_ref& view, const index_t* index, const void* value);

} // namespace tessera::detail
