#include "swap_bytes.hpp"

#include <cstdint>
#include <cstring>

namespace tessera::detail {

namespace {

std::uint16_t swapped(std::uint16_t v) { return __builtin_bswap16(v); }
std::uint32_t swapped(std::uint32_t v) { return __builtin_bswap32(v); }
std::uint64_t swapped(std::uint64_t v) { return __builtin_bswap64(v); }

template <class Word> void swap_words(void* data, index_t count) {
  auto* bytes = static_cast<std::byte*>(data);
  for (index_t i = 0; i < count; ++i, bytes += sizeof(Word)) {
    Word word;
    std::memcpy(&word, bytes, sizeof word);
    word = swapped(word);
    std::memcpy(bytes, &word, sizeof word);
  }
}

} // namespace

void swap_bytes(void* elements, dtype type, index_t count) {
  const int numbers = type.kind == 'c' ? 2 : 1;
  switch (type.size / numbers) {
  case 2: return swap_words<std::uint16_t>(elements, count * numbers);
  case 4: return swap_words<std::uint32_t>(elements, count * numbers);
  case 8: return swap_words<std::uint64_t>(elements, count * numbers);
  default: return;
  }
}

void normalize_bools(void* elements, index_t count) {
  auto* const bytes = static_cast<unsigned char*>(elements);
  for (index_t i = 0; i < count; ++i) bytes[i] = bytes[i] != 0 ? 1 : 0;
}

} // namespace tessera::detail
