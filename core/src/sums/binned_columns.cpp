#include "sums/bins.hpp"
#include "sums/rounding.hpp"

namespace tessera::detail {

namespace {

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

/// Rows are added eight at a time, so that the sums are loaded and stored once for all of them.
template <int Bins, class T> struct rows_kernel {
  /// Are all sums exact?
  template <std::size_t Bytes>
  TESSERA_INLINE static bool run(binned_columns* sums, const T* values, index_t rows,
                                 index_t columns, index_t step, const double* anchors) {
    const table all{values, rows, step};
    // Of a part of a wide table, the processor does not foresee the next rows.
    constexpr index_t long_row = 1024;
    const bool prefetches = columns < long_row && step >= 2 * columns;
    return prefetches ? strips<Bytes, true>(*sums, all, 0, columns, anchors)
                      : strips<Bytes, false>(*sums, all, 0, columns, anchors);
  }

private:
  static constexpr index_t rows_at_once = 8;

  struct table {
    const T* values;
    index_t rows;
    index_t step;
  };

  /// What narrower vectors are for comes last.
  template <std::size_t Bytes, bool Prefetches>
  TESSERA_INLINE static bool strips(binned_columns& sums, const table& all, index_t first,
                                    index_t last, const double* anchors) {
    constexpr index_t lanes = Bytes / sizeof(double);
    const index_t whole = last - (last - first) % lanes;
    const bool is_exact = strip<Bytes, Prefetches>(sums, all, first, whole, anchors);
    if constexpr (Bytes > sizeof(double))
      return (whole == last || strips<Bytes / 2, Prefetches>(sums, all, whole, last, anchors)) &&
             is_exact;
    else
      return is_exact;
  }

  template <std::size_t Bytes, bool Prefetches>
  TESSERA_INLINE static bool strip(binned_columns& sums, const table& all, index_t first,
                                   index_t last, const double* anchors) {
    if (first == last) return true;
    using kernel = bins<Bytes, Bins>;
    constexpr index_t lanes = Bytes / sizeof(double);
    const kernel start{anchors[0] + typename kernel::vector{},
                       anchors[1] + typename kernel::vector{},
                       anchors[2] + typename kernel::vector{}};
    if constexpr (has_inexact_flag<Bytes>) {
      const inexact_flag flag;
      add_all<Bytes, Prefetches>(sums, all, first, last, flagged_addition());
      if (flag.is_raised()) return false;
      typename kernel::bits moved{};
      for (index_t j = first; j < last; j += lanes)
        moved |= kernel::load(sums, j).moved_from(start);
      return !is_any_set<Bytes>(moved & ~fraction_bits);
    } else {
      bin_checks<Bytes> checks{reinterpret_cast<const typename kernel::bits&>(start.first)};
      add_all<Bytes, Prefetches>(sums, all, first, last, checked_addition<Bytes>{checks});
      return checks.passed();
    }
  }

  template <std::size_t Bytes, bool Prefetches, class Add>
  TESSERA_INLINE static void add_all(binned_columns& sums, const table& all, index_t first,
                                     index_t last, const Add& add) {
    index_t r = 0;
    for (; r + rows_at_once <= all.rows; r += rows_at_once)
      add_group<Bytes, Prefetches, rows_at_once>(sums, all, r, first, last, add);
    for (; r < all.rows; ++r) add_group<Bytes, Prefetches, 1>(sums, all, r, first, last, add);
  }

  template <std::size_t Bytes, bool Prefetches, index_t Rows, class Add>
  TESSERA_INLINE static void add_group(binned_columns& sums, const table& all, index_t r,
                                       index_t first, index_t last, const Add& add) {
    using kernel = bins<Bytes, Bins>;
    for (index_t j = first; j < last; j += kernel::lanes) {
      kernel sum = kernel::load(sums, j);
      const T* value = all.values + r * all.step + j;
#pragma GCC unroll 8
      for (index_t k = 0; k < Rows; ++k, value += all.step) {
        if constexpr (Prefetches) __builtin_prefetch(value + Rows * all.step);
        typename kernel::vector x;
        load_doubles<Bytes>(x, value);
        add(sum, x);
      }
      sum.store(sums, j);
    }
  }
};

template <class T>
double largest_magnitude(const T* values, index_t rows, index_t columns, index_t step) {
  std::int64_t largest = 0; // bits, which NaN has the most of
  for (index_t r = 0; r < rows; ++r)
    for (index_t k = 0; k < columns; ++k) {
      const auto value = static_cast<double>(values[r * step + k]);
      const auto magnitude = std::bit_cast<std::int64_t>(value) & INT64_MAX;
      largest = magnitude > largest ? magnitude : largest;
    }
  return std::bit_cast<double>(largest);
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

template <class T>
binned_result add_rows(binned_columns& sums, const T* values, index_t rows, index_t columns,
                       index_t step, const bin_window& window) {
  const double anchors[3] = {anchor_of(window, 0), anchor_of(window, 1),
                             window.bins == 3 ? anchor_of(window, 2) : 0.0};
  const bool valid =
      window.bins == 3 ? run_widest<rows_kernel<3, T>>(&sums, values, rows, columns, step, anchors)
                       : run_widest<rows_kernel<2, T>>(&sums, values, rows, columns, step, anchors);
  return {valid, valid ? 0.0 : largest_magnitude(values, rows, columns, step), {}};
}
template binned_result add_rows(binned_columns&, const double*, index_t, index_t, index_t,
                                const bin_window&);
template binned_result add_rows(binned_columns&, const float*, index_t, index_t, index_t,
                                const bin_window&);

void rounded_sums(const binned_columns& sums, const double* anchors, index_t columns,
                  double* results) {
  run_widest<rounded_columns_kernel>(&sums, anchors, columns, results);
}

} // namespace tessera::detail
