#include "npy_literal.hpp"

#include <algorithm>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

namespace tessera::detail {

namespace {

constexpr std::size_t most_axes = 64;

/// Takes tokens of a Python literal off a text.
class literal_reader {
public:
  explicit literal_reader(std::string_view text) : rest_(text) {}

  bool take(std::string_view token) {
    skip_blanks();
    if (!rest_.starts_with(token)) return false;
    rest_.remove_prefix(token.size());
    return true;
  }

  /// A string in quotes, without escapes.
  bool take_string(std::string_view& value) {
    skip_blanks();
    if (rest_.empty() || (rest_[0] != '\'' && rest_[0] != '"')) return false;
    const std::size_t end = rest_.find(rest_[0], 1);
    if (end == rest_.npos) return false;
    value = rest_.substr(1, end - 1);
    rest_.remove_prefix(end + 1);
    return value.find_first_of("\\\n") == value.npos;
  }

  /// Digits; Python 2 wrote an L behind large ones.
  bool take_size(index_t& value) {
    skip_blanks();
    const std::size_t digits = std::min(rest_.find_first_not_of("0123456789"), rest_.size());
    if (digits == 0 || digits > std::numeric_limits<index_t>::digits10) return false;
    value = 0;
    for (const char c : rest_.substr(0, digits)) value = 10 * value + (c - '0');
    rest_.remove_prefix(digits);
    if (rest_.starts_with('L')) rest_.remove_prefix(1);
    return true;
  }

  bool at_end() {
    skip_blanks();
    return rest_.empty();
  }

private:
  void skip_blanks() {
    while (!rest_.empty() && (rest_[0] == ' ' || rest_[0] == '\n')) rest_.remove_prefix(1);
  }
  std::string_view rest_;
};

bool take_bool(literal_reader& reader, bool& value) {
  value = reader.take("True");
  return value || reader.take("False");
}

bool take_shape(literal_reader& reader, std::vector<index_t>& shape) {
  if (!reader.take("(")) return false;
  while (!reader.take(")")) {
    index_t size = 0;
    if (!reader.take_size(size) || shape.size() == most_axes) return false;
    shape.push_back(size);
    if (reader.take(",")) continue;
    return shape.size() > 1 && reader.take(")"); // (3) is a number in brackets
  }
  return true;
}

/// Which of the keys were seen.
struct seen_keys {
  bool descr = false;
  bool fortran_order = false;
  bool shape = false;
};

const char* parse_entry(literal_reader& reader, npy_header& header, seen_keys& seen) {
  std::string_view key;
  if (!reader.take_string(key) || !reader.take(":")) return "no key where one should be";
  if (key == "descr" && !std::exchange(seen.descr, true)) {
    std::string_view descr;
    if (!reader.take_string(descr) || descr.empty()) return "'descr' is no plain type";
    header.descr = descr;
  } else if (key == "fortran_order" && !std::exchange(seen.fortran_order, true)) {
    if (!take_bool(reader, header.fortran_order)) return "'fortran_order' is no bool";
  } else if (key == "shape" && !std::exchange(seen.shape, true)) {
    if (!take_shape(reader, header.shape)) return "'shape' is no tuple of sizes";
  } else {
    return "a key is unknown or there twice";
  }
  return nullptr;
}

} // namespace

const char* parse_npy_literal(const std::string& text, npy_header& header) {
  literal_reader reader(text);
  seen_keys seen;
  if (!reader.take("{")) return "it is no dictionary";
  bool closed = reader.take("}");
  while (!closed) {
    if (const char* const problem = parse_entry(reader, header, seen)) return problem;
    const bool comma = reader.take(",");
    closed = reader.take("}");
    if (!comma && !closed) return "a comma is missing";
  }
  if (!seen.descr || !seen.fortran_order || !seen.shape) return "a key is missing";
  if (!reader.at_end()) return "something follows the dictionary";
  return nullptr;
}

} // namespace tessera::detail
