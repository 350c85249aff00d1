// Sums that several ranks have parts of.
#include "sums/rounding.hpp"

#include <tessera/core/exact_sum.hpp>
#include <tessera/core/reductions/panels.hpp>

#include <limits>
#include <type_traits>

namespace tessera::detail {

namespace {

/// The sum of all parts of one output, whatever they are.
template <class R> R round_one(const sum_parts* const* parts, std::size_t count, index_t k) {
  exact_sum sum;
  for (std::size_t p = 0; p < count; ++p) {
    if (!parts[p][k].is_exact()) return std::numeric_limits<R>::quiet_NaN();
    sum.add(parts[p][k].parts, 3);
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

template <class R> struct round_sums_kernel {
  template <std::size_t Bytes>
  TESSERA_INLINE static void run(const sum_parts* const* parts, std::size_t count, index_t n,
                                 R* results) {
    using number = vector_of<double, Bytes>;
    constexpr index_t lanes = Bytes / sizeof(double);
    for (index_t k = 0; k < n; k += lanes) {
      // The last ones may fill only some lanes.
      const auto part = [&](std::size_t p, std::size_t which) __attribute__((always_inline)) {
        number all;
        for (index_t lane = 0; lane < lanes; ++lane)
          all[lane] = parts[p][k + lane < n ? k + lane : n - 1].parts[which];
        return all;
      };
      three_numbers<Bytes> sum{{part(0, 0), part(0, 1), part(0, 2)}};
      for (std::size_t p = 1; p < count; ++p)
        for (std::size_t which = 0; which < 3; ++which) sum.add(part(p, which));
      const auto rounded = rounding<Bytes>::in_two_parts(sum.sums[0], sum.sums[1], sum.sums[2]);
      write<Bytes>(rounded, sum.lost, k, n, results, parts, count);
    }
  }

private:
  template <std::size_t Bytes, class Parts, class Bits>
  TESSERA_INLINE static void write(const Parts& rounded, const Bits& lost, index_t k, index_t n,
                                   R* results, const sum_parts* const* parts, std::size_t count) {
    constexpr index_t lanes = Bytes / sizeof(double);
    auto sum = rounded.high + rounded.low;
    const auto check = sum - sum; // NaN where it is not finite
    if constexpr (std::is_same_v<R, float>)
      sum = rounding<Bytes>::rounded_to_odd(rounded.high, rounded.low);
    for (index_t lane = 0; lane < lanes && k + lane < n; ++lane)
      results[k + lane] = lost[lane] == 0 && check[lane] == 0.0
                              ? static_cast<R>(sum[lane] + 0.0) /* no sum is -0 */
                              : round_one<R>(parts, count, k + lane);
  }
};

} // namespace

void round_sums(const sum_parts* const* parts, std::size_t count, index_t n, double* results) {
  run_widest<round_sums_kernel<double>>(parts, count, n, results);
}
void round_sums(const sum_parts* const* parts, std::size_t count, index_t n, float* results) {
  run_widest<round_sums_kernel<float>>(parts, count, n, results);
}

} // namespace tessera::detail
