#include "npy/npy_texts.hpp"
#include "text/characters/utf8.hpp"

#include <tessera/core/error.hpp>

#include <fmt/core.h>

#include <cstring>

namespace tessera::detail {

namespace {

constexpr index_t bytes_each = 4; // of a character

std::uint32_t character_at(const std::byte* from, bool swapped) {
  std::uint32_t c = 0;
  std::memcpy(&c, from, bytes_each);
  return swapped ? __builtin_bswap32(c) : c;
}

std::string utf8_of(const std::byte* from, index_t bytes, bool swapped, const std::string& path) {
  while (bytes > 0 && character_at(from + bytes - bytes_each, swapped) == 0) bytes -= bytes_each;
  std::string text;
  for (index_t at = 0; at < bytes; at += bytes_each) {
    const std::uint32_t c = character_at(from + at, swapped);
    if (!is_character(c))
      throw element_type_error(fmt::format(
          "cannot read '{}': a text holds the number {:#x}, which stands for no character", path,
          c));
    append_utf8(text, c);
  }
  return text;
}

} // namespace

bool is_utf8_of_utf32(const npy_member_copy& copy) {
  return copy.stored.kind == 'U' && copy.type.kind == 'S';
}

void copy_utf32_texts(const npy_member_copy& copy, const std::byte* from, std::byte* to,
                      const std::string& path) {
  const auto width = static_cast<std::size_t>(copy.type.size);
  for (index_t k = 0; k < copy.count; ++k) {
    const std::string text =
        utf8_of(from + copy.from + k * copy.stored.size, copy.stored.size, copy.swapped, path);
    if (text.size() > width)
      throw element_type_error(fmt::format("cannot read '{}': the text '{}' is of {} bytes in "
                                           "UTF-8, and what it is read into holds {}",
                                           path, text, text.size(), width));
    std::byte* const place = to + copy.to + k * copy.type.size;
    std::memset(place, 0, width);
    std::memcpy(place, text.data(), text.size());
  }
}

} // namespace tessera::detail
