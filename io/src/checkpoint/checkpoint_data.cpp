#include "checkpoint/checkpoint_data.hpp"
#include "checkpoint/checkpoint_folder.hpp"
#include "checkpoint/tile_codec.hpp"
#include "parts/file_stretches.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/files/file_errors.hpp>
#include <tessera/core/memory.hpp>
#include <tessera/core/threads/tasks.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <string_view>

namespace tessera::detail {

namespace {

constexpr index_t buffer_bytes = index_t{1} << 20U;
constexpr index_t largest_manifest = index_t{1} << 30U;

/// Adds bytes of a file to a checksum.
void hash_bytes(const input_file& file, index_t offset, index_t bytes, const buffer& between,
                piece_hash& hash) {
  while (bytes > 0) {
    const index_t piece = std::min(bytes, buffer_bytes);
    file.read_at(offset, between.data(), piece);
    hash.add(between.data(), piece);
    offset += piece;
    bytes -= piece;
  }
}

std::uint64_t hash_of_piece(const input_file& file, const stored_array& array,
                            const hashed_piece& piece, const buffer& between) {
  piece_hash hash;
  file_stretches stretch(array.shape, piece.lower, piece.shape);
  const index_t bytes = stretch.length() * array.itemsize;
  do {
    hash_bytes(file, array.offset + stretch.in_file() * array.itemsize, bytes, between, hash);
  } while (stretch.advance());
  return hash.value();
}

/// The arrays by their names.
class array_index {
public:
  explicit array_index(const std::vector<stored_array>& arrays) {
    for (const stored_array& a : arrays) arrays_.emplace(a.name, &a);
  }
  /// The array that a piece is part of; every piece of a manifest has one.
  const stored_array& operator[](const hashed_piece& piece) const {
    return *arrays_.at(piece.array);
  }

private:
  std::map<std::string_view, const stored_array*> arrays_;
};

index_t elements_of(const hashed_piece& piece) {
  index_t count = 1;
  for (const index_t n : piece.shape) count *= n;
  return count;
}

bool is_empty(const hashed_piece& piece) { return elements_of(piece) == 0; }

} // namespace

std::uint64_t hash_of_rest(const input_file& file, const std::vector<stored_array>& arrays) {
  std::vector<const stored_array*> sorted;
  for (const stored_array& a : arrays)
    if (a.bytes() > 0) sorted.push_back(&a);
  std::sort(sorted.begin(), sorted.end(),
            [](const stored_array* a, const stored_array* b) { return a->offset < b->offset; });
  const buffer between(static_cast<std::size_t>(buffer_bytes));
  piece_hash hash;
  index_t at = 0;
  for (const stored_array* a : sorted) {
    hash_bytes(file, at, a->offset - at, between, hash);
    at = std::max(at, a->offset + a->bytes());
  }
  hash_bytes(file, at, file.size() - at, between, hash);
  return hash.value();
}

checkpoint_manifest read_manifest(const std::string& path) {
  const input_file file(path);
  if (file.size() > largest_manifest)
    throw file_error(fmt::format("'{}': {} bytes are more than a manifest has", path, file.size()));
  std::string text(static_cast<std::size_t>(file.size()), '\0');
  file.read_at(0, text.data(), file.size());
  try {
    checkpoint_manifest manifest = parse_manifest(text);
    const index_t named = generation_of_manifest(path);
    if (manifest.generation >= 0 && named >= 0 && manifest.generation != named)
      throw file_error(fmt::format("it is the manifest of generation {}: the file was renamed",
                                   manifest.generation));
    return manifest;
  } catch (const file_error& failure) {
    throw file_error(fmt::format("'{}': {}", path, failure.what()));
  }
}

void check_size(const input_file& file, const checkpoint_manifest& manifest) {
  if (file.size() != manifest.file_bytes)
    throw_file_error(
        "read", file.path(),
        fmt::format("it has {} bytes in place of {}", file.size(), manifest.file_bytes));
}

namespace {

std::uint64_t hash_of_piece(const data_files& files, const stored_array& array,
                            const hashed_piece& piece) {
  const buffer between(static_cast<std::size_t>(buffer_bytes));
  if (!piece.place) return hash_of_piece(files.own(), array, piece, between);
  piece_hash hash;
  if (piece.place->packing == static_cast<int>(tile_compression::off)) {
    hash_bytes(files.of(piece.place->file), piece.place->offset, piece.place->bytes, between, hash);
  } else {
    const buffer elements(static_cast<std::size_t>(array.itemsize * elements_of(piece)));
    read_placed_piece(files, piece, array.itemsize, elements.data());
    hash.add(elements.data(), array.itemsize * elements_of(piece));
  }
  return hash.value();
}

/// Compares one piece with its checksum.
void check_piece(const data_files& files, const stored_array& array, const hashed_piece& piece) {
  if (is_empty(piece) || hash_of_piece(files, array, piece) == piece.hash) return;
  const input_file& file = piece.place ? files.of(piece.place->file) : files.own();
  throw_file_error("read", file.path(),
                   fmt::format("the checksum of '{}' from index {} on does not fit", piece.array,
                               tuple_text(piece.lower.data(), piece.lower.size())));
}

} // namespace

void check_data(const data_files& files, const checkpoint_manifest& manifest, index_t first,
                index_t of) {
  check_size(files.own(), manifest);
  const array_index arrays(manifest.arrays);
  const auto all = static_cast<index_t>(manifest.pieces.size());
  const index_t mine = first < all ? (all - first + of - 1) / of : 0;
  for_tasks(mine, files.own().size() / of, [&](index_t k) {
    const hashed_piece& piece = manifest.pieces[static_cast<std::size_t>(first + k * of)];
    check_piece(files, arrays[piece], piece);
  });
  if (first == 0 && hash_of_rest(files.own(), manifest.arrays) != manifest.rest_hash)
    throw_file_error("read", files.own().path(),
                     "the checksum of what surrounds the arrays does not fit");
}

} // namespace tessera::detail
