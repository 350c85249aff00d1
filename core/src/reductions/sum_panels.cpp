// Sums along axes: of floating-point numbers exact, rounded once; of integers modulo 2^64, or in
// 128 bits.
#include "reductions/panel_loop.hpp"
#include "sums/binned_sum.hpp"
#include "vectors/all_numbers.hpp"

#include <tessera/core/exact_sum.hpp>
#include <tessera/core/memory/checked_vector.hpp>
#include <tessera/core/sums/integer_total.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>

namespace tessera::detail {

namespace {

constexpr double largest_finite = std::numeric_limits<double>::max();

template <class R> R rounded(const double* sums) {
  if constexpr (std::is_same_v<R, sum_parts>)
    return {{sums[0], sums[1], sums[2]}};
  else if constexpr (std::is_same_v<R, float>)
    return rounded_sum_as_float(sums);
  else
    return rounded_sum(sums);
}

/// Each part is what the rest of the sum rounds to.
sum_parts as_parts(exact_sum sum) {
  const exact_sum::state words = sum.normalized();
  const bool special = std::any_of(words.end() - 3, words.end(), [](auto n) { return n != 0; });
  sum_parts result{{sum.value(), 0, 0}};
  if (special) return result;
  for (double& part : result.parts) {
    part = sum.value();
    if (!(part <= largest_finite && part >= -largest_finite)) break;
    sum.add(-part);
  }
  if (sum.value() != 0) result.parts[1] = std::numeric_limits<double>::quiet_NaN();
  return result;
}

template <class R> R rounded(const exact_sum& sum) {
  if constexpr (std::is_same_v<R, sum_parts>)
    return as_parts(sum);
  else if constexpr (std::is_same_v<R, float>)
    return sum.value_as_float();
  else
    return sum.value();
}

/// Sums of adjacent values, one after another; the window of one is tried for the next. `readable`
/// values follow each other in memory.
template <class R> class line_sums {
public:
  R operator()(const double* values, index_t n, index_t readable) {
    if (n > binned_block) return singly(values, n);
    if (window_.bins == 0) window_ = window_over(n > 0 && is_finite(*values) ? *values : 1.0, 2);
    for (int attempt = 0; attempt < 3 && window_.top <= highest_top; ++attempt) {
      const binned_result found = binned_sum({values, nullptr, n, readable}, window_);
      if (found.valid) return rounded<R>(found.sums);
      if (!is_finite(found.largest)) break;
      const bin_window wanted = window_over(found.largest, 3);
      if (wanted.top == window_.top && window_.bins == 3) break;
      window_ = wanted;
    }
    if (window_.top > highest_top) window_ = {};
    return singly(values, n);
  }

  /// Those of several lines, at once; false if one of them is not found that way.
  bool operator()(const panel<double>& lines, R* results) {
    constexpr int most_in_vain = 2;
    if (in_vain_ == most_in_vain || window_.bins == 0) return false;
    double sums[most_outputs][3];
    const binned_lines all{lines.data, lines.outputs, lines.count, lines.output_step};
    if (!binned_sums(all, window_, sums)) {
      ++in_vain_;
      return false;
    }
    for (index_t k = 0; k < lines.outputs; ++k) results[k] = rounded<R>(sums[k]);
    return true;
  }

private:
  static bool is_finite(double x) { return x <= largest_finite && x >= -largest_finite; }
  static R singly(const double* values, index_t n) {
    exact_sum sum;
    sum.add(values, n);
    return rounded<R>(sum);
  }

  bin_window window_;
  int in_vain_ = 0; // how often several lines were not found at once
};

/// Sums of outputs side by side in bins, as long as one window holds all values. Bins that are full
/// are added to those that were; what was summed is put into an exact_sum per output when the
/// window changes or even those have no room.
class column_sums {
public:
  void start(index_t columns) {
    columns_ = columns;
    total_.clear();
    has_kept_ = false;
    clear_bins();
  }

  template <class T> void add(const T* values, index_t rows, index_t step) {
    for (index_t r = 0; r < rows; r += rows_per_try) {
      const index_t n = rows - r < rows_per_try ? rows - r : rows_per_try;
      if (rows_ + n > most_binned_rows) empty_bins();
      if (!try_rows(values + r * step, n, step)) add_singly(values + r * step, n, step);
    }
  }

  /// Adds adjacent values to one sum.
  void add_line(index_t k, const double* values, index_t n) { total(k).add(values, n); }

