// Memory for what is packed and unpacked, kept from one message to the next.
#pragma once

#include <tessera/core/memory.hpp>
#include <tessera/core/shape.hpp>

#include <utility>

namespace tessera::detail {

/// Bytes that are this one's until it is destroyed. They come from a few blocks that each thread
/// keeps, so that a message like the one before allocates nothing.
class staging_memory {
public:
  staging_memory() = default;
  explicit staging_memory(index_t bytes);
  staging_memory(staging_memory&&) noexcept = default;
  staging_memory& operator=(staging_memory&& other) noexcept {
    clear();
    memory_ = std::move(other.memory_);
    return *this;
  }
  staging_memory(const staging_memory&) = delete;
  staging_memory& operator=(const staging_memory&) = delete;
  ~staging_memory() { clear(); }
  void clear() noexcept {
    if (memory_.data() != nullptr) give_back();
  }

  [[nodiscard]] std::byte* data() const { return memory_.data(); }
  /// Takes over memory that came from here, and the other way round.
  explicit staging_memory(buffer&& taken) noexcept : memory_(std::move(taken)) {}
  [[nodiscard]] buffer release() noexcept { return std::move(memory_); }

private:
  void give_back() noexcept;

  buffer memory_;
};

} // namespace tessera::detail
