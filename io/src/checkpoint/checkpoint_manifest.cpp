#include "checkpoint/checkpoint_manifest.hpp"
#include "checkpoint/manifest_words.hpp"
#include "checkpoint/tile_codec.hpp"

#include <tessera/core/error.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <string_view>
#include <utility>

namespace tessera::detail {

namespace {

constexpr std::string_view first_line = "tessera checkpoint 2";
// Whose tiles say where they are.
constexpr std::string_view tiled_first_line = "tessera checkpoint 3";
// Without a number, and with names and types as they are.
constexpr std::string_view older_first_line = "tessera checkpoint 1";

// Of one that claims more, nothing is unpacked.
constexpr index_t largest_packed_tile = index_t{1} << 26U;

using namespace manifest_words;

/// The product of non-negative numbers, or the largest number where it cannot be counted.
index_t product(const std::vector<index_t>& extents, index_t itemsize) {
  index_t result = itemsize;
  for (const index_t n : extents)
    if (__builtin_mul_overflow(result, n, &result)) return std::numeric_limits<index_t>::max();
  return result;
}

void check_array(const stored_array& a, index_t file_bytes) {
  const index_t bytes = product(a.shape, a.itemsize);
  if (a.itemsize < 1 || a.offset > file_bytes || bytes > file_bytes - a.offset)
    damaged(fmt::format("array '{}' does not fit into {} bytes", a.name, file_bytes));
}

/// Makes a manifest of its lines.
class manifest_builder {
public:
  manifest_builder(bool is_older, bool is_tiled) : is_older_(is_older) { m_.is_tiled = is_tiled; }

  void add_line(std::string_view line) {
    reader words(line);
    const std::string_view kind = words.word();
    if (kind == "step") {
      m_.step = words.number();
    } else if (kind == "generation") {
      m_.generation = words.number();
    } else if (kind == "file") {
      m_.file_bytes = words.number();
      m_.rest_hash = words.hash();
    } else if (kind == "array") {
      add_array(words);
    } else if (kind == "tile") {
      add_piece(words);
    } else {
      damaged(fmt::format("it has a line '{}'", kind.substr(0, 40)));
    }
  }

  /// The pieces cover every array, each element once, if they are boxes inside that do not overlap
  /// (which a checksum of the manifest vouches for) and have as many elements.
  checkpoint_manifest finish() {
    if (!is_older_ && m_.generation < 0) damaged("it does not say of which generation it is");
    for (const auto& [name, seen] : seen_)
      if (seen.covered != product(m_.arrays[seen.index].shape, 1))
        damaged(fmt::format("tiles of '{}' are missing", name));
    return std::move(m_);
  }

private:
  /// An array, and how many elements its pieces have.
  struct seen_array {
    std::size_t index;
    index_t covered = 0;
  };

  std::string name(reader& words) const { return is_older_ ? words.rest() : words.text(); }

  void add_array(reader& words) {
    stored_array a;
    a.offset = words.number();
    a.itemsize = static_cast<int>(std::min<index_t>(words.number(), 1 << 20));
    a.type = is_older_ ? words.bare_type() : words.text();
    a.shape = words.extents();
    a.name = name(words);
    check_array(a, m_.file_bytes);
    if (!seen_.try_emplace(a.name, seen_array{m_.arrays.size()}).second)
      damaged(fmt::format("there are two arrays '{}'", a.name));
    m_.arrays.push_back(std::move(a));
  }

  void add_piece(reader& words) {
    hashed_piece piece;
    piece.hash = words.hash();
    piece.lower = words.extents();
    piece.shape = words.extents();
    piece.array = name(words);
    if (m_.is_tiled) piece.place = place(words);
    const auto seen = seen_.find(piece.array);
    if (seen == seen_.end() || !is_part(piece, m_.arrays[seen->second.index].shape))
      damaged(fmt::format("there is a tile of '{}' that is no part of it", piece.array));
    if (piece.place) check_place(piece, m_.arrays[seen->second.index].itemsize);
    index_t& covered = seen->second.covered;
    if (__builtin_add_overflow(covered, product(piece.shape, 1), &covered))
      damaged(fmt::format("tiles of '{}' cannot be counted", piece.array));
    m_.pieces.push_back(std::move(piece));
  }

  static piece_place place(reader& words) {
    piece_place place{words.number(), words.number(), words.number(), 0};
    const std::string_view packing = words.word();
    const auto codec = compression_of(packing);
    if (!codec) damaged(fmt::format("a tile is packed by '{}'", packing.substr(0, 40)));
    place.packing = static_cast<int>(*codec);
    return place;
  }

