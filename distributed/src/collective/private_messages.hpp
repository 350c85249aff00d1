// Messages that collective calls send themselves.
#pragma once

#include <tessera/distributed/communicator.hpp>

namespace tessera::detail {

/// A duplicate of a communicator, by which its collective calls send what they send themselves: no
/// receive of its users', from any source and with any tag, meets that. It is made by the first of
/// these calls, which waits for all ranks, and freed with the communicator. Collective the first
/// time.
const communicator& private_communicator(const communicator& comm);

/// Tags there: of parts, and of exchanges, of which two may meet. A rank that is still in one may
/// get what another sends in the next, never in the one after that.
inline constexpr int parts_tag = 0;
int next_exchange_tag(const communicator& comm);

} // namespace tessera::detail
