#include "behind/held_memory.hpp"

#include <algorithm>
#include <utility>

namespace tessera::detail {

bool held_memory::wait_for_room(std::unique_lock<std::mutex>& lock, index_t bytes) {
  if (bytes > limit_) return false;
  given_.wait(lock, [&] { return held_ <= limit_ - bytes; });
  held_ += bytes;
  return true;
}

/// A block of that size; others are dropped while there are too many bytes.
std::optional<buffer> held_memory::find(index_t bytes) {
  const auto fits = [&](const kept_block& b) { return b.bytes == bytes; };
  const auto found = std::find_if(kept_.begin(), kept_.end(), fits);
  std::optional<buffer> memory;
  if (found != kept_.end()) {
    memory = std::move(found->memory);
    kept_bytes_ -= bytes;
    kept_.erase(found);
  }
  while (!kept_.empty() && kept_bytes_ > limit_ - held_) {
    kept_bytes_ -= kept_.back().bytes;
    kept_.pop_back();
  }
  return memory;
}

bool held_memory::has_room(index_t bytes) {
  const std::lock_guard lock(changing_);
  return bytes <= limit_ && held_ <= limit_ - bytes;
}

std::optional<buffer> held_memory::take(index_t bytes) {
  std::unique_lock lock(changing_);
  if (!wait_for_room(lock, bytes)) return {};
  std::optional<buffer> memory = find(bytes);
  lock.unlock();
  return memory ? std::move(memory) : buffer(static_cast<std::size_t>(bytes));
}

bool held_memory::count(index_t bytes) {
  std::unique_lock lock(changing_);
  if (!wait_for_room(lock, bytes)) return false;
  static_cast<void>(find(-1));
  return true;
}

void held_memory::give(buffer memory, index_t bytes) {
  const std::lock_guard lock(changing_);
  held_ -= bytes;
  kept_bytes_ += bytes;
  kept_.push_back({std::move(memory), bytes});
  given_.notify_all();
}

void held_memory::uncount(index_t bytes) {
  const std::lock_guard lock(changing_);
  held_ -= bytes;
  given_.notify_all();
}

} // namespace tessera::detail
