// Copies past the caches: what they write replaces nothing there, and memory is not read before it
// is overwritten.
#pragma once

#include "loops/staged_tile.hpp"

#include <cstring>

#ifdef __SSE2__
#include <immintrin.h>
#endif

namespace tessera::detail {

/// From so many bytes on, what a copy has written does not stay in the second-level cache. Below,
/// ordinary stores are faster, and who reads the copy next finds it in cache.
inline constexpr index_t bypass_from = index_t{1} << 23U;

/// Fewer adjacent bytes are copied in the ordinary way: their ends are parts of lines.
inline constexpr index_t shortest_bypass = 4 * line;

#ifdef __SSE2__

/// One whole line, to where a line begins.
inline void bypass_line(std::byte* to, const std::byte* from) {
#if defined(__AVX512F__)
  _mm512_stream_si512(reinterpret_cast<__m512i*>(to), _mm512_loadu_si512(from));
#else
  for (index_t k = 0; k < line; k += 16)
    _mm_stream_si128(reinterpret_cast<__m128i*>(to + k),
                     _mm_loadu_si128(reinterpret_cast<const __m128i*>(from + k)));
#endif
}

/// Whole lines, of several pages in turn: what is read from each is on its way meanwhile. Returns
/// the bytes that it copied.
inline index_t bypass_pages(std::byte* to, const std::byte* from, index_t bytes) {
  constexpr index_t page = 4096;
  constexpr index_t pages = 4;
  constexpr index_t in_turn = 4 * line;
  index_t done = 0;
  for (; done + pages * page <= bytes; done += pages * page)
    for (index_t first = done; first < done + page; first += in_turn)
      for (index_t p = first; p < first + pages * page; p += page)
        for (index_t at = p; at < p + in_turn; at += line) bypass_line(to + at, from + at);
  return done;
}

/// What was written past the caches is seen before what is written from here on.
inline void end_bypass() { _mm_sfence(); }

/// Copies adjacent bytes; `end_bypass` must follow some time.
inline void bypass_adjacent(std::byte* to, const std::byte* from, index_t bytes) {
  const auto past = static_cast<index_t>(reinterpret_cast<std::uintptr_t>(to) % line);
  const index_t head = least(past == 0 ? 0 : line - past, bytes);
  std::memcpy(to, from, static_cast<std::size_t>(head));
  index_t at = head + bypass_pages(to + head, from + head, bytes - head);
  for (; at + line <= bytes; at += line) bypass_line(to + at, from + at);
  std::memcpy(to + at, from + at, static_cast<std::size_t>(bytes - at));
}

#else

inline void end_bypass() {}
inline void bypass_adjacent(std::byte* to, const std::byte* from, index_t bytes) {
  std::memcpy(to, from, static_cast<std::size_t>(bytes));
}

#endif

} // namespace tessera::detail
