// Global arrays that are gone, noted so that uses of them are found.
#pragma once

namespace tessera::detail {

class global_block;

/// Where lifetimes are watched, notes that a block is about to be destroyed.
void note_gone(const global_block& block) noexcept;

} // namespace tessera::detail
