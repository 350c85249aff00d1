#include "text/characters/unicode_blanks.hpp"
#include "text/characters/text_numbers.hpp"

#include <algorithm>
#include <cstdint>

namespace tessera::detail {

namespace {

/// A byte that blanks and numbers in ASCII, as NumPy knows them, do not have: of a character beyond
/// ASCII, or a separator of ASCII.
bool is_wide(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x80 || (byte >= 0x1c && byte <= 0x1f);
}

struct character {
  std::uint32_t code;
  std::size_t bytes;
};

/// The character at p; a byte that begins none stands for itself, as in Latin-1.
character character_at(const char* p, const char* last) {
  const auto byte = [p](std::size_t k) { return std::uint32_t{static_cast<unsigned char>(p[k])}; };
  const std::size_t bytes = utf8_bytes(p, last);
  if (bytes < 2) return {byte(0), 1};
  std::uint32_t code = byte(0) & (0x7fU >> bytes);
  for (std::size_t k = 1; k < bytes; ++k) code = code << 6U | (byte(k) & 0x3fU);
  return {code, bytes};
}

bool is_blank_code(std::uint32_t c) {
  return (c < 0x80 && is_blank(static_cast<char>(c))) || (c >= 0x1c && c <= 0x1f) || c == 0x85 ||
         c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 ||
         c == 0x202f || c == 0x205f || c == 0x3000;
}

/// Where the run of blanks at p ends.
const char* end_of_blanks(const char* p, const char* last) {
  while (p != last) {
    const character c = character_at(p, last);
    if (!is_blank_code(c.code)) break;
    p += c.bytes;
  }
  return p;
}

} // namespace

std::size_t utf8_bytes(const char* p, const char* last) {
  const auto byte = [p](std::size_t k) { return static_cast<unsigned char>(p[k]); };
  if (byte(0) < 0x80) return 1;
  if (byte(0) < 0xc2 || byte(0) > 0xf4) return 0;
  const std::size_t bytes = byte(0) < 0xe0 ? 2 : byte(0) < 0xf0 ? 3 : 4;
  if (last - p < static_cast<std::ptrdiff_t>(bytes)) return 0;
  for (std::size_t k = 1; k < bytes; ++k)
    if ((byte(k) & 0xc0U) != 0x80U) return 0;
  return bytes;
}

bool has_wide_bytes(std::string_view line) {
  bool found = false;
  for (const char c : line) found |= is_wide(c); // in vectors: no way out before the end
  return found;
}

std::string_view with_plain_blanks(std::string_view row, char delimiter, std::string& to) {
  const char plain = delimiter == ' ' ? '\t' : ' ';
  const char* const first = row.data();
  const char* const last = first + row.size();
  const auto separates = [&](char c) { return delimiter == '\0' || c == delimiter; };
  to.clear();
  for (const char* p = first; p != last;) {
    const bool may_change = is_wide(*p) || (is_blank(*p) && *p != delimiter);
    const char* const end = may_change ? end_of_blanks(p, last) : p;
    if (end != p) {
      const bool outside = p == first || end == last || separates(p[-1]) || separates(*end);
      outside ? to.append(1, plain) : to.append(p, end);
      p = end;
      continue;
    }
    const std::size_t bytes = is_wide(*p) ? character_at(p, last).bytes : 1;
    to.append(p, bytes);
    p += bytes;
  }
  const std::size_t size = to.size();
  to.append(decimal_lookahead, '\0');
  return {to.data(), size};
}

} // namespace tessera::detail
