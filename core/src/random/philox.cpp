#include "random/philox.hpp"

#include "vectors/processor.hpp"

#include <Random123/philox.h>

#ifdef TESSERA_X86
// g++ 12 warns of its own header's variables (gcc bug 105593).
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#pragma GCC diagnostic ignored "-Wuninitialized"
#include <immintrin.h>
#endif

namespace tessera::detail {

void philox_block(const std::uint64_t (&key)[2], const std::uint64_t (&counter)[4],
                  std::uint64_t* to) {
  const philox4x64_ctr_t c = {{counter[0], counter[1], counter[2], counter[3]}};
  const philox4x64_key_t k = {{key[0], key[1]}};
  const philox4x64_ctr_t r = philox4x64_R(10, c, k);
  for (std::size_t i = 0; i < 4; ++i) to[i] = r.v[i];
}

namespace {

void blocks_one_by_one(const std::uint64_t (&key)[2], std::uint64_t first, block_use use,
                       index_t count, std::uint64_t* to) {
  for (index_t b = 0; b < count; ++b)
    philox_block(key,
                 {first + static_cast<std::uint64_t>(b), 0, static_cast<std::uint64_t>(use), 0},
                 to + 4 * b);
}

#ifdef TESSERA_X86

// Eight blocks at a time, lane k of each in one vector. AVX-512 has no 64-bit multiplication with a
// high half, but IFMA multiplies 52-bit numbers, so that both halves are put together from
// pieces of 52 and 12 bits. Several
// groups of eight hide the latency of the multiplications.
#define TESSERA_IFMA __attribute__((target(TESSERA_AVX512 ",avx512ifma")))

constexpr std::uint64_t low_52 = (std::uint64_t{1} << 52U) - 1;

struct product_128 {
  __m512i high;
  __m512i low;
};

TESSERA_IFMA inline __m512i in_all_lanes(std::uint64_t x) {
  return _mm512_set1_epi64(static_cast<long long>(x));
}

// With x = xh 2^52 + xl and m alike, the digits d0 < 2^52, d1, d2 of the product in base 2^52. The
// bits of d0 and d1 below 2^64 do not overlap, so nothing is carried into the high half.
TESSERA_IFMA inline product_128 multiply(__m512i x, std::uint64_t m) {
  const __m512i zero = _mm512_setzero_si512();
  const __m512i ml = in_all_lanes(m & low_52);
  const __m512i mh = in_all_lanes(m >> 52U);
  const __m512i xh = _mm512_srli_epi64(x, 52);
  const __m512i d0 = _mm512_madd52lo_epu64(zero, x, ml);
  __m512i d1 = _mm512_madd52hi_epu64(zero, x, ml);
  d1 = _mm512_madd52lo_epu64(d1, x, mh);
  d1 = _mm512_madd52lo_epu64(d1, xh, ml);
  __m512i d2 = _mm512_madd52hi_epu64(zero, x, mh);
  d2 = _mm512_madd52hi_epu64(d2, xh, ml);
  d2 = _mm512_madd52lo_epu64(d2, xh, mh);
  return {_mm512_add_epi64(_mm512_srli_epi64(d1, 12), _mm512_slli_epi64(d2, 40)),
          _mm512_add_epi64(d0, _mm512_slli_epi64(d1, 52))};
}

struct lanes_of_eight {
  __m512i lane[4];
};

TESSERA_IFMA inline void round(lanes_of_eight& x, std::uint64_t k0, std::uint64_t k1) {
  const product_128 p = multiply(x.lane[0], PHILOX_M4x64_0);
  const product_128 q = multiply(x.lane[2], PHILOX_M4x64_1);
  constexpr int exclusive_or = 0x96;
  const __m512i y0 = _mm512_ternarylogic_epi64(q.high, x.lane[1], in_all_lanes(k0), exclusive_or);
  const __m512i y2 = _mm512_ternarylogic_epi64(p.high, x.lane[3], in_all_lanes(k1), exclusive_or);
  x = {{y0, q.low, y2, p.low}};
}

constexpr unsigned __int128 product(std::uint64_t x, std::uint64_t y) {
  return static_cast<unsigned __int128>(x) * y;
}
constexpr unsigned __int128 multiple(std::uint64_t k) { return product(PHILOX_M4x64_0, k); }
constexpr std::uint64_t low_of(unsigned __int128 x) { return static_cast<std::uint64_t>(x); }
constexpr std::uint64_t high_of(unsigned __int128 x) {
  return static_cast<std::uint64_t>(x >> 64U);
}

alignas(64) constexpr std::uint64_t low_multiples[8] = {
    low_of(multiple(0)), low_of(multiple(1)), low_of(multiple(2)), low_of(multiple(3)),
    low_of(multiple(4)), low_of(multiple(5)), low_of(multiple(6)), low_of(multiple(7))};
alignas(64) constexpr std::uint64_t high_multiples[8] = {
    high_of(multiple(0)), high_of(multiple(1)), high_of(multiple(2)), high_of(multiple(3)),
    high_of(multiple(4)), high_of(multiple(5)), high_of(multiple(6)), high_of(multiple(7))};

/// Products of the counters first, first + 1, ..., first + 7: additions do. Counters below 2^63, so
/// the high halves do not overflow.
TESSERA_IFMA inline product_128 counter_products(std::uint64_t first) {
  const unsigned __int128 base = multiple(first);
  const __m512i more = _mm512_load_si512(low_multiples);
  const __m512i low = _mm512_add_epi64(in_all_lanes(low_of(base)), more);
  const __mmask8 carry = _mm512_cmplt_epu64_mask(low, more);
  const __m512i high =
      _mm512_add_epi64(in_all_lanes(high_of(base)), _mm512_load_si512(high_multiples));
  return {_mm512_mask_add_epi64(high, carry, high, in_all_lanes(1)), low};
}

/// The first two rounds of counters (first, 0, use, 0), (first + 1, 0, use, 0), ..., where half of
/// the products have factors known beforehand: `use`, and then what it and the key make.
TESSERA_IFMA inline lanes_of_eight first_rounds(std::uint64_t first, block_use use,
                                                std::uint64_t k0, std::uint64_t k1) {
  const product_128 p = counter_products(first);
  const unsigned __int128 of_use = product(PHILOX_M4x64_1, static_cast<std::uint64_t>(use));
  const unsigned __int128 same = multiple(high_of(of_use) ^ k0);
  const __m512i x2 = _mm512_xor_si512(p.high, in_all_lanes(k1));
  const product_128 q = multiply(x2, PHILOX_M4x64_1);
  k0 += PHILOX_W64_0;
  k1 += PHILOX_W64_1;
  return {{_mm512_xor_si512(q.high, in_all_lanes(low_of(of_use) ^ k0)), q.low,
           _mm512_xor_si512(p.low, in_all_lanes(high_of(same) ^ k1)), in_all_lanes(low_of(same))}};
}

/// What becomes of words: they are stored as they are, or as uniform numbers.
struct keep_words {
  TESSERA_IFMA void operator()(std::uint64_t* to, __m512i words) const {
    _mm512_storeu_si512(to, words);
  }
};
struct make_uniform {
  double low;
  double width;
  TESSERA_IFMA __m512d of(__m512i words) const {
    const __m512d integers = _mm512_cvtepu64_pd(_mm512_srli_epi64(words, 11));
    const __m512d u = _mm512_mul_pd(integers, _mm512_set1_pd(0x1p-53));
    return _mm512_add_pd(_mm512_set1_pd(low), _mm512_mul_pd(_mm512_set1_pd(width), u));
  }
  TESSERA_IFMA void operator()(double* to, __m512i words) const { _mm512_storeu_pd(to, of(words)); }
};
/// Past the caches, to whole lines: memory is written without having been read.
struct stream_uniform {
  make_uniform numbers;
  TESSERA_IFMA void operator()(double* to, __m512i words) const {
    _mm512_stream_pd(to, numbers.of(words));
  }
};

/// Block by block: 4 lanes of 8 blocks become 8 blocks of 4 lanes.
template <class Finish, class T>
TESSERA_IFMA inline void store(const lanes_of_eight& x, const Finish& finish, T* to) {
  const __m512i even = _mm512_setr_epi64(0, 1, 8, 9, 2, 3, 10, 11);
  const __m512i odd = _mm512_setr_epi64(4, 5, 12, 13, 6, 7, 14, 15);
  const __m512i a0 = _mm512_unpacklo_epi64(x.lane[0], x.lane[1]);
  const __m512i a1 = _mm512_unpackhi_epi64(x.lane[0], x.lane[1]);
  const __m512i b0 = _mm512_unpacklo_epi64(x.lane[2], x.lane[3]);
  const __m512i b1 = _mm512_unpackhi_epi64(x.lane[2], x.lane[3]);
  const __m512i blocks_02 = _mm512_permutex2var_epi64(a0, even, b0);
  const __m512i blocks_46 = _mm512_permutex2var_epi64(a0, odd, b0);
  const __m512i blocks_13 = _mm512_permutex2var_epi64(a1, even, b1);
  const __m512i blocks_57 = _mm512_permutex2var_epi64(a1, odd, b1);
  const __m512i rows[4] = {_mm512_shuffle_i64x2(blocks_02, blocks_13, 0x44),
                           _mm512_shuffle_i64x2(blocks_02, blocks_13, 0xee),
                           _mm512_shuffle_i64x2(blocks_46, blocks_57, 0x44),
                           _mm512_shuffle_i64x2(blocks_46, blocks_57, 0xee)};
  for (int r = 0; r < 4; ++r) finish(to + 8 * r, rows[r]);
}

/// Eight blocks for each group.
template <std::size_t groups, class Finish, class T>
TESSERA_IFMA inline void make_groups(const std::uint64_t (&key)[2], std::uint64_t first,
                                     block_use use, const Finish& finish, T* to) {
  lanes_of_eight x[groups];
  for (std::size_t g = 0; g < groups; ++g) x[g] = first_rounds(first + 8 * g, use, key[0], key[1]);
  std::uint64_t k0 = key[0] + 2 * PHILOX_W64_0;
  std::uint64_t k1 = key[1] + 2 * PHILOX_W64_1;
#pragma GCC unroll 8
  for (int r = 2; r < 10; ++r) {
    for (std::size_t g = 0; g < groups; ++g) round(x[g], k0, k1);
    k0 += PHILOX_W64_0;
    k1 += PHILOX_W64_1;
  }
  for (std::size_t g = 0; g < groups; ++g) store(x[g], finish, to + 32 * g);
}

/// All blocks but the last few; returns how many.
template <class Finish, class T>
TESSERA_IFMA index_t blocks_by_eight(const std::uint64_t (&key)[2], std::uint64_t first,
                                     block_use use, index_t count, const Finish& finish, T* to) {
  index_t b = 0;
  for (; b + 32 <= count; b += 32)
    make_groups<4>(key, first + static_cast<std::uint64_t>(b), use, finish, to + 4 * b);
  for (; b + 8 <= count; b += 8)
    make_groups<1>(key, first + static_cast<std::uint64_t>(b), use, finish, to + 4 * b);
  return b;
}

#undef TESSERA_IFMA
#endif

#ifdef TESSERA_X86
/// Numbers of which more fit no cache that a core has to itself: 32 MiB.
constexpr index_t streamed_from = index_t{1} << 22U;

bool has_ifma() {
  static const bool has = has_avx512() && __builtin_cpu_supports("avx512ifma") != 0;
  return has;
}
#endif

} // namespace

void philox_blocks(const std::uint64_t (&key)[2], std::uint64_t first, block_use use, index_t count,
                   std::uint64_t* to) {
  index_t done = 0;
#ifdef TESSERA_X86
  // Positions may be anything; beyond 2^62 they are rare.
  if (has_ifma() && first >> 62U == 0)
    done = blocks_by_eight(key, first, use, count, keep_words(), to);
#endif
  blocks_one_by_one(key, first + static_cast<std::uint64_t>(done), use, count - done,
                    to + 4 * done);
}

index_t philox_uniform([[maybe_unused]] const draw_position& at, [[maybe_unused]] double low,
                       [[maybe_unused]] double width, [[maybe_unused]] double* to,
                       [[maybe_unused]] index_t n) {
#ifdef TESSERA_X86
  if (at.first % 4 != 0 || !has_ifma()) return 0;
  const make_uniform numbers{low, width};
  const std::uint64_t block = 1 + at.first / 4;
  const bool is_beyond_caches =
      n >= streamed_from && reinterpret_cast<std::uintptr_t>(to) % 64 == 0;
  if (!is_beyond_caches)
    return 4 * blocks_by_eight(at.key, block, block_use::words, n / 4, numbers, to);
  const index_t blocks =
      blocks_by_eight(at.key, block, block_use::words, n / 4, stream_uniform{numbers}, to);
  _mm_sfence(); // such stores may else be seen later than those that follow
  return 4 * blocks;
#else
  return 0;
#endif
}

word_stretch::word_stretch(const draw_position& at, index_t first, index_t n) {
  const std::uint64_t word = at.first + static_cast<std::uint64_t>(first);
  skipped_ = static_cast<index_t>(word % lanes);
  philox_blocks(at.key, 1 + word / lanes, block_use::words, (skipped_ + n + lanes - 1) / lanes,
                words_);
}

element_stretch::element_stretch(const draw_position& at, block_use use, index_t first, index_t n) {
  philox_blocks(at.key, at.first + static_cast<std::uint64_t>(first), use, n, words_);
}

std::uint64_t element_words::next() {
  if (used_ == 4) {
    philox_block(key_, {position_, block_++, static_cast<std::uint64_t>(use_), 0}, words_);
    used_ = 0;
  }
  return words_[used_++];
}

} // namespace tessera::detail
