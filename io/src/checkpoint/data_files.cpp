#include "checkpoint/data_files.hpp"
#include "checkpoint/checkpoint_folder.hpp"
#include "checkpoint/tile_codec.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/files/file_errors.hpp>
#include <tessera/core/memory.hpp>

#include <filesystem>
#include <utility>

namespace tessera::detail {

namespace {

std::string data_beside(const std::string& manifest, bool is_tiled) {
  return std::filesystem::path(manifest)
      .replace_extension(data_extensions[is_tiled ? 1 : 0])
      .string();
}

} // namespace

files_of_manifest::files_of_manifest(const std::string& path, const checkpoint_manifest& manifest)
    : folder_(std::filesystem::path(path).parent_path().string()), generation_(manifest.generation),
      own_(data_beside(path, manifest.is_tiled)) {
  if (folder_.empty()) folder_ = ".";
}

const input_file& files_of_manifest::of(index_t generation) const {
  if (generation == generation_) return own_;
  const std::lock_guard lock(opening_);
  const auto known = others_.find(generation);
  if (known != others_.end()) return known->second;
  return others_.emplace(generation, input_file(data_path(folder_, generation, true)))
      .first->second;
}

void read_placed_piece(const data_files& files, const hashed_piece& piece, index_t itemsize,
                       std::byte* to) {
  const piece_place& place = *piece.place;
  const auto codec = static_cast<tile_compression>(place.packing);
  const input_file& file = files.of(place.file);
  if (codec == tile_compression::off) return file.read_at(place.offset, to, place.bytes);
  const buffer packed(static_cast<std::size_t>(place.bytes));
  file.read_at(place.offset, packed.data(), place.bytes);
  index_t bytes = itemsize;
  for (const index_t n : piece.shape) bytes *= n;
  try {
    unpack_tile(packed.data(), place.bytes, itemsize, codec, to, bytes);
  } catch (const file_error& damage) {
    throw_file_error("read", file.path(), damage.what());
  }
}

} // namespace tessera::detail
