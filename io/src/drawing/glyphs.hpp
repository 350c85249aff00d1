/// @file
/// The letters of pictures: a small bitmap font, so that a picture has the same bytes wherever it
/// is made, whichever fonts are installed there.
///
/// Its parts lie in glyphs.cpp and glyph_table.cpp.
#pragma once

#include <cstdint>
#include <string>

namespace tessera::detail {

/// A letter as pixels of eight levels, two in a character of the font's `pixels`, from `first` on.
struct glyph {
  char32_t code;
  std::int8_t advance; // from its left edge to the next letter's
  std::int8_t left;    // from there to its pixels
  std::int8_t top;     // of its pixels, above the line on which letters stand
  std::int8_t width;
  std::int8_t height;
  std::uint16_t first;
};

/// Letters ascend by their codes.
struct font {
  const glyph* glyphs;
  std::size_t count;
  const char* pixels;
  int above;   // the line on which letters stand
  int below;   // it
  int capital; // height of capital letters and digits
};

extern const font small_font; // of ticks, labels and legends
extern const font large_font; // of titles

/// The letter for a code; of those that the font lacks, a question mark.
const glyph& glyph_of(const font& f, char32_t code);
/// How opaque a pixel is, 0 to 7.
int level_of(const font& f, const glyph& g, int row, int column);

/// Takes the first code off a text in UTF-8, 1 to 4 bytes; U+FFFD for one that is no UTF-8.
char32_t take_code(const char*& next, const char* end);

} // namespace tessera::detail
