/// @file
/// Which tiles were saved, and where they are.
#pragma once

#include "files/piece_hash.hpp"

#include <deque>
#include <map>
#include <string>

namespace tessera::detail {

/// The tiles that this rank saved with a generation. A later one refers to those that are the same.
class tile_history {
public:
  /// `depth`: how many generations in a row depend on the one that has everything, with this.
  tile_history(index_t generation, index_t depth, const std::deque<hashed_piece>& tiles);

  [[nodiscard]] index_t generation() const { return generation_; }
  [[nodiscard]] index_t depth() const { return depth_; }
  /// Where the same elements at the same place of an array are; null where there are none.
  [[nodiscard]] const piece_place* find(const hashed_piece& tile) const;

private:
  struct saved_tile {
    std::uint64_t hash;
    piece_place place;
  };
  index_t generation_;
  index_t depth_;
  std::map<std::string, saved_tile> tiles_; // by array, first index and shape
};

/// Bytes of a tile, at most; 1 MiB unless a test wants less.
[[nodiscard]] index_t tile_bytes();
void set_tile_bytes(index_t bytes);

} // namespace tessera::detail
