#include "types/swap_bytes.hpp"

#include <tessera/core/members.hpp>

#include <cstdint>
#include <cstring>

namespace tessera::detail {

namespace {

template <class Word> void swap_words(void* data, index_t count) {
  auto* bytes = static_cast<std::byte*>(data);
  for (index_t i = 0; i < count; ++i, bytes += sizeof(Word)) {
    Word word;
    std::memcpy(&word, bytes, sizeof word);
    word = swapped(word);
    std::memcpy(bytes, &word, sizeof word);
  }
}

/// Calls `f(member, type, count)` for every member of every struct.
template <class F> void for_members(void* elements, dtype type, index_t count, F&& f) {
  auto* bytes = static_cast<std::byte*>(elements);
  for (index_t i = 0; i < count; ++i, bytes += type.size)
    for (const struct_member& member : type.members->all)
      f(bytes + member.offset, member.type, member.count());
}

bool has_bools(dtype type) {
  if (type.kind != 'V') return type.kind == 'b';
  for (const struct_member& member : type.members->all)
    if (has_bools(member.type)) return true;
  return false;
}

} // namespace

void swap_bytes(void* elements, dtype type, index_t count) {
  if (type.kind == 'V') return for_members(elements, type, count, swap_bytes);
  if (type.kind == 'S') return;
  const int numbers = type.kind == 'c' ? 2 : type.kind == 'U' ? type.size / 4 : 1;
  switch (type.size / numbers) {
  case 2: return swap_words<std::uint16_t>(elements, count * numbers);
  case 4: return swap_words<std::uint32_t>(elements, count * numbers);
  case 8: return swap_words<std::uint64_t>(elements, count * numbers);
  default: return;
  }
}

void normalize_bools(void* elements, dtype type, index_t count) {
  if (!has_bools(type)) return;
  if (type.kind == 'V') return for_members(elements, type, count, normalize_bools);
  auto* const bytes = static_cast<unsigned char*>(elements);
  for (index_t i = 0; i < count; ++i) bytes[i] = bytes[i] != 0 ? 1 : 0;
}

} // namespace tessera::detail
