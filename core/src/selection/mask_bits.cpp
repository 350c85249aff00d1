#include "vectors/vector_kernels.hpp"

#include <tessera/core/selection/mask_bits.hpp>

#include <bit>
#include <cstring>

#if TESSERA_HAS_X86_TARGETS
#include <immintrin.h>
#endif

namespace tessera::detail {

namespace {

/// The bits of up to 64 Booleans.
std::uint64_t packed_some(const bool* is, index_t n) {
  std::uint64_t word = 0;
  for (index_t i = 0; i < n; ++i) word |= std::uint64_t{is[i]} << static_cast<unsigned>(i);
  return word;
}

/// The bits of 64 Booleans: a product brings those of eight bytes together in its upper one.
std::uint64_t packed_word(const bool* is) {
  constexpr std::uint64_t together = 0x0102040810204080U;
  std::uint64_t word = 0;
  for (unsigned k = 0; k < 8; ++k) {
    std::uint64_t bytes = 0;
    std::memcpy(&bytes, is + 8 * k, sizeof bytes);
    word |= (bytes * together >> 56U) << 8 * k;
  }
  return word;
}

void pack_words(std::uint64_t* to, const bool* is, index_t words) {
  for (index_t k = 0; k < words; ++k) to[k] = packed_word(is + k * mask_word);
}

#if TESSERA_HAS_X86_TARGETS
TESSERA_TARGET_AVX2 void pack_words_avx2(std::uint64_t* to, const bool* is, index_t words) {
  const auto bits_at = [is](index_t first) __attribute__((target("avx2,fma"))) {
    const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(is + first));
    return static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_slli_epi16(bytes, 7)));
  };
  for (index_t k = 0; k < words; ++k) {
    const index_t first = k * mask_word;
    to[k] = std::uint64_t{bits_at(first)} | std::uint64_t{bits_at(first + 32)} << 32U;
  }
}
#endif

void pack_fast(std::uint64_t* to, const bool* is, index_t words) {
#if TESSERA_HAS_X86_TARGETS
  if (this_vector_level() != vector_level::baseline) return pack_words_avx2(to, is, words);
#endif
  pack_words(to, is, words);
}

struct count_kernel {
  template <std::size_t> TESSERA_INLINE static index_t run(const std::uint64_t* words, index_t n) {
    index_t count = 0;
    for (index_t k = 0; k < n; ++k) {
      // Halves, quarters, ... at once: compilers make vectors of this.
      std::uint64_t x = words[k];
      x -= x >> 1U & 0x5555555555555555U;
      x = (x & 0x3333333333333333U) + (x >> 2U & 0x3333333333333333U);
      x = (x + (x >> 4U)) & 0x0f0f0f0f0f0f0f0fU;
      x += x >> 8U;
      x += x >> 16U;
      count += static_cast<index_t>((x + (x >> 32U)) & 0x7fU);
    }
    return count;
  }
};

index_t count_words(const std::uint64_t* words, index_t n) {
  return run_widest<count_kernel>(words, n);
}

} // namespace

mask_bits::mask_bits(index_t size)
    : words_(static_cast<std::size_t>(size / mask_word + 2) * sizeof(std::uint64_t)), size_(size) {
  // What lies behind the end of the mask is read, too.
  auto* const words = reinterpret_cast<std::uint64_t*>(words_.data());
  words[size / mask_word] = 0;
  words[size / mask_word + 1] = 0;
}

void mask_bits::append(const bool* is, index_t n) {
  auto* to = reinterpret_cast<std::uint64_t*>(words_.data()) + filled_ / mask_word;
  index_t i = 0;
  const index_t past = filled_ % mask_word;
  if (past > 0) {
    i = n < mask_word - past ? n : mask_word - past;
    const std::uint64_t bits = packed_some(is, i);
    *to |= bits << static_cast<unsigned>(past);
    count_ += std::popcount(bits);
    to += past + i == mask_word ? 1 : 0;
  }
  const index_t whole = (n - i) / mask_word;
  pack_fast(to, is + i, whole);
  count_ += count_words(to, whole);
  i += whole * mask_word;
  if (i < n) {
    to[whole] = packed_some(is + i, n - i);
    count_ += std::popcount(to[whole]);
  }
  filled_ += n;
}

index_t mask_bits::count(index_t first, index_t n) const {
  index_t found = 0;
  index_t i = 0;
  const index_t past = first % mask_word;
  if (past > 0) {
    i = n < mask_word - past ? n : mask_word - past;
    found += std::popcount(word(first, i));
  }
  const index_t whole = (n - i) / mask_word;
  found += count_words(words() + (first + i) / mask_word, whole);
  i += whole * mask_word;
  if (i < n) found += std::popcount(word(first + i, n - i));
  return found;
}

index_t mask_bits::length_until(index_t first, index_t chosen) const {
  index_t length = 0;
  while (true) {
    std::uint64_t bits = word(first + length);
    const auto found = static_cast<index_t>(std::popcount(bits));
    if (found < chosen) {
      chosen -= found;
      length += mask_word;
      continue;
    }
    for (; chosen > 1; --chosen) bits &= bits - 1;
    return chosen == 0 ? length : length + std::countr_zero(bits) + 1;
  }
}

} // namespace tessera::detail
