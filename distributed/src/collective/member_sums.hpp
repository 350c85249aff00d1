// Sums of structs over ranks, member by member.
#pragma once

#include <tessera/core/members.hpp>
#include <tessera/distributed/collective/reduce_ranks.hpp>

namespace tessera::detail {

/// The sums that `reduce_ranks` gives for each member alone, of structs one after another. Bytes
/// that belong to no member are those that this rank has. Collective.
void sum_members(const communicator& comm, reduce_kind kind, const message_data& mine,
                 const message_data& into, const struct_layout& layout, int root);

/// The same of the structs that ranks have sent, one rank's after another's: the first so many are
/// added, and this rank's number is `own`.
void add_received_members(const message_data& terms, int ranks, int own, const message_data& sums,
                          const struct_layout& layout);

} // namespace tessera::detail
