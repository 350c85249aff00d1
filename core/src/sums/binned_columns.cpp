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

template <int Bins, class T> struct rows_kernel {
  static constexpr index_t rows_at_once = 8;

  /// Are all sums exact?
  template <std::size_t Bytes>
  TESSERA_INLINE static bool run(binned_columns* sums, const T* values, index_t rows,
                                 index_t columns, index_t step, double anchor) {
    constexpr index_t lanes = Bytes / sizeof(double);
    const index_t whole = columns / lanes * lanes;
    const bool in_vectors = strips<Bytes>(*sums, values, rows, 0, whole, step, anchor);
    return strips<sizeof(double)>(*sums, values, rows, whole, columns, step, anchor) && in_vectors;
  }

private:
  template <std::size_t Bytes>
  TESSERA_INLINE static bool strips(binned_columns& sums, const T* values, index_t rows,
                                    index_t first, index_t last, index_t step, double anchor) {
    using kernel = bins<Bytes, Bins>;
    using vector = typename kernel::vector;
    constexpr index_t lanes = Bytes / sizeof(double);
    const vector start = anchor + vector{};
    bin_checks<Bytes> checks{reinterpret_cast<const typename kernel::bits&>(start)};
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
          sum.add(x, checks);
        }
        *at(0) = sum.first;
        *at(1) = sum.second;
        *at(2) = sum.third;
      }
    }
    return checks.passed();
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
  const double anchor = anchor_of(window, 0);
  const bool valid =
      window.bins == 3 ? run_widest<rows_kernel<3, T>>(&sums, values, rows, columns, step, anchor)
                       : run_widest<rows_kernel<2, T>>(&sums, values, rows, columns, step, anchor);
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
