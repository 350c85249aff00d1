#include "sums/bins.hpp"
#include "sums/rounding.hpp"

namespace tessera::detail {

namespace {

/// How many elements ahead memory is asked for, since computing takes so long that the processor
/// does not look far enough by itself: so many as there are behind the block.
TESSERA_INLINE index_t elements_ahead(const binned_values& values) {
  constexpr index_t far_enough = 2048;
  const index_t behind = values.readable - values.n;
  return behind < far_enough ? behind : far_enough;
}

/// Of adjacent values, or products of such, a vector.
template <std::size_t Bytes, bool Products>
TESSERA_INLINE void load(vector_of<double, Bytes>& to, const binned_values& values, index_t i) {
  using vector = vector_of<double, Bytes>;
  to = *reinterpret_cast<const vector*>(values.data + i);
  if constexpr (Products) to *= *reinterpret_cast<const vector*>(values.factors + i);
}
/// The last ones, fewer than a vector has; zeros behind them.
template <std::size_t Bytes, bool Products>
TESSERA_INLINE void load_some(vector_of<double, Bytes>& to, const binned_values& values,
                              index_t i) {
  to = vector_of<double, Bytes>{};
  for (index_t k = 0; i + k < values.n; ++k)
    to[k] = Products ? values.data[i + k] * values.factors[i + k] : values.data[i + k];
}

template <std::size_t Bytes, int Bins, bool Products>
TESSERA_INLINE void binned_sum_in(const binned_values& values, const bin_window& window,
                                  binned_result& result) {
  using kernel = bins<Bytes, Bins>;
  using vector = typename kernel::vector;
  using bits = typename kernel::bits;
  constexpr index_t lanes = Bytes / sizeof(double);
  constexpr index_t chains = Bins == 2 ? 4 : 2; // what hides latency, and fits the registers
  const double anchor[3] = {anchor_of(window, 0), anchor_of(window, 1),
                            Bins == 3 ? anchor_of(window, 2) : 0.0};
  const kernel start{anchor[0] + vector{}, anchor[1] + vector{}, anchor[2] + vector{}};
  kernel sums[static_cast<std::size_t>(chains)];
  for (kernel& sum : sums) sum = start;
  bin_checks<Bytes> checks{reinterpret_cast<const bits&>(start.first)};
  const index_t ahead = elements_ahead(values);
  const index_t n = values.n;
  index_t i = 0;
  for (; i + chains * lanes <= n; i += chains * lanes) {
    for (index_t line = 0; line < chains * lanes; line += 8) {
      __builtin_prefetch(values.data + i + ahead + line);
      if constexpr (Products) __builtin_prefetch(values.factors + i + ahead + line);
    }
#pragma GCC unroll 4
    for (index_t k = 0; k < chains; ++k) {
      vector x;
      load<Bytes, Products>(x, values, i + k * lanes);
      sums[k].add(x, checks);
    }
  }
  for (; i < n; i += lanes) {
    vector x;
    if (i + lanes <= n)
      load<Bytes, Products>(x, values, i);
    else
      load_some<Bytes, Products>(x, values, i);
    sums[0].add(x, checks);
  }
  // How many units each lane has come to is seen in the fractions; of what is not valid, that may
  // be anything.
  using counts = vector_of<std::uint64_t, Bytes>;
  const auto bits_of = [](const vector& v) { return reinterpret_cast<const counts&>(v); };
  counts units[3]{};
  for (const kernel& sum : sums) {
    units[0] += bits_of(sum.first) - reinterpret_cast<const counts&>(checks.anchor);
    units[1] += bits_of(sum.second) - bits_of(start.second);
    units[2] += bits_of(sum.third) - bits_of(start.third);
  }
  result.valid = checks.passed();
  const auto add = [](auto& a, const auto& b) __attribute__((always_inline)) { a += b; };
  for (int b = 0; b < Bins; ++b) {
    const auto count = static_cast<std::int64_t>(joined<std::uint64_t, Bytes>(units[b], add));
    result.valid = result.valid && count < most_units && count > -most_units;
    result.sums[b] = static_cast<double>(count) * unit_of(window, b);
  }
}

/// The largest magnitude. The bits of magnitudes, as integers, have their order, and NaN comes
/// last.
struct largest_kernel {
  template <std::size_t Bytes> TESSERA_INLINE static double run(const binned_values& values) {
    using bits = vector_of<std::int64_t, Bytes>;
    constexpr index_t lanes = Bytes / sizeof(double);
    bits largest{};
    for (index_t i = 0; i < values.n; i += lanes) {
      vector_of<double, Bytes> x;
      if (values.factors != nullptr)
        i + lanes <= values.n ? load<Bytes, true>(x, values, i)
                              : load_some<Bytes, true>(x, values, i);
      else
        i + lanes <= values.n ? load<Bytes, false>(x, values, i)
                              : load_some<Bytes, false>(x, values, i);
      const bits magnitude = reinterpret_cast<const bits&>(x) & INT64_MAX;
      largest = magnitude > largest ? magnitude : largest;
    }
    const auto keep_larger = [](auto& a, const auto& b) __attribute__((always_inline)) {
      a = b > a ? b : a;
    };
    return std::bit_cast<double>(joined<std::int64_t, Bytes>(largest, keep_larger));
  }
};

struct binned_sum_kernel {
  template <std::size_t Bytes>
  TESSERA_INLINE static binned_result run(binned_values values, bin_window window) {
    binned_result result{};
    if (values.factors == nullptr)
      in_bins<Bytes, false>(values, window, result);
    else
      in_bins<Bytes, true>(values, window, result);
    return result;
  }

private:
  template <std::size_t Bytes, bool Products>
  TESSERA_INLINE static void in_bins(const binned_values& values, const bin_window& window,
                                     binned_result& result) {
    if (window.bins == 3)
      binned_sum_in<Bytes, 3, Products>(values, window, result);
    else
      binned_sum_in<Bytes, 2, Products>(values, window, result);
  }
};

/// Of one sum; a narrow vector has a lane to spare.
using one_rounding = rounding<16>;
one_rounding::two_parts in_two_parts(const double* sums) {
  using number = one_rounding::number;
  return one_rounding::in_two_parts(number{sums[0]}, number{sums[1]}, number{sums[2]});
}

} // namespace

bin_window window_over(double largest, int bins) {
  constexpr int headroom = 2;
  if (largest == 0.0) return {lowest_top, bins};
  const int exponent = static_cast<int>(std::bit_cast<std::uint64_t>(largest) >> 52U & 0x7ffU);
  const int top = exponent - 1022 + headroom;
  return {top < lowest_top ? lowest_top : top, bins};
}

double unit_of(const bin_window& window, int bin) {
  // It may be a denormal.
  return power_of_two(window.top - bin * bits_per_bin - unit_below_top + 52) * 0x1p-52;
}

double anchor_of(const bin_window& window, int bin) {
  return 1.5 * power_of_two(window.top - bin * bits_per_bin - unit_below_top + 52);
}

double rounded_sum(const double* sums) {
  const one_rounding::two_parts sum = in_two_parts(sums);
  return sum.high[0] + sum.low[0];
}

float rounded_sum_as_float(const double* sums) {
  const one_rounding::two_parts sum = in_two_parts(sums);
  return static_cast<float>(one_rounding::rounded_to_odd(sum.high, sum.low)[0]);
}

binned_result binned_sum(const binned_values& values, const bin_window& window) {
  binned_result result = run_widest<binned_sum_kernel>(values, window);
  if (!result.valid) result.largest = run_widest<largest_kernel>(values);
  return result;
}

} // namespace tessera::detail
