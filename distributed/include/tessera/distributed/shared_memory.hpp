/// @file
/// Whether the ranks of one node share the memory of their blocks.
#pragma once

#include <tessera/core/standard.hpp>

namespace tessera {

/// Do ranks of one node copy straight from each other's blocks, in place of sending messages? Yes
/// unless the environment variable TESSERA_SHARED is 0, or it was set otherwise.
[[nodiscard]] bool uses_shared_memory();

/// Sets it for arrays and transfers that are made from now on; all ranks must set the same. Results
/// have the same bits either way. Where the memory cannot be had (a small /dev/shm), blocks lie in
/// private memory and messages are sent, after one warning.
void use_shared_memory(bool yes);

} // namespace tessera
