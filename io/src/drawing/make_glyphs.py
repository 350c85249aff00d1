#!/usr/bin/env python3
"""Writes glyph_table.cpp: the letters for pictures, drawn from DejaVu Sans by FreeType.

    python3 make_glyphs.py /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf >glyph_table.cpp
"""

import sys

from PIL import ImageFont

LETTERS = "".join(map(chr, range(32, 127))) + (
    "°±²³µ·×÷ÄÅÆÉÖØÜßàáâäåæçèéêëíîïñóôöøùúûü–…−⁰¹⁴⁵⁶⁷⁸⁹⁺⁻₀₁₂₃₄"
    "ΓΔΘΛΞΠΣΦΨΩαβγδεζηθκλμνξπρστφχψω∂∇√∞∫≈≠≤≥←→ℓ")
# Their own shapes differ in weight at such sizes.
RAISED = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+−"))
LOWERED = dict(zip("₀₁₂₃₄", "01234"))
SIZES = {"small": 13, "large": 16}
COLUMNS = 96

HEAD = '''#include "drawing/glyphs.hpp"

// Drawn by FreeType from DejaVu Sans 2.37, by make_glyphs.py. The font is free to use, copy and
// change: Copyright (c) 2003 by Bitstream, Inc.; DejaVu's changes are in the public domain.

namespace tessera::detail {

// clang-format off

namespace {
'''


def letter(value):
    """Two pixels of eight levels as a character that needs no escape."""
    return chr(35 + value) if 35 + value < ord("\\") else chr(36 + value)


def pixels(font, char):
    left, top, right, bottom = font.getbbox(char, anchor="ls")
    mask, (x, y) = font.getmask2(char, "L", anchor="ls")
    levels = [round(v / 255 * 7) for v in mask]
    levels += [0] * (len(levels) % 2)
    text = "".join(letter(8 * a + b) for a, b in zip(levels[::2], levels[1::2]))
    return (round(font.getlength(char)), x, -y, *mask.size), text


def shifted(drawn, rows):
    (advance, left, top, width, height), text = drawn
    return (advance, left, top + rows, width, height), text


def draw(font, small, char):
    if char in RAISED:
        return shifted(pixels(small, RAISED[char]), round(0.38 * font.size))
    if char in LOWERED:
        return shifted(pixels(small, LOWERED[char]), -round(0.2 * font.size))
    return pixels(font, char)


def main():
    print(HEAD, end="")
    for name, size in SIZES.items():
        font = ImageFont.truetype(sys.argv[1], size, layout_engine=ImageFont.Layout.BASIC)
        small = font.font_variant(size=round(0.7 * size))
        drawn = [(ord(c), *draw(font, small, c)) for c in sorted(set(LETTERS))]
        print(f"\nconstexpr glyph {name}_glyphs[] = {{")
        offset, line = 0, "   "
        for code, box, text in drawn:
            entry = f" {{{code}, {', '.join(map(str, box))}, {offset}}},"
            if len(line) + len(entry) > COLUMNS:
                print(line)
                line = "   "
            line += entry
            offset += len(text)
        print(line + "\n};\n")
        print(f"constexpr char {name}_pixels[] =")
        everything = "".join(text for _, _, text in drawn)
        rows = [everything[k:k + COLUMNS] for k in range(0, len(everything), COLUMNS)]
        print("\n".join(f'  "{row}"' for row in rows) + ";")
    print("\n} // namespace\n")
    for name, size in SIZES.items():
        font = ImageFont.truetype(sys.argv[1], size)
        up, down = font.getmetrics()
        high = -font.getbbox("H", anchor="ls")[1]
        print(f"const font {name}_font = {{{name}_glyphs, sizeof {name}_glyphs / sizeof(glyph), {name}_pixels, "
              f"{up}, {down}, {high}}};")
    print("\n// clang-format on\n\n} // namespace tessera::detail")


main()
