/// @file
/// Checksums of parts of files.
#pragma once

#include <tessera/core/shape.hpp>

#include <cstdint>
#include <string>
#include <vector>

struct XXH3_state_s;

namespace tessera::detail {

/// XXH3 with 64 bits (Collet, xxHash 0.8), of bytes that come in pieces.
class tile_hash {
public:
  tile_hash();
  tile_hash(const tile_hash&) = delete;
  tile_hash& operator=(const tile_hash&) = delete;
  ~tile_hash();

  void add(const void* data, index_t bytes);
  [[nodiscard]] std::uint64_t value() const;

private:
  XXH3_state_s* state_;
};

/// The same of a text.
std::uint64_t hash_of(const std::string& text);

/// A box of an array in a file, and the checksum of its elements in row-major order.
struct file_tile {
  std::string array;
  std::vector<index_t> lower;
  std::vector<index_t> shape;
  std::uint64_t hash = 0;
};

} // namespace tessera::detail
