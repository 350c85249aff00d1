#include "drawing/glyphs.hpp"

#include <algorithm>

namespace tessera::detail {

const glyph& glyph_of(const font& f, char32_t code) {
  const glyph* const end = f.glyphs + f.count;
  const auto find = [&](char32_t wanted) {
    return std::lower_bound(f.glyphs, end, wanted,
                            [](const glyph& g, char32_t value) { return g.code < value; });
  };
  const glyph* const found = find(code);
  return found != end && found->code == code ? *found : *find(U'?');
}

int level_of(const font& f, const glyph& g, int row, int column) {
  const int at = row * g.width + column;
  const char letter = f.pixels[g.first + at / 2];
  // Without the backslash, 64 letters from # on.
  const int pair = letter < '\\' ? letter - '#' : letter - '#' - 1;
  return at % 2 == 0 ? pair / 8 : pair % 8;
}

char32_t take_code(const char*& next, const char* end) {
  constexpr char32_t unknown = 0xFFFD;
  const auto first = static_cast<unsigned char>(*next++);
  if (first < 0x80) return first;
  const int more = first >= 0xF8   ? 0
                   : first >= 0xF0 ? 3
                   : first >= 0xE0 ? 2
                   : first >= 0xC0 ? 1
                                   : 0;
  if (more == 0) return unknown;
  char32_t code = first & (0x3FU >> static_cast<unsigned>(more));
  for (int k = 0; k < more; ++k, ++next) {
    if (next == end || (static_cast<unsigned char>(*next) & 0xC0U) != 0x80) return unknown;
    code = code << 6U | (static_cast<unsigned char>(*next) & 0x3FU);
  }
  return code;
}

} // namespace tessera::detail
