#include "vectors/vector_kernels.hpp"

#include <tessera/core/selection/mask_bits.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#if TESSERA_HAS_X86_TARGETS
#include <immintrin.h>
#endif

namespace tessera::detail {

namespace {

/// For each byte of a mask: which of its bits are set, the lowest first.
constexpr std::array<std::array<std::uint8_t, 8>, 256> places_of_set_bits() {
  std::array<std::array<std::uint8_t, 8>, 256> places{};
  for (std::size_t byte = 0; byte < places.size(); ++byte) {
    std::size_t filled = 0;
    for (std::size_t k = 0; k < 8; ++k)
      if ((byte >> k & 1U) != 0) places[byte][filled++] = static_cast<std::uint8_t>(k);
  }
  return places;
}
constexpr auto set_bits = places_of_set_bits();

/// Elements of `Size` bytes; 0 stands for any other size, which is then `itemsize`.
template <std::size_t Size> class plain_compressor {
public:
  plain_compressor(std::byte* to, const std::byte* end, index_t itemsize)
      : to_(to), end_(end), itemsize_(Size > 0 ? static_cast<index_t>(Size) : itemsize) {}

  /// One by one, and not a byte more than is chosen.
  void take_exactly(const std::byte* from, std::uint64_t bits) {
    for (; bits != 0; bits &= bits - 1) {
      const auto size = static_cast<std::size_t>(itemsize_);
      std::memcpy(to_, from + std::countr_zero(bits) * itemsize_, size);
      to_ += itemsize_;
    }
  }
  /// 64 elements: each is written where the next chosen one goes, without a branch.
  void take_word(const std::byte* from, std::uint64_t bits) {
    constexpr int few = 12;
    if (Size == 0 || Size > 16 || std::popcount(bits) <= few || !has_room())
      return take_exactly(from, bits);
    for (index_t k = 0; k < mask_word; ++k, bits >>= 1U) {
      std::memcpy(to_, from + k * itemsize_, Size);
      to_ += (bits & 1U) != 0 ? itemsize_ : 0;
    }
  }
  [[nodiscard]] bool has_room() const { return end_ - to_ >= (mask_word + 8) * itemsize_; }
  [[nodiscard]] std::byte* to() const { return to_; }

private:
  std::byte* to_;
  const std::byte* end_;
  index_t itemsize_;
};

template <std::size_t Size> struct plain_compression {
  static std::byte* run(std::byte* to, const std::byte* end, const std::byte* from, index_t n,
                        index_t itemsize, const mask_bits& bits, index_t first) {
    plain_compressor<Size> compressor(to, end, itemsize);
    index_t i = 0;
    for (; i + mask_word <= n; i += mask_word)
      compressor.take_word(from + i * itemsize, bits.word(first + i));
    compressor.take_exactly(from + i * itemsize, bits.word(first + i, n - i));
    return compressor.to();
  }
};

#if TESSERA_HAS_X86_TARGETS

/// For each half byte of a mask: which halves of four elements of eight bytes come together.
constexpr std::array<std::array<std::int32_t, 8>, 16> halves_of_set_bits() {
  std::array<std::array<std::int32_t, 8>, 16> halves{};
  for (std::size_t four = 0; four < halves.size(); ++four)
    for (std::size_t k = 0; k < 4; ++k) {
      halves[four][2 * k] = 2 * set_bits[four][k];
      halves[four][2 * k + 1] = halves[four][2 * k] + 1;
    }
  return halves;
}
alignas(32) constexpr auto chosen_halves = halves_of_set_bits();

TESSERA_TARGET_AVX2 std::byte* eights_avx2(std::byte* to, const std::byte* from,
                                           std::uint64_t bits) {
  for (index_t k = 0; k < mask_word; k += 4, bits >>= 4U) {
    const auto* const order = reinterpret_cast<const __m256i*>(
        chosen_halves[static_cast<std::size_t>(bits & 15U)].data());
    const __m256i four = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from + k * 8));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to),
                        _mm256_permutevar8x32_epi32(four, _mm256_load_si256(order)));
    to += 8 * __builtin_popcountll(bits & 15U);
  }
  return to;
}

TESSERA_TARGET_AVX2 std::byte* fours_avx2(std::byte* to, const std::byte* from,
                                          std::uint64_t bits) {
  for (index_t k = 0; k < mask_word; k += 8, bits >>= 8U) {
    const auto* const places = set_bits[static_cast<std::size_t>(bits & 255U)].data();
    const __m256i order =
        _mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(places)));
    const __m256i eight = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from + k * 4));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), _mm256_permutevar8x32_epi32(eight, order));
    to += 4 * __builtin_popcountll(bits & 255U);
  }
  return to;
}

TESSERA_TARGET_AVX512 std::byte* eights_avx512(std::byte* to, const std::byte* from,
                                               std::uint64_t bits) {
  for (index_t k = 0; k < mask_word; k += 8, bits >>= 8U) {
    const auto chosen = static_cast<__mmask8>(bits & 255U);
    _mm512_storeu_si512(to, _mm512_maskz_compress_epi64(chosen, _mm512_loadu_si512(from + k * 8)));
    to += 8 * __builtin_popcountll(bits & 255U);
  }
  return to;
}