  /// Those of this generation lie in its file.
  void check_place(const hashed_piece& piece, int itemsize) const {
    const piece_place& p = *piece.place;
    const index_t bytes = product(piece.shape, itemsize);
    const bool is_plain = p.packing == static_cast<int>(tile_compression::off);
    const bool has_room = p.offset <= std::numeric_limits<index_t>::max() - p.bytes &&
                          (p.file != m_.generation || p.offset + p.bytes <= m_.file_bytes);
    const bool has_size =
        is_plain ? p.bytes == bytes : p.bytes < bytes && bytes <= largest_packed_tile;
    if (p.file > m_.generation || !has_room || !has_size)
      damaged(fmt::format("a tile of '{}' lies where it cannot", piece.array));
  }

  static bool is_part(const hashed_piece& piece, const std::vector<index_t>& shape) {
    bool fits = piece.lower.size() == shape.size() && piece.shape.size() == shape.size();
    for (std::size_t d = 0; fits && d < shape.size(); ++d)
      fits = piece.shape[d] <= shape[d] && piece.lower[d] <= shape[d] - piece.shape[d];
    return fits;
  }

  bool is_older_;
  checkpoint_manifest m_;
  std::map<std::string, seen_array> seen_;
};

/// The lines before the checksum, which must be right.
std::string_view checked_lines(std::string_view text) {
  constexpr std::string_view mark = "end ";
  const std::size_t at = text.rfind(mark);
  if (at == text.npos || (at > 0 && text[at - 1] != '\n')) damaged("it has no end");
  const std::string_view lines = text.substr(0, at);
  const std::string expected = std::string(mark) + hexadecimal(hash_of(std::string(lines))) + "\n";
  if (text.substr(at) != expected) damaged("its checksum does not fit");
  return lines;
}

} // namespace

index_t stored_array::bytes() const { return product(shape, itemsize); }

std::vector<index_t> checkpoint_manifest::references() const {
  std::set<index_t> found;
  for (const hashed_piece& piece : pieces)
    if (piece.place && piece.place->bytes > 0) found.insert(piece.place->file);
  found.erase(generation);
  return {found.begin(), found.end()};
}

std::string piece_line(const hashed_piece& piece) {
  std::string line = "tile " + hexadecimal(piece.hash) + ' ' + extents_text(piece.lower) + ' ' +
                     extents_text(piece.shape) + ' ' + as_word(piece.array);
  if (const auto& p = piece.place)
    line += fmt::format(" {} {} {} {}", p->file, p->offset, p->bytes,
                        name_of(static_cast<tile_compression>(p->packing)));
  return line + '\n';
}

std::string piece_lines(const std::vector<hashed_piece>& pieces) {
  std::string text;
  for (const hashed_piece& piece : pieces) text += piece_line(piece);
  return text;
}

std::string manifest_text(const checkpoint_manifest& head, const std::string& pieces) {
  std::string text = std::string(head.is_tiled ? tiled_first_line : first_line) + "\ngeneration " +
                     std::to_string(head.generation) + "\nstep " + std::to_string(head.step) +
                     "\nfile " + std::to_string(head.file_bytes) + ' ' +
                     hexadecimal(head.rest_hash) + '\n';
  for (const stored_array& a : head.arrays)
    text += "array " + std::to_string(a.offset) + ' ' + std::to_string(a.itemsize) + ' ' +
            as_word(a.type) + ' ' + extents_text(a.shape) + ' ' + as_word(a.name) + '\n';
  text += pieces;
  return text + "end " + hexadecimal(hash_of(text)) + '\n';
}

checkpoint_manifest parse_manifest(const std::string& text) {
  std::string_view lines = checked_lines(text);
  const auto next = [&lines] {
    const std::size_t end = std::min(lines.find('\n'), lines.size());
    const std::string_view line = lines.substr(0, end);
    lines.remove_prefix(std::min(end + 1, lines.size()));
    return line;
  };
  const std::string_view first = next();
  const bool is_tiled = first == tiled_first_line;
  if (first != first_line && first != older_first_line && !is_tiled)
    damaged(fmt::format("it begins with '{}'", first.substr(0, 40)));
  manifest_builder result(first == older_first_line, is_tiled);
  while (!lines.empty()) result.add_line(next());
  return result.finish();
}

} // namespace tessera::detail
