#include "messages/staging_memory.hpp"

#include "messages/of_thread.hpp"

#include <array>
#include <utility>

namespace tessera::detail {

namespace {

constexpr std::size_t kept_blocks = 8;
constexpr std::size_t largest_kept = std::size_t{1} << 20U; // larger ones are kept by core

/// Empty ones have no data.
struct kept_memory {
  std::array<buffer, kept_blocks> blocks;
};

std::size_t rounded_up(std::size_t bytes) {
  std::size_t size = 256;
  while (size < bytes) size *= 2;
  return size;
}

} // namespace

staging_memory::staging_memory(index_t bytes) {
  if (bytes == 0) return;
  const auto wanted = static_cast<std::size_t>(bytes);
  if (wanted > largest_kept) {
    memory_ = buffer(wanted);
    return;
  }
  const std::size_t size = rounded_up(wanted);
  if (auto* const kept = of_thread<kept_memory>()) {
    for (buffer& block : kept->blocks) {
      if (block.data() == nullptr || block.capacity() < size || block.capacity() > 4 * size)
        continue;
      memory_ = std::move(block);
      return;
    }
  }
  memory_ = buffer(size);
}

void staging_memory::give_back() noexcept {
  buffer mine = std::move(memory_);
  if (mine.capacity() > 2 * largest_kept) return;
  auto* const kept = of_thread<kept_memory>();
  if (kept == nullptr) return;
  buffer* least = kept->blocks.data(); // an empty one has no capacity
  for (buffer& block : kept->blocks)
    if (block.capacity() < least->capacity()) least = &block;
  if (least->capacity() < mine.capacity()) std::swap(*least, mine);
}

} // namespace tessera::detail
