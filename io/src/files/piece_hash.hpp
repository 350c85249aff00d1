/// @file
/// Checksums of pieces of files.
#pragma once

#include <tessera/core/shape.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

struct XXH3_state_s;

namespace tessera::detail {

/// XXH3 with 64 bits (Collet, xxHash 0.8), of bytes that come in pieces.
class piece_hash {
public:
  piece_hash();
  piece_hash(const piece_hash&) = delete;
  piece_hash& operator=(const piece_hash&) = delete;
  ~piece_hash();

  void add(const void* data, index_t bytes);
  [[nodiscard]] std::uint64_t value() const;

private:
  XXH3_state_s* state_;
};

/// The same of a text.
std::uint64_t hash_of(const std::string& text);

/// Where a piece lies that is not at its place in the file.
struct piece_place {
  index_t file = 0; ///< number of the file
  index_t offset = 0;
  index_t bytes = 0;
  int packing = 0; ///< how it is packed; 0: not at all
};

/// A box of an array in a file, which manifests call a tile, and the checksum of its elements in
/// row-major order.
struct hashed_piece {
  std::string array;
  std::vector<index_t> lower;
  std::vector<index_t> shape;
  std::uint64_t hash = 0;
  std::optional<piece_place> place{};
};

} // namespace tessera::detail
