#include "sums/binned_sum.hpp"

#include "sums/rounding.hpp"

#include <bit>

namespace tessera::detail {

namespace {

// A bin's unit u is its anchor's last place; the anchor is 1.5 * 2^52 u, in the middle of the
// doubles with that last place. Values up to 2^40 u, 4096 of them over four lanes or more, change
// it by 2^50 u at most: it stays among those doubles in every lane. The sum over all lanes is at
// most 2^52 u, and exact too.
constexpr int unit_below_top = 40;

// Computing takes so long that the processor does not look far enough ahead by itself.
constexpr index_t ahead = 2048;

/// Asks for the cache line of an element to come; at the end, for that of the last one.
TESSERA_INLINE void fetch(const double* values, index_t i, index_t last) {
  __builtin_prefetch(values + (i < last ? i : last));
}

double power_of_two(int exponent) {
  return std::bit_cast<double>(static_cast<std::uint64_t>(exponent + 1023) << 52U);
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

/// Of all lanes, by halves.
template <class T, std::size_t Bytes, class Join>
TESSERA_INLINE T joined(const vector_of<T, Bytes>& v, const Join& join) {
  if constexpr (Bytes == sizeof(T)) {
    return v[0];
  } else {
    const auto* const halves = reinterpret_cast<const vector_of<T, Bytes / 2>*>(&v);
    vector_of<T, Bytes / 2> half = halves[0];
    join(half, halves[1]);
    return joined<T, Bytes / 2>(half, join);
  }
}

template <std::size_t Bytes, int Bins, bool Products>
TESSERA_INLINE void binned_sum_in(const binned_values& values, const bin_window& window,
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
  const double* const data = values.data;
  const double* const factors = values.factors;
  const index_t n = values.n;
  index_t i = 0;
  for (; i + 2 * lanes <= n; i += 2 * lanes) {
    for (index_t line = 0; line < 2 * lanes; line += 8) {
      fetch(data, i + ahead + line, values.readable - 1);
      if constexpr (Products) fetch(factors, i + ahead + line, values.readable - 1);
    }
    vector x = *reinterpret_cast<const vector*>(data + i);
    vector y = *reinterpret_cast<const vector*>(data + i + lanes);
    if constexpr (Products) {
      x *= *reinterpret_cast<const vector*>(factors + i);
      y *= *reinterpret_cast<const vector*>(factors + i + lanes);
    }
    even.add(x, largest, left);
    odd.add(y, largest, left);
  }
  for (; i < n; i += lanes) {
    vector last{};
    const index_t some = n - i < lanes ? n - i : lanes;
    for (index_t k = 0; k < some; ++k)
      last[k] = Products ? data[i + k] * factors[i + k] : data[i + k];
    even.add(last, largest, left);
  }
  const vector sums[3] = {(even.first - anchor[0]) + (odd.first - anchor[0]),
                          (even.second - anchor[1]) + (odd.second - anchor[1]),
                          (even.third - anchor[2]) + (odd.third - anchor[2])};
  const auto add = [](auto& a, const auto& b) __attribute__((always_inline)) { a += b; };
  for (int b = 0; b < Bins; ++b) result.sums[b] = joined<double, Bytes>(sums[b], add);
  const auto unite = [](auto& a, const auto& b) __attribute__((always_inline)) { a |= b; };
  const auto rest = joined<std::int64_t, Bytes>(left, unite);
  const auto keep_larger = [](auto& a, const auto& b) __attribute__((always_inline)) {
    a = b > a ? b : a;
  };
  result.largest = std::bit_cast<double>(joined<std::int64_t, Bytes>(largest, keep_larger));
  // The sign bit of a rest that is -0 says nothing.
  result.valid = (rest & INT64_MAX) == 0 && result.largest <= power_of_two(window.top);
}

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

template <std::size_t Bytes>
TESSERA_INLINE void load_doubles(vector_of<double, Bytes>& to, const double* from) {
  to = *reinterpret_cast<const vector_of<double, Bytes>*>(from);
}
template <std::size_t Bytes>
TESSERA_INLINE void load_doubles(vector_of<double, Bytes>& to, const float* from) {
  if constexpr (Bytes == sizeof(double))
    to[0] = static_cast<double>(*from);
  else
    to = __builtin_convertvector(*reinterpret_cast<const vector_of<float, Bytes / 2>*>(from),
                                 vector_of<double, Bytes>);
}

template <int Bins, class T> struct rows_kernel {
  static constexpr index_t rows_at_once = 8;

  template <std::size_t Bytes>
  TESSERA_INLINE static binned_result run(binned_columns* sums, const T* values, index_t rows,
                                          index_t columns, index_t step) {
    constexpr index_t lanes = Bytes / sizeof(double);
    binned_result result{true, 0.0, {}};
    const index_t whole = columns / lanes * lanes;
    strips<Bytes>(*sums, values, rows, 0, whole, step, result);
    strips<sizeof(double)>(*sums, values, rows, whole, columns, step, result);
    return result;
  }

private:
  template <std::size_t Bytes>
  TESSERA_INLINE static void strips(binned_columns& sums, const T* values, index_t rows,
                                    index_t first, index_t last, index_t step,
                                    binned_result& result) {
    using kernel = bins<Bytes, Bins>;
    using vector = typename kernel::vector;
    constexpr index_t lanes = Bytes / sizeof(double);
    typename kernel::bits largest{};
    typename kernel::bits left{};
    for (index_t r = 0; r < rows; r += rows_at_once) {
      const index_t some = rows - r < rows_at_once ? rows - r : rows_at_once;
      for (index_t j = first; j < last; j += lanes) {
        const auto at = [&](int b) { return reinterpret_cast<vector*>(sums.bins[b] + j); };
        kernel sum{*at(0), *at(1), *at(2)};
        const T* value = values + r * step + j;
        for (index_t k = 0; k < some; ++k, value += step) {
          __builtin_prefetch(value + rows_at_once * step);
          vector x;
          load_doubles<Bytes>(x, value);
          sum.add(x, largest, left);
        }
        *at(0) = sum.first;
        *at(1) = sum.second;
        *at(2) = sum.third;
      }
    }
    for (index_t k = 0; k < lanes; ++k) {
      const std::int64_t magnitude = largest[k];
      if (magnitude > std::bit_cast<std::int64_t>(result.largest))
        result.largest = std::bit_cast<double>(magnitude);
      if ((left[k] & INT64_MAX) != 0) result.valid = false;
    }
  }
};

/// Of one sum; a narrow vector has a lane to spare.
using one_rounding = rounding<16>;
one_rounding::two_parts in_two_parts(const double* sums) {
  using number = one_rounding::number;
  return one_rounding::in_two_parts(number{sums[0]}, number{sums[1]}, number{sums[2]});
}

struct rounded_columns_kernel {
  template <std::size_t Bytes>
  TESSERA_INLINE static void run(const binned_columns* sums, const double* anchors, index_t columns,
                                 double* results) {
    using vector = vector_of<double, Bytes>;
    constexpr index_t lanes = Bytes / sizeof(double);
    static_assert(binned_columns::most % lanes == 0);
    for (index_t k = 0; k < columns; k += lanes) {
      const auto bin = [&](int b) __attribute__((always_inline)) {
        return *reinterpret_cast<const vector*>(sums->bins[b] + k) - anchors[b];
      };
      const auto parts = rounding<Bytes>::in_two_parts(bin(0), bin(1), bin(2));
      *reinterpret_cast<vector*>(results + k) = parts.high + parts.low;
    }
  }
};

} // namespace

bin_window window_over(double largest, int bins) {
  constexpr int headroom = 2;
  if (largest == 0.0) return {lowest_top, bins};
  const int exponent = static_cast<int>(std::bit_cast<std::uint64_t>(largest) >> 52U & 0x7ffU);
  const int top = exponent - 1022 + headroom;
  return {top < lowest_top ? lowest_top : top, bins};
}

double anchor_of(const bin_window& window, int bin) {
  return 1.5 * power_of_two(window.top - bin * bits_per_bin - unit_below_top + 52);
}

template <class T>
binned_result add_rows(binned_columns& sums, const T* values, index_t rows, index_t columns,
                       index_t step, const bin_window& window) {
  binned_result found = window.bins == 3
                            ? run_widest<rows_kernel<3, T>>(&sums, values, rows, columns, step)
                            : run_widest<rows_kernel<2, T>>(&sums, values, rows, columns, step);
  found.valid = found.valid && found.largest <= power_of_two(window.top);
  return found;
}
template binned_result add_rows(binned_columns&, const double*, index_t, index_t, index_t,
                                const bin_window&);
template binned_result add_rows(binned_columns&, const float*, index_t, index_t, index_t,
                                const bin_window&);

double rounded_sum(const double* sums) {
  const one_rounding::two_parts sum = in_two_parts(sums);
  return sum.high[0] + sum.low[0];
}

float rounded_sum_as_float(const double* sums) {
  const one_rounding::two_parts sum = in_two_parts(sums);
  return static_cast<float>(one_rounding::rounded_to_odd(sum.high, sum.low)[0]);
}

void rounded_sums(const binned_columns& sums, const double* anchors, index_t columns,
                  double* results) {
  run_widest<rounded_columns_kernel>(&sums, anchors, columns, results);
}

binned_result binned_sum(const binned_values& values, const bin_window& window) {
  return run_widest<binned_sum_kernel>(values, window);
}

} // namespace tessera::detail
