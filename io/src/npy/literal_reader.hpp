/// @file
/// Literals of Python, as npy files hold them.
#pragma once

#include <tessera/core/shape.hpp>

#include <algorithm>
#include <limits>
#include <string_view>
#include <vector>

namespace tessera::detail {

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

  /// A list as it stands there, from bracket to bracket.
  bool take_list(std::string_view& value) {
    skip_blanks();
    if (rest_.empty() || rest_[0] != '[') return false;
    std::size_t depth = 0;
    for (std::size_t at = 0; at < rest_.size(); ++at) {
      const char c = rest_[at];
      if (c == '\'' || c == '"') at = rest_.find(c, at + 1);
      if (at == rest_.npos) return false;
      if (c == '[') ++depth;
      if (c == ']' && --depth == 0) {
        value = rest_.substr(0, at + 1);
        rest_.remove_prefix(at + 1);
        return true;
      }
    }
    return false;
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
  /// What Python takes for blanks.
  void skip_blanks() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(" \n\t\r\f"), rest_.size()));
  }
  std::string_view rest_;
};

/// "(3, 4)"
inline bool take_shape(literal_reader& reader, std::vector<index_t>& shape) {
  constexpr std::size_t most_axes = 64;
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

} // namespace tessera::detail
