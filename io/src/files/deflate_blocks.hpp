/// @file
/// Bytes packed by several threads.
#pragma once

#include <tessera/core/shape.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace tessera::detail {

/// Packs bytes as one stream of deflate (RFC 1951), and takes their CRC-32. They are cut into
/// blocks, always in the same places, of which each thread of the process packs one at a time: each
/// refers to the 32 KiB before it, as pigz (M. Adler) has it. So the stream has the same bytes for
/// any number of threads; one of a single block is what zlib makes of it. Local.
class deflate_blocks {
public:
  /// Of pieces that follow each other, in memory that must outlive it; `level` as zlib's.
  deflate_blocks(std::vector<std::string_view> pieces, int level);
  /// Of `size` bytes that are read once, in their order: `read(to, count)` copies the next ones.
  deflate_blocks(std::function<void(char*, index_t)> read, index_t size, int level);

  /// Of the bytes that are packed.
  [[nodiscard]] index_t size() const { return size_; }

  /// The next bytes of the stream, which stay until the next call; none at its end. A few blocks
  /// for each thread are in memory.
  /// @throws memory_error
  std::string_view next();
  /// Of what is packed until now.
  [[nodiscard]] std::uint32_t crc() const { return crc_; }

private:
  struct block;

  void read_until(index_t end);
  [[nodiscard]] std::string copied(index_t begin, index_t end) const;
  [[nodiscard]] block packed(index_t number) const;

  std::vector<std::string_view> pieces_;
  std::function<void(char*, index_t)> read_;
  std::string known_; // of what is read, what is packed next and what that may refer to
  index_t known_begin_ = 0;
  int level_;
  index_t size_ = 0;
  index_t count_;    // of blocks
  index_t done_ = 0; // of them
  std::uint32_t crc_ = 0;
  std::string stream_;
};

} // namespace tessera::detail
