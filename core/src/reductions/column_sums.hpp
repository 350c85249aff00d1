// Exact sums of columns, side by side.
#pragma once

#include "reductions/line_sums.hpp"

#include <tessera/core/memory/checked_vector.hpp>

#include <cmath>

namespace tessera::detail {

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
      for (int b = 0; b < 3; ++b) // a third one that there is not is zero
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

} // namespace tessera::detail