  void finish() {
    if (has_kept_ || !total_.empty()) empty_bins();
    if (!total_.empty()) empty_kept();
  }
  /// Every `step`th one of the results.
  void round(sum_parts* results, index_t step) const {
    const binned_columns& from = has_kept_ ? kept_ : sums_;
    double start[3]{};
    if (!has_kept_) std::copy_n(anchors_, 3, start);
    const bool has_third = window_.bins == 3;
    for (index_t k = 0; k < columns_; ++k)
      results[k * step] = total_.empty()
                              ? sum_parts{{from.bins[0][k] - start[0], from.bins[1][k] - start[1],
                                           has_third ? from.bins[2][k] - start[2] : 0.0}}
                              : rounded<sum_parts>(total_[static_cast<std::size_t>(k)]);
  }
  /// `results` has room for `binned_columns::most`.
  template <class R> void round(R* results) const {
    constexpr double none[3]{};
    if constexpr (std::is_same_v<R, double>)
      if (total_.empty())
        return has_kept_ ? rounded_sums(kept_, none, columns_, results)
                         : rounded_sums(sums_, anchors_, columns_, results);
    for (index_t k = 0; k < columns_; ++k) results[k] = value<R>(k);
  }

private:
  static constexpr index_t rows_per_try = 128;

  [[nodiscard]] double bin(int b, index_t k) const { return sums_.bins[b][k] - anchors_[b]; }
  template <class R> R value(index_t k) const {
    if (!total_.empty()) return rounded<R>(total_[static_cast<std::size_t>(k)]);
    double sums[3]{};
    for (int b = 0; b < window_.bins; ++b) sums[b] = has_kept_ ? kept_.bins[b][k] : bin(b, k);
    return rounded<R>(sums);
  }

  void clear_bins() {
    rows_ = 0;
    for (int b = 0; b < 3; ++b)
      for (index_t k = 0; k < columns_; ++k) sums_.bins[b][k] = anchors_[b];
  }

  exact_sum& total(index_t k) {
    if (total_.empty()) total_.resize(static_cast<std::size_t>(columns_));
    return total_[static_cast<std::size_t>(k)];
  }

  void empty_bins() {
    if (rows_ > 0) {
      if (has_kept_ && !have_room()) empty_kept();
      for (int b = 0; b < window_.bins; ++b)
        for (index_t k = 0; k < columns_; ++k)
          kept_.bins[b][k] = has_kept_ ? kept_.bins[b][k] + bin(b, k) : bin(b, k);
      has_kept_ = true;
    }
    clear_bins();
  }

  /// Both are multiples of the bins' units: adding them up is exact as long as the result is small.
  [[nodiscard]] bool have_room() const {
    bool have = true;
    for (int b = 0; b < window_.bins; ++b) {
      const double limit = static_cast<double>(most_units) * unit_of(window_, b);
      for (index_t k = 0; k < columns_; ++k) have &= std::abs(kept_.bins[b][k] + bin(b, k)) < limit;
    }
    return have;
  }

  void empty_kept() {
    for (index_t k = 0; has_kept_ && k < columns_; ++k) {
      double sums[3]{};
      for (int b = 0; b < window_.bins; ++b) sums[b] = kept_.bins[b][k];
      total(k).add(sums, 3);
    }
    has_kept_ = false;
  }

  /// Adds rows in bins, if need be after changing the window.
  template <class T> bool try_rows(const T* values, index_t n, index_t step) {
    if (window_.bins == 0) change_window({0, 2});
    for (int attempt = 0; attempt < 3; ++attempt) {
      if (rows_ > 0) copy_bins(sums_, before_);
      const binned_result found = add_rows(sums_, values, n, columns_, step, window_);
      if (found.valid) {
        rows_ += n;
        return true;
      }
      if (rows_ > 0)
        copy_bins(before_, sums_);
      else
        clear_bins();
      if (!(found.largest <= largest_finite)) return false;
      const bin_window wanted = window_over(found.largest, 3);
      if (wanted.top > highest_top || (wanted.top == window_.top && window_.bins == 3))
        return false;
      change_window(wanted);
    }
    return false;
  }

  void copy_bins(const binned_columns& from, binned_columns& to) const {
    for (int b = 0; b < window_.bins; ++b) std::copy_n(from.bins[b], columns_, to.bins[b]);
  }

  void change_window(const bin_window& wanted) {
    if (rows_ > 0) empty_bins();
    empty_kept();
    window_ = wanted;
    for (int b = 0; b < 3; ++b) anchors_[b] = b < wanted.bins ? anchor_of(wanted, b) : 0.0;
    clear_bins();
  }

