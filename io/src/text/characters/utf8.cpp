#include "text/characters/utf8.hpp"

#include <algorithm>

namespace tessera::detail {

void append_utf8(std::string& to, std::uint32_t c) {
  const auto byte = [&](std::uint32_t bits) { to += static_cast<char>(bits); };
  const auto tail = [&](unsigned shift) { byte(0x80U | ((c >> shift) & 0x3fU)); };
  if (c < 0x80) return byte(c);
  if (c < 0x800) {
    byte(0xc0U | (c >> 6U));
    return tail(0);
  }
  if (c < 0x10000) {
    byte(0xe0U | (c >> 12U));
    tail(6);
    return tail(0);
  }
  byte(0xf0U | (c >> 18U));
  tail(12);
  tail(6);
  tail(0);
}

std::size_t characters_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; // no byte that goes on
  }));
}

} // namespace tessera::detail