TESSERA_TARGET_AVX512 std::byte* fours_avx512(std::byte* to, const std::byte* from,
                                              std::uint64_t bits) {
  for (index_t k = 0; k < mask_word; k += 16, bits >>= 16U) {
    const auto chosen = static_cast<__mmask16>(bits & 0xffffU);
    _mm512_storeu_si512(to, _mm512_maskz_compress_epi32(chosen, _mm512_loadu_si512(from + k * 4)));
    to += 4 * __builtin_popcountll(bits & 0xffffU);
  }
  return to;
}

using word_compression = std::byte* (*)(std::byte* to, const std::byte* from, std::uint64_t bits);

/// What brings 64 elements of a size together, and writes up to a vector behind them; or null.
word_compression vectors_for(index_t itemsize) {
  const vector_level level = this_vector_level();
  if (level == vector_level::baseline || (itemsize != 4 && itemsize != 8)) return nullptr;
  if (level == vector_level::avx512) return itemsize == 8 ? &eights_avx512 : &fours_avx512;
  return itemsize == 8 ? &eights_avx2 : &fours_avx2;
}

#else

using word_compression = std::byte* (*)(std::byte* to, const std::byte* from, std::uint64_t bits);
word_compression vectors_for(index_t /*itemsize*/) { return nullptr; }

#endif

/// Words of the mask as long as there is room for whole vectors.
std::byte* compress_words(word_compression take, std::byte* to, const std::byte* end,
                          const std::byte* from, index_t& i, index_t n, index_t itemsize,
                          const mask_bits& bits, index_t first) {
  const index_t room = (mask_word + 16) * itemsize;
  for (; i + mask_word <= n && end - to >= room; i += mask_word) {
    const std::uint64_t word = bits.word(first + i);
    if (word != 0) to = take(to, from + i * itemsize, word);
  }
  return to;
}

std::byte* compress_plainly(std::byte* to, const std::byte* end, const std::byte* from, index_t n,
                            index_t itemsize, const mask_bits& bits, index_t first) {
  switch (itemsize) {
  case 1: return plain_compression<1>::run(to, end, from, n, itemsize, bits, first);
  case 2: return plain_compression<2>::run(to, end, from, n, itemsize, bits, first);
  case 4: return plain_compression<4>::run(to, end, from, n, itemsize, bits, first);
  case 8: return plain_compression<8>::run(to, end, from, n, itemsize, bits, first);
  case 16: return plain_compression<16>::run(to, end, from, n, itemsize, bits, first);
  default: return plain_compression<0>::run(to, end, from, n, itemsize, bits, first);
  }
}

} // namespace

index_t compress_elements(std::byte* to, const std::byte* end, const std::byte* from, index_t n,
                          index_t itemsize, const mask_bits& bits, index_t first) {
  std::byte* at = to;
  index_t i = 0;
  if (const word_compression take = vectors_for(itemsize); take != nullptr)
    at = compress_words(take, at, end, from, i, n, itemsize, bits, first);
  at = compress_plainly(at, end, from + i * itemsize, n - i, itemsize, bits, first + i);
  return (at - to) / itemsize;
}

index_t list_places(index_t* to, const index_t* end, index_t base, index_t n, const mask_bits& bits,
                    index_t first) {
  index_t* at = to;
  index_t i = 0;
  for (; i + mask_word <= n && end - at >= mask_word + 8; i += mask_word) {
    std::uint64_t word = bits.word(first + i);
    // Eight at a time, of which those are overwritten that are none.
    for (index_t k = base + i; word != 0; word >>= 8U, k += 8) {
      const auto byte = static_cast<std::size_t>(word & 255U);
      for (std::size_t j = 0; j < 8; ++j) at[j] = k + set_bits[byte][j];
      at += std::popcount(byte);
    }
  }
  for (; i < n; i += mask_word) {
    std::uint64_t word = bits.word(first + i, std::min(mask_word, n - i));
    for (; word != 0; word &= word - 1) *at++ = base + i + std::countr_zero(word);
  }
  return at - to;
}

element_collector::element_collector(const mask_bits& bits, index_t itemsize,
                                     const element_stretch* stretches)
    : bits_(bits), itemsize_(itemsize), stretch_(stretches) {}

void element_collector::take(const std::byte* elements, index_t n, index_t first) {
  index_t left = bits_.count(first, n);
  while (left > 0) {
    while (room_ == 0) go_to_next_stretch();
    const bool fits = left <= room_;
    const index_t count = fits ? left : room_;
    const index_t length = fits ? n : bits_.length_until(first, count);
    compress_elements(to_, stretch_->end, elements, length, itemsize_, bits_, first);
    to_ += count * itemsize_;
    room_ -= count;
    left -= count;
    elements += length * itemsize_;
    first += length;
    n -= length;
  }
}

void element_collector::go_to_next_stretch() {
  if (to_ != nullptr) ++stretch_;
  to_ = stretch_->to;
  room_ = stretch_->count;
}

} // namespace tessera::detail
