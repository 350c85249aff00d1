/// @file
/// Memory for what is written behind the program.
#pragma once

#include <tessera/core/memory.hpp>
#include <tessera/core/shape.hpp>

#include <condition_variable>
#include <mutex>
#include <optional>
#include <vector>

namespace tessera::detail {

/// Memory for copies, so many bytes at most. What is given back stays for the next save: fresh
/// memory costs many times what a copy does. Local, for any threads.
class held_memory {
public:
  explicit held_memory(index_t limit) : limit_(limit) {}
  held_memory(const held_memory&) = delete;
  held_memory& operator=(const held_memory&) = delete;
  ~held_memory() = default;

  /// Is there room, so that nobody has to wait?
  [[nodiscard]] bool has_room(index_t bytes);
  /// Waits until there is room; nothing where there never will be.
  std::optional<buffer> take(index_t bytes);
  /// The same for memory that exists already; false where there never will be room.
  bool count(index_t bytes);
  /// Gives back what was taken.
  void give(buffer memory, index_t bytes);
  /// Gives back what was counted, and exists no longer.
  void uncount(index_t bytes);

private:
  bool wait_for_room(std::unique_lock<std::mutex>& lock, index_t bytes);
  std::optional<buffer> find(index_t bytes);

  struct kept_block {
    buffer memory;
    index_t bytes;
  };

  std::mutex changing_;
  std::condition_variable given_;
  index_t limit_;
  index_t held_ = 0; // by copies
  index_t kept_bytes_ = 0;
  std::vector<kept_block> kept_;
};

} // namespace tessera::detail
