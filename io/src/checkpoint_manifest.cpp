#include "checkpoint_manifest.hpp"

#include <tessera/core/error.hpp>

#include <algorithm>
#include <charconv>
#include <limits>
#include <map>
#include <string_view>
#include <utility>

namespace tessera::detail {

namespace {

constexpr const char* first_line = "tessera checkpoint 1";
constexpr std::size_t most_axes = 32;
constexpr int hash_digits = 16;

std::string hexadecimal(std::uint64_t value) {
  std::string text(hash_digits, '0');
  for (std::size_t k = text.size(); k-- > 0; value /= 16U)
    text[k] = "0123456789abcdef"[value % 16U];
  return text;
}

/// "4x5"; "-" where there are no axes.
std::string extents_text(const std::vector<index_t>& extents) {
  std::string text;
  for (const index_t n : extents) text += (text.empty() ? "" : "x") + std::to_string(n);
  return text.empty() ? "-" : text;
}

[[noreturn]] void damaged(const std::string& why) {
  throw file_error("the manifest is damaged: " + why);
}

/// Reads a line's words from left to right.
class word_reader {
public:
  explicit word_reader(std::string_view line) : rest_(line) {}

  std::string_view word() {
    const std::size_t end = std::min(rest_.find(' '), rest_.size());
    const std::string_view found = rest_.substr(0, end);
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    return found;
  }
  index_t number() { return count(word()); }
  std::uint64_t hash() {
    const std::string_view digits = word();
    std::uint64_t value = 0;
    const char* const last = digits.data() + digits.size();
    const auto [end, code] = std::from_chars(digits.data(), last, value, 16);
    if (code != std::errc() || end != last || digits.size() != hash_digits)
      damaged("'" + std::string(digits) + "' is not a checksum");
    return value;
  }
  std::vector<index_t> extents() {
    std::vector<index_t> values;
    std::string_view text = word();
    while (text != "-" && values.size() <= most_axes) {
      const std::size_t end = std::min(text.find('x'), text.size());
      values.push_back(count(text.substr(0, end)));
      if (end == text.size()) return values;
      text.remove_prefix(end + 1);
    }
    if (!values.empty()) damaged("an array has more axes than there can be");
    return values;
  }
  std::string rest() { return std::string(rest_); }

private:
  static index_t count(std::string_view digits) {
    index_t value = 0;
    const char* const last = digits.data() + digits.size();
    const auto [end, code] = std::from_chars(digits.data(), last, value);
    if (code != std::errc() || end != last || value < 0)
      damaged("'" + std::string(digits) + "' is not a count");
    return value;
  }

  std::string_view rest_;
};

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
    damaged("array '" + a.name + "' does not fit into " + std::to_string(file_bytes) + " bytes");
}

/// Makes a manifest of its lines.
class manifest_builder {
public:
  void add_line(std::string_view line) {
    word_reader words(line);
    const std::string_view kind = words.word();
    if (kind == "step") {
      m_.step = words.number();
    } else if (kind == "file") {
      m_.file_bytes = words.number();
      m_.rest_hash = words.hash();
    } else if (kind == "array") {
      add_array(words);
    } else if (kind == "tile") {
      add_tile(words);
    } else {
      damaged("it has a line '" + std::string(kind.substr(0, 40)) + "'");
    }
  }

  /// The tiles cover every array, each element once, if they are boxes inside that do not overlap
  /// (which a checksum of the manifest vouches for) and have as many elements.
  checkpoint_manifest finish() {
    for (const auto& [name, seen] : seen_)
      if (seen.covered != product(m_.arrays[seen.index].shape, 1))
        damaged("tiles of '" + name + "' are missing");
    return std::move(m_);
  }

private:
  /// An array, and how many elements its tiles have.
  struct seen_array {
    std::size_t index;
    index_t covered = 0;
  };

  void add_array(word_reader& words) {
    stored_array a;
    a.offset = words.number();
    a.itemsize = static_cast<int>(std::min<index_t>(words.number(), 1 << 20));
    a.type = words.word();
    a.shape = words.extents();
    a.name = words.rest();
    check_array(a, m_.file_bytes);
    if (!seen_.try_emplace(a.name, seen_array{m_.arrays.size()}).second)
      damaged("there are two arrays '" + a.name + "'");
    m_.arrays.push_back(std::move(a));
  }

  void add_tile(word_reader& words) {
    file_tile tile;
    tile.hash = words.hash();
    tile.lower = words.extents();
    tile.shape = words.extents();
    tile.array = words.rest();
    const auto seen = seen_.find(tile.array);
    if (seen == seen_.end() || !is_part(tile, m_.arrays[seen->second.index].shape))
      damaged("there is a tile of '" + tile.array + "' that is no part of it");
    index_t& covered = seen->second.covered;
    if (__builtin_add_overflow(covered, product(tile.shape, 1), &covered))
      damaged("tiles of '" + tile.array + "' cannot be counted");
    m_.tiles.push_back(std::move(tile));
  }

  static bool is_part(const file_tile& tile, const std::vector<index_t>& shape) {
    bool fits = tile.lower.size() == shape.size() && tile.shape.size() == shape.size();
    for (std::size_t d = 0; fits && d < shape.size(); ++d)
      fits = tile.shape[d] <= shape[d] && tile.lower[d] <= shape[d] - tile.shape[d];
    return fits;
  }

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

std::string tile_lines(const std::vector<file_tile>& tiles) {
  std::string text;
  for (const file_tile& tile : tiles)
    text += "tile " + hexadecimal(tile.hash) + ' ' + extents_text(tile.lower) + ' ' +
            extents_text(tile.shape) + ' ' + tile.array + '\n';
  return text;
}

std::string manifest_text(const checkpoint_manifest& head, const std::string& tiles) {
  std::string text = std::string(first_line) + "\nstep " + std::to_string(head.step) + "\nfile " +
                     std::to_string(head.file_bytes) + ' ' + hexadecimal(head.rest_hash) + '\n';
  for (const stored_array& a : head.arrays)
    text += "array " + std::to_string(a.offset) + ' ' + std::to_string(a.itemsize) + ' ' + a.type +
            ' ' + extents_text(a.shape) + ' ' + a.name + '\n';
  text += tiles;
  return text + "end " + hexadecimal(hash_of(text)) + '\n';
}

checkpoint_manifest parse_manifest(const std::string& text) {
  std::string_view lines = checked_lines(text);
  manifest_builder result;
  for (bool first = true; !lines.empty(); first = false) {
    const std::size_t end = std::min(lines.find('\n'), lines.size() - 1);
    const std::string_view line = lines.substr(0, end);
    lines.remove_prefix(end + 1);
    if (!first)
      result.add_line(line);
    else if (line != first_line)
      damaged("it begins with '" + std::string(line.substr(0, 40)) + "'");
  }
  return result.finish();
}

} // namespace tessera::detail
