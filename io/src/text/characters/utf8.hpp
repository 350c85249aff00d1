/// @file
/// Characters as UTF-8.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tessera::detail {

/// Does a number stand for a character?
inline bool is_character(std::uint32_t c) { return c < 0xd800 || (c > 0xdfff && c <= 0x10ffff); }

/// Appends a character, which is at most 0x10ffff.
void append_utf8(std::string& to, std::uint32_t c);

/// How many characters are in a text.
std::size_t characters_of(std::string_view text);

} // namespace tessera::detail
