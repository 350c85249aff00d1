/// @file
/// An object as bytes, on their way to another rank.
#pragma once

#include <tessera/core/memory.hpp>
#include <tessera/core/shape.hpp>

#include <cstddef>
#include <cstring>
#include <utility>

namespace tessera::detail {

/// Bytes that grow at their end. Their memory is used again by the next object.
class object_bytes {
public:
  object_bytes();
  object_bytes(object_bytes&&) noexcept = default;
  object_bytes& operator=(object_bytes&&) noexcept = default;
  object_bytes(const object_bytes&) = delete;
  object_bytes& operator=(const object_bytes&) = delete;
  ~object_bytes();

  void append(const void* from, std::size_t bytes) {
    if (bytes > memory_.capacity() - size_) grow(bytes);
    if (bytes > 0) std::memcpy(memory_.data() + size_, from, bytes);
    size_ += bytes;
  }
  /// New ones have no values.
  void resize(std::size_t bytes);
  [[nodiscard]] std::byte* data() const { return memory_.data(); }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] buffer release() { return std::move(memory_); }

private:
  void grow(std::size_t bytes);

  buffer memory_;
  std::size_t size_ = 0;
};

/// Throws argument_error: what was sent is not what is asked for.
[[noreturn]] void throw_short_object(std::size_t wanted, std::size_t left);
void check_all_read(std::size_t left);

} // namespace tessera::detail
