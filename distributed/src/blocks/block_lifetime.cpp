#include "blocks/block_lifetime.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/errors/checks.hpp>
#include <tessera/distributed/blocks/global_block.hpp>

#include <fmt/core.h>

#include <deque>
#include <map>
#include <mutex>

namespace tessera::detail {

namespace {

constexpr std::size_t most_kept = 4096;

/// Addresses of blocks that are gone, with the shapes of their arrays. Never destroyed.
class gone_blocks {
public:
  static gone_blocks& instance() {
    static auto* const blocks = new gone_blocks;
    return *blocks;
  }

  void add(const void* block, const std::string& shape) {
    const std::lock_guard lock(mutex_);
    shapes_[block] = shape;
  }

  /// Keeps the address of a block that was added. Returns what is to be freed instead.
  void* keep(void* block) {
    const std::lock_guard lock(mutex_);
    if (shapes_.count(block) == 0) return block; // its constructor threw
    order_.push_back(block);
    if (order_.size() <= most_kept) return nullptr;
    void* const oldest = order_.front();
    order_.pop_front();
    shapes_.erase(oldest);
    return oldest;
  }

  /// The shape of an array that is gone, or nothing.
  std::string find(const void* block) {
    const std::lock_guard lock(mutex_);
    const auto found = shapes_.find(block);
    return found == shapes_.end() ? std::string() : found->second;
  }

private:
  std::mutex mutex_;
  std::map<const void*, std::string> shapes_;
  std::deque<void*> order_;
};

} // namespace

void note_gone(const global_block& block) noexcept {
  if (!watches_lifetimes()) return;
  try {
    std::vector<index_t> shape;
    for (const axis_distribution& axis : block.axes()) shape.push_back(axis.size());
    gone_blocks::instance().add(&block, tuple_text(shape.data(), shape.size()));
  } catch (const std::exception&) {
    // Without memory to note it, uses of it are not found.
  }
}

// Not in the header, where g++ 12 would pair what it sees in it with the other's name.
void* global_block::operator new(std::size_t bytes) { return ::operator new(bytes); }

void global_block::operator delete(void* block) noexcept {
  try {
    if (block != nullptr && watches_lifetimes()) block = gone_blocks::instance().keep(block);
  } catch (const std::exception&) {
    // Then it is freed at once.
  }
  ::operator delete(block);
}

void check_lives(const global_block* block) {
  if (!watches_lifetimes()) return;
  const std::string shape = gone_blocks::instance().find(block);
  if (shape.empty()) return;
  throw argument_error(
      fmt::format("a view or expression of a global array of shape {} is used, but the array is "
                  "gone: neither may outlive the arrays that it refers to; functions return a "
                  "global_array instead, as copy(...) makes it",
                  shape));
}

} // namespace tessera::detail
