/// @file
/// Memory for arrays: aligned, offset against each other, reused.
#pragma once

#include <tessera/core/errors/standard.hpp>

#include <cstddef>

namespace tessera {

/// Owner of uninitialised bytes, aligned to a cache line. Move-only.
///
/// Large blocks start at different offsets inside a page: two arrays whose elements lie a multiple
/// of 4 KiB apart would compete for the same cache sets. Freed blocks are kept for reuse, because
/// the first touch of fresh pages costs several times a warm write. Of blocks from 4 MiB on, Linux
/// is asked for pages of 2 MiB: first touch is then about six times as fast, elements in no order
/// are found about twice as fast.
class buffer {
public:
  buffer() = default;
  /// @throws memory_error when the memory cannot be had.
  explicit buffer(std::size_t bytes);
  buffer(buffer&& other) noexcept
      : base_(other.base_), data_(other.data_), capacity_(other.capacity_) {
    other.base_ = other.data_ = nullptr;
    other.capacity_ = 0;
  }
  buffer& operator=(buffer&& other) noexcept;
  buffer(const buffer&) = delete;
  buffer& operator=(const buffer&) = delete;
  ~buffer() {
    if (base_ != nullptr) release();
  }

  [[nodiscard]] std::byte* data() const noexcept { return data_; }
  [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }

private:
  void release() noexcept;

  std::byte* base_ = nullptr;
  std::byte* data_ = nullptr;
  std::size_t capacity_ = 0;
};

/// Bytes of freed blocks that may be kept for reuse (1 GiB unless set); 0 keeps none and frees
/// what is kept. Together with the blocks in use they are at most what was in use when that was the
/// most, and 64 MiB: arrays of ever other sizes do not add up.
void set_memory_cache_limit(std::size_t bytes);

/// Bytes of this process in blocks of 64 KiB and more, which arrays come from.
struct memory_use {
  std::size_t taken = 0;      ///< by what exists
  std::size_t most_taken = 0; ///< at once, until now
  std::size_t kept = 0;       ///< freed, and kept for reuse
};
[[nodiscard]] memory_use memory_in_use();

namespace detail {

/// From now on blocks that are freed stay as they are, since somebody may still use their memory;
/// until `give_kept_memory` was called as often.
void keep_freed_memory() noexcept;
void give_kept_memory() noexcept;
[[nodiscard]] bool keeps_freed_memory() noexcept;

} // namespace detail

} // namespace tessera
