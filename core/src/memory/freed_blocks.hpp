// Memory of arrays that are gone, kept for a while so that uses of it are found.
#pragma once

#include <cstddef>
#include <cstdint>

namespace tessera::detail {

/// Is the address sanitizer in this program? It is asked when it runs: the library may be built
/// without it.
bool has_address_sanitizer() noexcept;

/// A block that was freed: what it held, and what is given to free() or kept for reuse.
struct freed_block {
  std::byte* base;
  std::byte* data;
  std::size_t capacity;
};

/// Marks and keeps a freed block; false if there is no memory to note it.
bool keep_freed(const freed_block& block) noexcept;

/// Takes the oldest of the blocks that are kept: where they are too many, or any. Without a base if
/// there is none.
freed_block take_freed(bool any) noexcept;

} // namespace tessera::detail
