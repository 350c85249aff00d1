#include "checkpoint/tile_history.hpp"
#include "checkpoint/manifest_words.hpp"

namespace tessera::detail {

namespace {

index_t most_bytes = index_t{1} << 20U;

std::string key_of(const hashed_piece& tile) {
  return manifest_words::extents_text(tile.lower) + ' ' + manifest_words::extents_text(tile.shape) +
         ' ' + tile.array;
}

} // namespace

index_t tile_bytes() { return most_bytes; }
void set_tile_bytes(index_t bytes) { most_bytes = bytes; }

tile_history::tile_history(index_t generation, index_t depth, const std::deque<hashed_piece>& tiles)
    : generation_(generation), depth_(depth) {
  for (const hashed_piece& tile : tiles)
    if (tile.place) tiles_.emplace(key_of(tile), saved_tile{tile.hash, *tile.place});
}

const piece_place* tile_history::find(const hashed_piece& tile) const {
  const auto known = tiles_.find(key_of(tile));
  if (known == tiles_.end() || known->second.hash != tile.hash) return nullptr;
  return &known->second.place;
}

} // namespace tessera::detail
