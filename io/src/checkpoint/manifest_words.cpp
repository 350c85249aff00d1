#include "checkpoint/manifest_words.hpp"

#include <tessera/core/error.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <charconv>

namespace tessera::detail::manifest_words {

namespace {

constexpr std::size_t most_axes = 32;
constexpr std::size_t hash_digits = 16;
constexpr char digits[] = "0123456789abcdef";

template <class T> bool parse(std::string_view text, T& value, int base) {
  const char* const last = text.data() + text.size();
  const auto [end, code] = std::from_chars(text.data(), last, value, base);
  return code == std::errc() && end == last;
}

index_t count(std::string_view text) {
  index_t value = 0;
  if (!parse(text, value, 10) || value < 0) damaged(fmt::format("'{}' is not a count", text));
  return value;
}

bool is_plain(char c) { return c > ' ' && c != '%' && c != '\x7f'; }

} // namespace

void damaged(const std::string& why) { throw file_error("the manifest is damaged: " + why); }

std::string hexadecimal(std::uint64_t value) {
  std::string text(hash_digits, '0');
  for (std::size_t k = text.size(); k-- > 0; value /= 16U) text[k] = digits[value % 16U];
  return text;
}

std::string extents_text(const std::vector<index_t>& extents) {
  std::string text;
  for (const index_t n : extents) text += (text.empty() ? "" : "x") + std::to_string(n);
  return text.empty() ? "-" : text;
}

std::string as_word(std::string_view text) {
  std::string word;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (is_plain(c) || byte >= 0x80U)
      word += c;
    else
      word += {'%', digits[byte / 16U], digits[byte % 16U]};
  }
  return word;
}

std::string_view reader::take(std::size_t end) {
  const std::string_view found = rest_.substr(0, end);
  rest_.remove_prefix(std::min(end + 1, rest_.size()));
  return found;
}

std::string_view reader::word() { return take(std::min(rest_.find(' '), rest_.size())); }

index_t reader::number() { return count(word()); }

std::uint64_t reader::hash() {
  const std::string_view text = word();
  std::uint64_t value = 0;
  if (!parse(text, value, 16) || text.size() != hash_digits)
    damaged(fmt::format("'{}' is not a checksum", text));
  return value;
}

std::vector<index_t> reader::extents() {
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

std::string reader::text() {
  const std::string_view found = word();
  std::string text;
  for (std::size_t at = 0; at < found.size(); ++at) {
    if (found[at] != '%') {
      text += found[at];
      continue;
    }
    unsigned char byte = 0;
    if (at + 2 >= found.size() || !parse(found.substr(at + 1, 2), byte, 16))
      damaged(fmt::format("'{}' is no name", found));
    text += static_cast<char>(byte);
    at += 2;
  }
  return text;
}

std::string_view reader::bare_type() {
  std::size_t end = 0;
  for (int depth = 0; end < rest_.size() && (rest_[end] != ' ' || depth > 0); ++end) {
    if (rest_[end] == '{' || rest_[end] == '[') ++depth;
    if (rest_[end] == '}' || rest_[end] == ']') --depth;
  }
  return take(end);
}

} // namespace tessera::detail::manifest_words
