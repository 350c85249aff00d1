#include "binned_sum.hpp"

#include "vector_kernels.hpp"

#include <bit>
#include <cstring>

namespace tessera::detail {

namespace {

// A bin's unit u is its anchor's last place; the anchor is 1.5 * 2^52 u, in the middle of the
// doubles with that last place. Values up to 2^40 u, 4096 of them over four lanes or more, change
// it by 2^50 u at most: it stays among those doubles in every lane. The sum over all lanes is at
// most 2^52 u, and exact too.
constexpr int unit_below_top = 40;

// Computing takes so long that the processor does not look far enough ahead by itself.
constexpr index_t ahead = 2048;

double power_of_two(int exponent) {
  return std::bit_cast<double>(static_cast<std::uint64_t>(exponent + 1023) << 52U);
}

double anchor_of(const bin_window& window, int bin) {
  return 1.5 * power_of_two(window.top - bin * bits_per_bin - unit_below_top + 52);
}

template <std::size_t Bytes, int Bins> struct bins {
  using vector = vector_of<double, Bytes>;
  using bits = vector_of<std::int64_t, Bytes>;

  vector first;
  vector second;
  vector third;

  TESSERA_INLINE static void split(vector& sum, vector& x) {
    const vector before = sum;
    sum += x;
    x -= sum - before;
  }
  // The bits of magnitudes, as integers, have the order of the magnitudes, and NaN comes last.
  TESSERA_INLINE void add(const vector& x, bits& largest, bits& left) {
    const bits magnitude = reinterpret_cast<bits>(x) & INT64_MAX;
    largest = magnitude > largest ? magnitude : largest;
    vector rest = x;
    split(first, rest);
    split(second, rest);
    if constexpr (Bins == 3) split(third, rest);
    left |= reinterpret_cast<bits>(rest);
  }
};

template <std::size_t Bytes, int Bins>
TESSERA_INLINE void binned_sum_in(const double* values, index_t n, const bin_window& window,
                                  binned_result& result) {
  using kernel = bins<Bytes, Bins>;
  using vector = typename kernel::vector;
  constexpr index_t lanes = Bytes / sizeof(double);
  const double anchor[3] = {anchor_of(window, 0), anchor_of(window, 1),
                            Bins == 3 ? anchor_of(window, 2) : 0.0};
  kernel even{anchor[0] + vector{}, anchor[1] + vector{}, anchor[2] + vector{}};
  kernel odd = even;
  typename kernel::bits largest{};
  typename kernel::bits left{};
  index_t i = 0;
  for (; i + 2 * lanes <= n; i += 2 * lanes) {
    for (index_t line = 0; line < 2 * lanes; line += 8)
      __builtin_prefetch(values + i + ahead + line);
    even.add(*reinterpret_cast<const vector*>(values + i), largest, left);
    odd.add(*reinterpret_cast<const vector*>(values + i + lanes), largest, left);
  }
  for (; i < n; i += lanes) {
    vector last{};
    const index_t some = n - i < lanes ? n - i : lanes;
    std::memcpy(&last, values + i, sizeof(double) * static_cast<std::size_t>(some));
    even.add(last, largest, left);
  }
  const vector sums[3] = {(even.first - anchor[0]) + (odd.first - anchor[0]),
                          (even.second - anchor[1]) + (odd.second - anchor[1]),
                          (even.third - anchor[2]) + (odd.third - anchor[2])};
  std::int64_t rest = 0;
  std::int64_t most = 0;
  for (index_t k = 0; k < lanes; ++k) {
    for (int b = 0; b < 3; ++b) result.sums[b] += sums[b][k];
    rest |= left[k];
    most = largest[k] > most ? largest[k] : most;
  }
  result.largest = std::bit_cast<double>(most);
  // The sign bit of a rest that is -0 says nothing.
  result.valid = (rest & INT64_MAX) == 0 && result.largest <= power_of_two(window.top);
}

template <std::size_t Bytes>
TESSERA_INLINE void binned_sum_in(const double* values, index_t n, const bin_window& window,
                                  binned_result& result) {
  if (window.bins == 3)
    binned_sum_in<Bytes, 3>(values, n, window, result);
  else
    binned_sum_in<Bytes, 2>(values, n, window, result);
}

TESSERA_TARGET_AVX512 void binned_sum_avx512(const double* values, index_t n,
                                             const bin_window& window, binned_result& result) {
  binned_sum_in<64>(values, n, window, result);
}
TESSERA_TARGET_AVX2 void binned_sum_avx2(const double* values, index_t n, const bin_window& window,
                                         binned_result& result) {
  binned_sum_in<32>(values, n, window, result);
}
void binned_sum_baseline(const double* values, index_t n, const bin_window& window,
                         binned_result& result) {
  binned_sum_in<16>(values, n, window, result);
}

} // namespace

binned_result binned_sum(const double* values, index_t n, const bin_window& window) {
  binned_result result{};
  switch (this_vector_level()) {
  case vector_level::avx512: binned_sum_avx512(values, n, window, result); break;
  case vector_level::avx2: binned_sum_avx2(values, n, window, result); break;
  case vector_level::baseline: binned_sum_baseline(values, n, window, result); break;
  }
  return result;
}

} // namespace tessera::detail
