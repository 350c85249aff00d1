// Sums over ranks that are rounded once.
#pragma once

#include <tessera/distributed/collective/reduce_ranks.hpp>

namespace tessera::detail {

/// Of n floating-point numbers of each rank, one after another, those at the same place: as
/// `reduce_ranks` does for an exact sum. Collective.
void sum_exactly(const communicator& comm, reduce_kind kind, const message_data& mine,
                 const message_data& into, int root);
/// The same of arrays of any strides, started: the ranks have one collective call under way until
/// it ends. Of structs where there are members.
operation* start_exact_sum(const communicator& comm, reduce_kind kind, const message_data& mine,
                           const message_data& into, int root, const struct_layout* members);

/// Sums of the floating-point or complex numbers that so many ranks have, one rank's after
/// another's.
void add_received(const message_data& terms, int ranks, const message_data& sums);

} // namespace tessera::detail