  template <class T> void add_singly(const T* values, index_t n, index_t step) {
    for (index_t k = 0; k < columns_; ++k) {
      double column[rows_per_try];
      for (index_t r = 0; r < n; ++r) column[r] = static_cast<double>(values[r * step + k]);
      total(k).add(column, n);
    }
  }

  index_t columns_ = 0;
  bin_window window_;
  double anchors_[3]{};
  index_t rows_ = 0; // that are in the bins
  binned_columns sums_;
  binned_columns before_; // the rows that are tried
  binned_columns kept_;   // of rows before these, if any, less the anchors
  bool has_kept_ = false;
  checked_vector<exact_sum> total_;
};

template <class T, class R> class exact_consumer {
public:
  explicit exact_consumer(R* results) : results_(results) {}

  void start(index_t outputs) {
    outputs_ = outputs;
    finished_ = false;
    columns_.start(outputs);
  }

  void take(const panel<T>& part) {
    if (part.adjacent_outputs()) return columns_.add(part.data, part.count, part.step);
    finished_ = part.whole && part.count <= one_block;
    index_t k = 0;
    if constexpr (std::is_same_v<T, double>) {
      // The first one finds the window.
      if (finished_ && part.outputs > 1) take_line(part, k++);
      panel<T> others = part;
      others.data += k * part.output_step;
      others.outputs -= k;
      if (finished_ && others.outputs > 0 && lines_(others, values_ + k)) return;
    }
    for (; k < part.outputs; ++k) take_line(part, k);
  }

  void finish(index_t first, index_t step) {
    if (!finished_) {
      columns_.finish();
      if constexpr (std::is_same_v<R, sum_parts>)
        return columns_.round(results_ + first, step);
      else
        columns_.round(values_);
    }
    for (index_t k = 0; k < outputs_; ++k) results_[first + k * step] = values_[k];
  }

private:
  static constexpr index_t one_block = 4096; // of a line, which may be converted on the stack
  static_assert(one_block <= binned_block);

  void take_line(const panel<T>& part, index_t k) {
    const T* const values = part.data + k * part.output_step;
    const index_t count = part.count;
    if constexpr (std::is_same_v<T, double>) {
      const bool goes_on = part.output_step >= count;
      const index_t lines_left = goes_on ? part.outputs - 1 - k : 0;
      take_doubles(values, count, count + lines_left * part.output_step, k);
    } else {
      double converted[one_block];
      for (index_t first = 0; first < count; first += one_block) {
        const index_t n = count - first < one_block ? count - first : one_block;
        for (index_t i = 0; i < n; ++i) converted[i] = static_cast<double>(values[first + i]);
        take_doubles(converted, n, n, k);
      }
    }
  }
  void take_doubles(const double* values, index_t n, index_t readable, index_t k) {
    if (finished_)
      values_[k] = lines_(values, n, readable);
    else
      columns_.add_line(k, values, n);
  }

  R* results_;
  index_t outputs_ = 0;
  bool finished_ = false; // each line was whole, and its sum is known
  R values_[binned_columns::most];
  line_sums<R> lines_;
  column_sums columns_;
};

template <class T, class R> class integer_consumer {
public:
  explicit integer_consumer(R* results) : results_(results) {}

  void start(index_t outputs) {
    outputs_ = outputs;
    for (index_t k = 0; k < outputs; ++k) sums_[k] = 0;
  }
  void take(const panel<T>& part) {
    if (part.adjacent_outputs()) {
      for (index_t r = 0; r < part.count; ++r)
        for (index_t k = 0; k < part.outputs; ++k)
          sums_[k] += static_cast<std::uint64_t>(part.data[r * part.step + k]);
      return;
    }
    for (index_t k = 0; k < part.outputs; ++k) {
      const T* const line = part.data + k * part.output_step;
      std::uint64_t sum = 0;
      for (index_t i = 0; i < part.count; ++i) sum += static_cast<std::uint64_t>(line[i]);
      sums_[k] += sum;
    }
  }
  void finish(index_t first, index_t step) {
    for (index_t k = 0; k < outputs_; ++k) results_[first + k * step] = static_cast<R>(sums_[k]);
  }

private:
  R* results_;
  index_t outputs_ = 0;
  std::uint64_t sums_[most_outputs];
};

/// Integers in sums of 128 bits: of words, the words and their upper halves are added up apart.
template <class T> class total_consumer {
  static constexpr bool is_word = sizeof(T) == sizeof(std::uint64_t);
  static constexpr std::uint64_t sign =
      is_word && std::is_signed_v<T> ? std::uint64_t{1} << 63U : 0;
  static constexpr unsigned half_bits = 32;
  static constexpr index_t most_rows = index_t{1} << 30; // of which no sum of halves overflows

public:
  explicit total_consumer(integer_total* results) : results_(results) {}

  void start(index_t outputs) {
    outputs_ = outputs;
    for (index_t k = 0; k < outputs; ++k) totals_[k] = {};
    clear();
  }
  void take(const panel<T>& part) {
    if (part.adjacent_outputs()) return take_columns(part);
    for (index_t k = 0; k < part.outputs; ++k)
      totals_[k].add(total_of_adjacent(part.data + k * part.output_step, part.count));
  }
  void finish(index_t first, index_t step) {
    if (rows_ > 0) empty();
    for (index_t k = 0; k < outputs_; ++k) results_[first + k * step] = totals_[k];
  }

private:
  void take_columns(const panel<T>& part) {
    if (rows_ + part.count > most_rows) empty();
    rows_ += part.count;
    index_t r = 0;
    for (; r + 4 <= part.count; r += 4) add_rows<4>(part.data + r * part.step, part.step);
    for (; r < part.count; ++r) add_rows<1>(part.data + r * part.step, part.step);
  }

  template <index_t Rows> void add_rows(const T* values, index_t step) {
    for (index_t k = 0; k < outputs_; ++k) {
      std::uint64_t whole = whole_[k];
      std::uint64_t upper = upper_[k];
      for (index_t r = 0; r < Rows; ++r) {
        // A char is a number here.
        const auto x =
            static_cast<std::uint64_t>(values[r * step + k]); // NOLINT(bugprone-signed-char-misuse)
        whole += x;
        if constexpr (is_word) upper += (x ^ sign) >> half_bits;
      }
      whole_[k] = whole;
      if constexpr (is_word) upper_[k] = upper;
    }
  }

  void clear() {
    rows_ = 0;
    for (index_t k = 0; k < outputs_; ++k) whole_[k] = upper_[k] = 0;
  }

  void empty() {
    for (index_t k = 0; k < outputs_; ++k) totals_[k].add(sum_of_column(k));
    clear();
  }

  [[nodiscard]] integer_total sum_of_column(index_t k) const {
    const std::uint64_t whole = whole_[k];
    if constexpr (is_word) return total_of_halves<T>(whole, upper_[k], rows_);
    // Smaller numbers have not overflown 64 bits.
    return {whole, std::is_signed_v<T> && static_cast<std::int64_t>(whole) < 0 ? -1 : 0};
  }

  integer_total* results_;
  index_t outputs_ = 0;
  index_t rows_ = 0; // in the sums below
  std::uint64_t whole_[most_outputs];
  std::uint64_t upper_[most_outputs];
  integer_total totals_[most_outputs];
};

template <class T, class R> auto consumer_of(R* results) {
  if constexpr (std::is_same_v<R, integer_total>)
    return total_consumer<T>(results);
  else if constexpr (std::is_integral_v<T>)
    return integer_consumer<T, R>(results);
  else
    return exact_consumer<T, R>(results);
}

} // namespace

template <class T, class R> void sum_panels(panel_source& source, R* results) {
  // Rows of memory are best read in long pieces.
  constexpr index_t most = std::is_integral_v<T> ? most_outputs : binned_columns::most;
  for_parts_of_outputs(source, [results](panel_source& part, index_t first) {
    auto consumer = consumer_of<T>(results + first);
    panel_loop(part, most_outputs, most).template run<T>(consumer);
  });
}

#define TESSERA_INSTANTIATE(T)                                                                     \
  template void sum_panels<T>(panel_source&, integer_total*);                                      \
  template void sum_panels<T>(                                                                     \
      panel_source&, std::conditional_t<std::is_unsigned_v<T>, std::uint64_t, std::int64_t>*);
TESSERA_FOR_ALL_INTEGERS(TESSERA_INSTANTIATE)
#undef TESSERA_INSTANTIATE
template void sum_panels<double>(panel_source&, double*);
template void sum_panels<float>(panel_source&, float*);
template void sum_panels<float>(panel_source&, double*);
template void sum_panels<double>(panel_source&, sum_parts*);
template void sum_panels<float>(panel_source&, sum_parts*);

} // namespace tessera::detail
