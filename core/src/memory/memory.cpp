#include "memory/freed_blocks.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/errors/checks.hpp>
#include <tessera/core/memory.hpp>
#include <tessera/core/memory/checked_vector.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <mutex>
#include <new>
#include <utility>
#include <vector>

#ifdef __linux__
#include <sys/mman.h>
#endif

namespace tessera {

namespace {

constexpr std::size_t line = 64;
constexpr std::size_t page = 4096;
constexpr std::size_t cached_from = 64 * 1024; // below this, malloc reuses memory itself
constexpr std::size_t large_pages_from = 4 * 1024 * 1024;
constexpr std::size_t most_blocks = 16;
constexpr std::size_t slack = std::size_t{64} << 20U;      // kept beyond the most that was taken
constexpr std::size_t most_bytes = PTRDIFF_MAX - 2 * page; // rounding up must not wrap around

struct block {
  std::byte* base;
  std::size_t capacity;
};

/// Freed blocks, oldest first. Never destroyed: arrays of static lifetime may be freed after it.
class block_cache {
public:
  static block_cache& instance() {
    static auto* const cache = new block_cache;
    return *cache;
  }

  /// A block that holds `bytes` without wasting more than a quarter, or none.
  block take(std::size_t bytes) {
    const std::lock_guard lock(mutex_);
    const block found = find(bytes);
    if (found.base != nullptr)
      count(found.capacity);
    else
      trim(bytes); // which will come from the system
    return found;
  }
  /// So many bytes came from the system.
  void took(std::size_t bytes) {
    const std::lock_guard lock(mutex_);
    count(bytes);
  }

  void give(block freed) {
    const std::lock_guard lock(mutex_);
    taken_ -= freed.capacity;
    blocks_.push_back(freed);
    held_ += freed.capacity;
    trim();
  }

  /// The block was freed without coming here.
  void lost(std::size_t bytes) {
    const std::lock_guard lock(mutex_);
    taken_ -= bytes;
  }

  /// Neither used again nor freed.
  void keep(std::byte* base) {
    const std::lock_guard lock(mutex_);
    kept_.push_back(base);
  }

  void free_kept() {
    const std::lock_guard lock(mutex_);
    for (std::byte* const base : kept_) std::free(base);
    kept_.clear();
  }

  void set_limit(std::size_t bytes) {
    const std::lock_guard lock(mutex_);
    limit_ = bytes;
    trim();
  }

  void clear() {
    const std::lock_guard lock(mutex_);
    const std::size_t limit = std::exchange(limit_, 0);
    trim();
    limit_ = limit;
  }

  memory_use use() {
    const std::lock_guard lock(mutex_);
    return {taken_, most_taken_, held_};
  }

private:
  block_cache() { blocks_.reserve(most_blocks + 1); }

  block find(std::size_t bytes) {
    for (std::size_t i = blocks_.size(); i-- > 0;) {
      const block found = blocks_[i];
      if (found.capacity < bytes || found.capacity > bytes + bytes / 4) continue;
      blocks_.erase(blocks_.begin() + static_cast<std::ptrdiff_t>(i));
      held_ -= found.capacity;
      return found;
    }
    return {nullptr, 0};
  }

  void count(std::size_t bytes) {
    taken_ += bytes;
    most_taken_ = std::max(most_taken_, taken_);
  }

  [[nodiscard]] bool is_too_much(std::size_t more) const {
    const std::size_t taken = taken_ + more;
    return held_ > limit_ || taken + held_ > std::max(taken, most_taken_) + slack;
  }

  void trim(std::size_t more = 0) {
    std::size_t drop = 0;
    while (drop < blocks_.size() && (is_too_much(more) || blocks_.size() - drop > most_blocks)) {
      held_ -= blocks_[drop].capacity;
      std::free(blocks_[drop].base);
      ++drop;
    }
    blocks_.erase(blocks_.begin(), blocks_.begin() + static_cast<std::ptrdiff_t>(drop));
  }

