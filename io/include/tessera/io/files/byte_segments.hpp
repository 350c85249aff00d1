/// @file
/// A sequence of bytes that grows.
#pragma once

#include <tessera/core/memory.hpp>
#include <tessera/core/shape.hpp>

#include <cstddef>
#include <string_view>
#include <vector>

namespace tessera::detail {

/// Bytes appended one after another, in a few blocks of memory that are never moved. Freed blocks
/// are reused by arrays, unlike those of std::vector.
class byte_segments {
public:
  /// Room for `bytes` adjacent bytes at the end; those that are used are then `added`.
  std::byte* room(std::size_t bytes) {
    if (segments_.empty() || last().memory.capacity() - last().used < bytes) add_segment(bytes);
    return last().memory.data() + last().used;
  }
  void added(std::size_t bytes) {
    last().used += bytes;
    size_ += static_cast<index_t>(bytes);
  }
  void append(std::string_view text);
  /// Appends all of another one without moving its bytes.
  void append(byte_segments&& other);
  /// Forgets the bytes and keeps one block of memory.
  void clear();

  [[nodiscard]] index_t size() const { return size_; }
  /// Copies all bytes in their order.
  void copy_to(std::byte* to) const;
  /// Calls `f(const std::byte*, index_t bytes)` for the pieces in their order.
  template <class F> void for_each(F&& f) const {
    for (const segment& s : segments_) f(s.memory.data(), static_cast<index_t>(s.used));
  }

private:
  struct segment {
    buffer memory;
    std::size_t used = 0;
  };
  segment& last() { return segments_.back(); }
  void add_segment(std::size_t bytes);

  std::vector<segment> segments_;
  index_t size_ = 0;
};

} // namespace tessera::detail
