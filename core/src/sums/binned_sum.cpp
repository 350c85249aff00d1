#include "sums/bins.hpp"
#include "sums/rounding.hpp"

namespace tessera::detail {

namespace {

/// How many elements ahead memory is asked for, since computing takes so long that the processor
/// does not look far enough by itself: so many as there are behind the block; a little, where it is
/// the last one and may lie beyond the first cache.
TESSERA_INLINE index_t elements_ahead(const binned_values& values) {
  constexpr index_t far_enough = 2048;
  constexpr index_t near = 128;
  constexpr index_t first_cache = 4096; // elements
  const index_t behind = values.readable - values.n;
  if (behind >= near) return behind < far_enough ? behind : far_enough;
  return values.n * (values.factors == nullptr ? 1 : 2) > first_cache ? near : 0;
}

/// Of adjacent values, or products of such, a vector; the inexact flag knows of no product.
template <std::size_t Bytes, bool Products>
TESSERA_INLINE void load(vector_of<double, Bytes>& to, const binned_values& values, index_t i) {
  using vector = vector_of<double, Bytes>;
  to = *reinterpret_cast<const vector*>(values.data + i);
  if constexpr (Products) {
    const vector& factors = *reinterpret_cast<const vector*>(values.factors + i);
    if constexpr (has_inexact_flag<Bytes>)
      multiply_silently(to, vector(to), vector(factors));
    else
      to *= factors;
  }
}
/// The last ones, fewer than a vector has; zeros behind them.
template <std::size_t Bytes, bool Products>
TESSERA_INLINE void load_some(vector_of<double, Bytes>& to, const binned_values& values,
                              index_t i) {
  constexpr std::size_t lanes = Bytes / sizeof(double);
  double numbers[lanes]{};
  double factors[lanes]{};
  const auto n = static_cast<std::size_t>(values.n - i);
  for (std::size_t k = 0; k < n && k < lanes; ++k) {
    numbers[k] = values.data[i + static_cast<index_t>(k)];
    if constexpr (Products) factors[k] = values.factors[i + static_cast<index_t>(k)];
  }
  load<Bytes, Products>(to, {numbers, factors, lanes, lanes}, 0);
}

/// Several sums at once, which hide the time that an addition takes, and fit the registers.
template <std::size_t Bytes, int Bins> struct sums_at_once {
  using kernel = bins<Bytes, Bins>;
  using vector = typename kernel::vector;
  static constexpr index_t count = Bins == 2 ? 4 : 2;

  kernel start;
  kernel sums[static_cast<std::size_t>(count)];

  TESSERA_INLINE explicit sums_at_once(const bin_window& window)
      : start{anchor_of(window, 0) + vector{}, anchor_of(window, 1) + vector{},
              (Bins == 3 ? anchor_of(window, 2) : 0.0) + vector{}} {
#pragma GCC unroll 4
    for (kernel& sum : sums) sum = start;
  }

  /// Calls add(sum, vector) for all values.
  template <bool Products, class Add>
  TESSERA_INLINE void add_all(const binned_values& values, const Add& add) {
    const index_t ahead = elements_ahead(values);
    if (ahead > 0)
      add_ahead<Products, true>(values, ahead, add);
    else
      add_ahead<Products, false>(values, ahead, add);
  }
  template <bool Products, bool Prefetches, class Add>
  TESSERA_INLINE void add_ahead(const binned_values& values, index_t ahead, const Add& add) {
    constexpr index_t at_once = count * kernel::lanes;
    const index_t n = values.n;
    index_t i = 0;
    for (; i + at_once <= n; i += at_once) {
      for (index_t line = 0; Prefetches && line < at_once; line += 8) {
        __builtin_prefetch(values.data + i + ahead + line);
        if constexpr (Products) __builtin_prefetch(values.factors + i + ahead + line);
      }
#pragma GCC unroll 4
      for (index_t k = 0; k < count; ++k) {
        vector x;
        load<Bytes, Products>(x, values, i + k * kernel::lanes);
        add(sums[k], x);
      }
    }
    for (; i < n; i += kernel::lanes) {
      vector x;
      if (i + kernel::lanes <= n)
        load<Bytes, Products>(x, values, i);
      else
        load_some<Bytes, Products>(x, values, i);
      add(sums[0], x);
    }
  }

  /// How many units each lane has come to is seen in the fractions; of what is not valid, that may
  /// be anything. Are there so few that the totals are exact?
  TESSERA_INLINE bool total(const bin_window& window, double* totals) const {
    using counts = vector_of<std::uint64_t, Bytes>;
    const auto bits_of = [](const vector& v) __attribute__((always_inline)) {
      return reinterpret_cast<const counts&>(v);
    };
    counts units[3]{};
#pragma GCC unroll 4
    for (const kernel& sum : sums) {
      units[0] += bits_of(sum.first) - bits_of(start.first);
      units[1] += bits_of(sum.second) - bits_of(start.second);
      if constexpr (Bins == 3) units[2] += bits_of(sum.third) - bits_of(start.third);
    }
    const auto add = [](auto& a, const auto& b) __attribute__((always_inline)) { a += b; };
    bool are_few = true;
    for (int b = 0; b < 3; ++b) totals[b] = 0;
    for (int b = 0; b < Bins; ++b) {
      const auto n = static_cast<std::int64_t>(joined<std::uint64_t, Bytes>(units[b], add));
      are_few = are_few && n < most_units && n > -most_units;
      totals[b] = static_cast<double>(n) * unit_of(window, b);
    }
    return are_few;
  }
};

template <std::size_t Bytes, int Bins, bool Products>
TESSERA_INLINE void binned_sum_in(const binned_values& values, const bin_window& window,
                                  binned_result& result) {
  using kernel = bins<Bytes, Bins>;
  sums_at_once<Bytes, Bins> all(window);
  bin_checks<Bytes> checks{reinterpret_cast<const typename kernel::bits&>(all.start.first)};
  all.template add_all<Products>(values, checked_addition<Bytes>{checks});
  result.valid = all.total(window, result.sums) && checks.passed();
}

/// Lowering the inexact flag and looking at it takes 0.1 us.
constexpr index_t worth_the_flag = 2048; // values

/// The same of several lines, told by the inexact flag. Nothing is rounded but what is to be told.
template <std::size_t Bytes, int Bins, bool Products, class Lines>
TESSERA_INLINE bool flagged_sums(const Lines& lines, index_t count, const bin_window& window,
                                 double (*sums)[3]) {
  using kernel = bins<Bytes, Bins>;
  typename kernel::bits moved{};
  bool is_small = true;
  const inexact_flag flag;
  for (index_t line = 0; line < count; ++line) {
    sums_at_once<Bytes, Bins> all(window);
    all.template add_all<Products>(lines(line), flagged_addition());
#pragma GCC unroll 4
    for (kernel& sum : all.sums) {
      sum.settle();
      moved |= sum.moved_from(all.start);
    }
    is_small = all.total(window, sums[line]) && is_small;
  }
  return is_small && !flag.is_raised() && !is_any_set<Bytes>(moved & ~fraction_bits);
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
    const auto line = [&values](index_t) __attribute__((always_inline)) { return values; };
    const bool flagged = has_inexact_flag<Bytes> && values.n >= worth_the_flag;
    double(*const sums)[3] = &result.sums;
    if (flagged && window.bins == 3)
      result.valid = flagged_sums<Bytes, 3, Products>(line, 1, window, sums);
    else if (flagged)
      result.valid = flagged_sums<Bytes, 2, Products>(line, 1, window, sums);
    else if (window.bins == 3)
      binned_sum_in<Bytes, 3, Products>(values, window, result);
    else
      binned_sum_in<Bytes, 2, Products>(values, window, result);
  }
};

struct binned_sums_kernel {
  template <std::size_t Bytes>
  TESSERA_INLINE static bool run(binned_lines lines, bin_window window, double (*sums)[3]) {
    if (!has_inexact_flag<Bytes> || lines.lines * lines.n < worth_the_flag) return false;
    const auto line = [&lines](index_t k) __attribute__((always_inline)) {
      const index_t left = lines.step >= lines.n ? lines.lines - 1 - k : 0;
      return binned_values{lines.data + k * lines.step, nullptr, lines.n,
                           lines.n + left * lines.step};
    };
    return window.bins == 3 ? flagged_sums<Bytes, 3, false>(line, lines.lines, window, sums)
                            : flagged_sums<Bytes, 2, false>(line, lines.lines, window, sums);
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

bool binned_sums(const binned_lines& lines, const bin_window& window, double (*sums)[3]) {
  return run_widest<binned_sums_kernel>(lines, window, sums);
}

binned_result binned_sum(const binned_values& values, const bin_window& window) {
  binned_result result = run_widest<binned_sum_kernel>(values, window);
  if (!result.valid) result.largest = run_widest<largest_kernel>(values);
  return result;
}

} // namespace tessera::detail
