/// @file
/// Whether the ranks of one node share the memory of their blocks.
#pragma once

#include <tessera/core/shape.hpp>

namespace tessera {

/// Do ranks of one node copy straight from each other's blocks, in place of sending messages? Yes
/// unless the environment variable TESSERA_SHARED is 0, or it was set otherwise. Local.
[[nodiscard]] bool uses_shared_memory();

/// Sets it for arrays and transfers that are made from now on; all ranks must set the same. Results
/// have the same bits either way. Where the memory cannot be had (a small /dev/shm), blocks lie in
/// private memory and messages are sent, after one warning. Local.
void use_shared_memory(bool yes);

/// Shared memory of this rank, in bytes. What its arrays take and what is kept for the next ones is
/// at most what they took when they took the most, and the slack, for each group of ranks that
/// share.
struct shared_memory_use {
  index_t taken = 0;      ///< by arrays and transfers that exist
  index_t most_taken = 0; ///< at once, until now
  index_t kept = 0;       ///< freed, and kept for reuse, since fresh pages cost more than warm ones
  index_t groups = 0;     ///< of ranks of this node that share memory with each other
  index_t windows = 0;    ///< addresses, most of them of pages that went back to the system
};
/// Local.
[[nodiscard]] shared_memory_use shared_memory_in_use();

/// How many bytes each rank may keep beyond the most that its arrays took at once (32 MiB unless
/// set). What is too much goes back to the system now, and later when other memory is taken. Local.
void set_shared_memory_slack(index_t bytes);
/// What was set last. Local.
[[nodiscard]] index_t shared_memory_slack();

} // namespace tessera
