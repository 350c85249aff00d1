// Messages that are longer than what they are received into.
#pragma once

#include <tessera/core/shape.hpp>
#include <tessera/distributed/communicator.hpp>

namespace tessera::detail {

/// Does MPI write past the end of what is received into, when a long message comes? Open MPI 4.1
/// does, between ranks of a node and from a rank to itself: it reads all of the sender's memory,
/// and says MPI_ERR_TRUNCATE afterwards. Found out once, by a message to this rank.
bool writes_past_end();
/// For tests.
void set_writes_past_end(bool yes);

/// Receives of so many bytes go there first where that is so.
inline constexpr index_t longest_detour = 4096;

/// Memory of this thread behind which nothing lies that could be overwritten, whatever comes; null
/// where there is no room for it.
std::byte* memory_before_nothing();
/// Gives back what a message that was too long has taken.
void clear_memory_before_nothing();

} // namespace tessera::detail
