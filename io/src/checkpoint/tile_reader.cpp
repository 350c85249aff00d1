#include "checkpoint/tile_reader.hpp"
#include "checkpoint/tile_codec.hpp"

#include <tessera/core/files/file_errors.hpp>

#include <algorithm>
#include <cstring>
#include <map>
#include <string_view>
#include <utility>

namespace tessera::detail {

namespace {

constexpr std::size_t most_kept = 256; // of at most 1 MiB each, as they are written

/// The index of element k of an array.
std::vector<index_t> index_of(index_t k, const std::vector<index_t>& shape) {
  std::vector<index_t> index(shape.size());
  for (std::size_t d = shape.size(); d-- > 0; k /= shape[d]) index[d] = k % shape[d];
  return index;
}

bool holds(const hashed_piece& tile, const std::vector<index_t>& index) {
  for (std::size_t d = 0; d < index.size(); ++d)
    if (index[d] < tile.lower[d] || index[d] - tile.lower[d] >= tile.shape[d]) return false;
  return true;
}

/// Elements from an index on that follow each other in the array and in the tile.
struct tile_run {
  index_t first = 0; // number of the element in the tile
  index_t count = 1;
};

tile_run run_from(const hashed_piece& tile, const std::vector<index_t>& shape,
                  const std::vector<index_t>& index) {
  tile_run run;
  index_t step = 1;
  bool is_whole = true; // the tile has all of the axes behind this one
  for (std::size_t d = shape.size(); d-- > 0;) {
    const index_t at = index[d] - tile.lower[d];
    run.first += at * step;
    if (is_whole) run.count = tile.shape[d] * step - run.first;
    is_whole = is_whole && tile.shape[d] == shape[d];
    step *= tile.shape[d];
  }
  return run;
}

} // namespace

tile_reader::tile_reader(const std::string& path, checkpoint_manifest manifest)
    : manifest_(std::move(manifest)), files_(path, manifest_), tiles_(manifest_.arrays.size()) {
  std::map<std::string_view, std::size_t> arrays;
  for (std::size_t k = 0; k < manifest_.arrays.size(); ++k) {
    arrays.emplace(manifest_.arrays[k].name, k);
    if (manifest_.arrays[k].bytes() > 0) by_offset_.push_back(k);
  }
  std::sort(by_offset_.begin(), by_offset_.end(), [&](std::size_t a, std::size_t b) {
    return manifest_.arrays[a].offset < manifest_.arrays[b].offset;
  });
  for (const hashed_piece& tile : manifest_.pieces)
    if (tile.place && tile.place->bytes > 0) tiles_[arrays.at(tile.array)].push_back(&tile);
  for (tile_list& tiles : tiles_)
    std::sort(tiles.begin(), tiles.end(),
              [](const hashed_piece* a, const hashed_piece* b) { return a->lower < b->lower; });
}

void tile_reader::read_at(index_t offset, void* to, index_t bytes) const {
  const std::lock_guard lock(reading_);
  auto* next = static_cast<std::byte*>(to);
  for (const std::size_t k : by_offset_) {
    const stored_array& a = manifest_.arrays[k];
    if (bytes == 0 || offset + bytes <= a.offset) break;
    if (offset >= a.offset + a.bytes()) continue;
    const index_t before = std::max<index_t>(a.offset - offset, 0);
    files_.own().read_at(offset, next, before);
    const index_t inside = std::min(bytes - before, a.offset + a.bytes() - (offset + before));
    read_array(k, offset + before - a.offset, next + before, inside);
    offset += before + inside;
    next += before + inside;
    bytes -= before + inside;
  }
  files_.own().read_at(offset, next, bytes);
}

void tile_reader::read_array(std::size_t array, index_t first, std::byte* to, index_t bytes) const {
  const stored_array& a = manifest_.arrays[array];
  while (bytes > 0) {
    const std::vector<index_t> index = index_of(first / a.itemsize, a.shape);
    const index_t past = first % a.itemsize;
    const hashed_piece& tile = tile_at(array, index);
    const tile_run run = run_from(tile, a.shape, index);
    const index_t count = std::min(bytes, run.count * a.itemsize - past);
    read_tile(tile, a.itemsize, run.first * a.itemsize + past, to, count);
    first += count;
    to += count;
    bytes -= count;
  }
}

/// The tiles of an array hold every element: the manifest was checked.
const hashed_piece& tile_reader::tile_at(std::size_t array,
                                         const std::vector<index_t>& index) const {
  const tile_list& tiles = tiles_[array];
  if (last_ != nullptr && last_->array == manifest_.arrays[array].name && holds(*last_, index))
    return *last_;
  // The one that holds the index is not behind the last that begins at or before it.
  auto at = std::upper_bound(
      tiles.begin(), tiles.end(), index,
      [](const std::vector<index_t>& i, const hashed_piece* tile) { return i < tile->lower; });
  while (at != tiles.begin())
    if (holds(**--at, index)) return *(last_ = *at);
  throw_file_error("read", files_.own().path(),
                   "no tile of '" + manifest_.arrays[array].name + "' has an element of it");
}

void tile_reader::read_tile(const hashed_piece& tile, index_t itemsize, index_t first,
                            std::byte* to, index_t bytes) const {
  const piece_place& place = *tile.place;
  if (place.packing == static_cast<int>(tile_compression::off))
    return files_.of(place.file).read_at(place.offset + first, to, bytes);
  std::memcpy(to, unpacked(tile, itemsize) + first, static_cast<std::size_t>(bytes));
}

const std::byte* tile_reader::unpacked(const hashed_piece& tile, index_t itemsize) const {
  for (const unpacked_tile& u : kept_)
    if (u.tile == &tile) return u.elements.data();
  index_t bytes = itemsize;
  for (const index_t n : tile.shape) bytes *= n;
  buffer elements(static_cast<std::size_t>(bytes));
  read_placed_piece(files_, tile, itemsize, elements.data());
  if (kept_.size() == most_kept) kept_.pop_back();
  kept_.push_front({&tile, std::move(elements)});
  return kept_.front().elements.data();
}

} // namespace tessera::detail