  std::mutex mutex_;
  std::vector<block> blocks_;
  std::vector<std::byte*> kept_;
  std::size_t held_ = 0;
  std::size_t taken_ = 0;
  std::size_t most_taken_ = 0;
  std::size_t limit_ = std::size_t{1} << 30U;
};

std::atomic<int> keepers = 0;

/// Start of the next large block inside its page, in steps of nine cache lines.
std::size_t next_offset() {
  static std::atomic<std::size_t> counter = 0;
  return counter.fetch_add(1, std::memory_order_relaxed) % 8 * 9 * line % page;
}

std::byte* allocate_aligned(std::size_t bytes) {
  const std::size_t rounded = (bytes + line - 1) / line * line;
  return static_cast<std::byte*>(std::aligned_alloc(line, rounded));
}

/// Asks the system for pages of megabytes, which it gives to whom asks (transparent_hugepage set to
/// madvise, as most systems have it): fewer faults at first touch, and fewer misses of the tables
/// that translate addresses.
void ask_for_large_pages([[maybe_unused]] std::byte* base, [[maybe_unused]] std::size_t bytes) {
#if defined(__linux__) && defined(MADV_HUGEPAGE)
  if (bytes < large_pages_from) return;
  const std::size_t past = reinterpret_cast<std::uintptr_t>(base) % page;
  std::byte* const first = past == 0 ? base : base + (page - past);
  madvise(first, bytes - page, MADV_HUGEPAGE); // where it cannot be, nothing changes
#endif
}

/// The first address of a cache line from p on.
std::byte* next_line(std::byte* p) {
  const auto beyond = reinterpret_cast<std::uintptr_t>(p) % line;
  return beyond == 0 ? p : p + (line - beyond);
}

/// Gives memory back to the system, or keeps it for reuse. The address sanitizer can tell of later
/// uses only where it is not used again.
void give_back(const detail::freed_block& block) {
  const bool is_large = block.capacity >= cached_from;
  if (is_large && !detail::has_address_sanitizer())
    return block_cache::instance().give({block.base, block.capacity});
  if (is_large) block_cache::instance().lost(block.capacity);
  std::free(block.base);
}

/// Gives back what is kept to find who uses it yet: what is too much, or all.
void give_back_freed(bool all) {
  for (detail::freed_block old = detail::take_freed(all); old.base != nullptr;
       old = detail::take_freed(all))
    give_back(old);
}

/// A large block from the system, for which all that is kept is freed if need be.
std::byte* allocate_fresh(std::size_t bytes) {
  std::byte* base = allocate_aligned(bytes + page);
  if (base == nullptr) {
    give_back_freed(true);
    block_cache::instance().clear();
    base = allocate_aligned(bytes + page);
  }
  if (base == nullptr) return nullptr;
  block_cache::instance().took(bytes);
  ask_for_large_pages(base, bytes + page);
  return base;
}

[[noreturn]] void throw_no_memory(std::size_t bytes) {
  throw memory_error(fmt::format("cannot allocate {} bytes for an array", bytes));
}

} // namespace

buffer::buffer(std::size_t bytes) : capacity_(bytes) {
  if (bytes == 0) return;
  if (bytes > most_bytes) throw_no_memory(bytes);
  if (bytes < cached_from) {
    // glibc keeps small blocks of malloc at hand, but not those of aligned_alloc.
    base_ = static_cast<std::byte*>(std::malloc(bytes + line));
    if (base_ != nullptr) data_ = next_line(base_);
  } else {
    const block reused = block_cache::instance().take(bytes);
    base_ = reused.base;
    capacity_ = reused.base != nullptr ? reused.capacity : bytes;
    if (base_ == nullptr) base_ = allocate_fresh(bytes);
    if (base_ != nullptr) data_ = base_ + next_offset();
  }
  if (base_ == nullptr) throw_no_memory(bytes);
}

buffer& buffer::operator=(buffer&& other) noexcept {
  if (this != &other) {
    if (base_ != nullptr) release();
    base_ = std::exchange(other.base_, nullptr);
    data_ = std::exchange(other.data_, nullptr);
    capacity_ = std::exchange(other.capacity_, 0);
  }
  return *this;
}

void buffer::release() noexcept {
  const detail::freed_block freed{base_, data_, capacity_};
  if (detail::keeps_freed_memory())
    block_cache::instance().keep(base_);
  else if (detail::watches_lifetimes() && detail::keep_freed(freed))
    give_back_freed(false);
  else
    give_back(freed);
  base_ = data_ = nullptr;
}

void set_memory_cache_limit(std::size_t bytes) {
  if (bytes == 0) give_back_freed(true);
  block_cache::instance().set_limit(bytes);
}

namespace detail {

void* allocate_checked(std::size_t bytes) {
  void* const memory = std::malloc(bytes);
  if (memory == nullptr) throw memory_error(fmt::format("cannot allocate {} bytes", bytes));
  return memory;
}

void free_checked(void* memory) noexcept { std::free(memory); }

} // namespace detail

memory_use memory_in_use() { return block_cache::instance().use(); }

namespace detail {

void keep_freed_memory() noexcept { ++keepers; }

void give_kept_memory() noexcept {
  if (--keepers == 0) block_cache::instance().free_kept();
}

bool keeps_freed_memory() noexcept { return keepers.load(std::memory_order_relaxed) > 0; }

} // namespace detail

} // namespace tessera
