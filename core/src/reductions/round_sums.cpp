// Sums that several ranks have parts of.
#include "sums/rounding.hpp"

#include <tessera/core/exact_sum.hpp>
#include <tessera/core/reductions/panels.hpp>

#include <limits>
#include <type_traits>

namespace tessera::detail {

namespace {

/// The sum of all parts of one output, whatever they are.
template <class R> R round_one(const split_sums* parts, std::size_t count, int words, index_t k) {
  exact_sum sum;
  for (std::size_t p = 0; p < count; ++p)
    for (int w = 0; w < words; ++w) {
      const double number = parts[p].numbers[w * parts[p].step + k];
      if (w > 0 && number != number) return std::numeric_limits<R>::quiet_NaN();
      sum.add(number);
    }
  if constexpr (std::is_same_v<R, float>)
    return sum.value_as_float();
  else
    return sum.value();
}

/// Adds numbers to sums of three, and sees whether anything is lost: if bits are left over, or a
/// number is not finite, which leaves NaN.
template <std::size_t Bytes> struct three_numbers {
  using number = vector_of<double, Bytes>;
  using bits = vector_of<std::int64_t, Bytes>;

  TESSERA_INLINE void add(const number& more) {
    const auto first = rounding<Bytes>::exactly(sums[0], more);
    const auto second = rounding<Bytes>::exactly(sums[1], first.low);
    const auto third = rounding<Bytes>::exactly(sums[2], second.low);
    sums[0] = first.high;
    sums[1] = second.high;
    sums[2] = third.high;
    lost |= reinterpret_cast<const bits&>(third.low) & INT64_MAX;
  }

  number sums[3];
  bits lost{};
};

/// The numbers of some outputs from k on; the last ones may fill only some lanes.
template <std::size_t Bytes>
TESSERA_INLINE void load_lanes(vector_of<double, Bytes>& to, const double* numbers, index_t k,
                               index_t n) {
  constexpr index_t lanes = Bytes / sizeof(double);
  if (k + lanes <= n) {
    to = *reinterpret_cast<const vector_of<double, Bytes>*>(numbers + k);
    return;
  }
  for (index_t lane = 0; lane < lanes; ++lane) to[lane] = k + lane < n ? numbers[k + lane] : 0.0;
}

template <class R> struct round_sums_kernel {
  template <std::size_t Bytes>
  TESSERA_INLINE static void run(const split_sums* parts, std::size_t count, int words, index_t n,
                                 R* results) {
    constexpr index_t lanes = Bytes / sizeof(double);
    for (index_t k = 0; k < n; k += lanes) {
      three_numbers<Bytes> sum{};
      for (int w = 0; w < words; ++w)
        load_lanes<Bytes>(sum.sums[w], parts[0].numbers + w * parts[0].step, k, n);
      for (std::size_t p = 1; p < count; ++p)
        for (int w = 0; w < words; ++w) {
          vector_of<double, Bytes> number;
          load_lanes<Bytes>(number, parts[p].numbers + w * parts[p].step, k, n);
          sum.add(number);
        }
      const auto rounded = rounding<Bytes>::in_two_parts(sum.sums[0], sum.sums[1], sum.sums[2]);
      write<Bytes>(rounded, sum.lost, k, n, results, parts, count, words);
    }
  }

private:
  template <std::size_t Bytes, class Parts, class Bits>
  TESSERA_INLINE static void write(const Parts& rounded, const Bits& lost, index_t k, index_t n,
                                   R* results, const split_sums* parts, std::size_t count,
                                   int words) {
    constexpr index_t lanes = Bytes / sizeof(double);
    auto sum = rounded.high + rounded.low;
    const auto check = sum - sum; // NaN where it is not finite
    if constexpr (std::is_same_v<R, float>)
      sum = rounding<Bytes>::rounded_to_odd(rounded.high, rounded.low);
    for (index_t lane = 0; lane < lanes && k + lane < n; ++lane)
      results[k + lane] = lost[lane] == 0 && check[lane] == 0.0
                              ? static_cast<R>(sum[lane] + 0.0) /* no sum is -0 */
                              : round_one<R>(parts, count, words, k + lane);
  }
};

} // namespace

void split(const sum_parts* sums, index_t n, int words, double* numbers) {
  for (int w = 0; w < words; ++w)
    for (index_t k = 0; k < n; ++k) numbers[w * n + k] = sums[k].parts[w];
}

int words_needed(const sum_parts* sums, index_t n) {
  bool not_all = false;
  bool second = false;
  bool third = false;
  for (index_t k = 0; k < n; ++k) {
    not_all |= !sums[k].is_exact();
    second |= sums[k].parts[1] != 0;
    third |= sums[k].parts[2] != 0;
  }
  return not_all ? not_exact : third ? 3 : second ? 2 : 1;
}

void round_sums(const split_sums* parts, std::size_t count, int words, index_t n, double* results) {
  run_widest<round_sums_kernel<double>>(parts, count, words, n, results);
}
void round_sums(const split_sums* parts, std::size_t count, int words, index_t n, float* results) {
  run_widest<round_sums_kernel<float>>(parts, count, words, n, results);
}

} // namespace tessera::detail
