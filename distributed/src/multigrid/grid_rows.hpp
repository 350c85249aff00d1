// Rows of one grid as sums of rows of another.
#pragma once

#include <tessera/distributed/multigrid/grid_transfer.hpp>

#include <algorithm>
#include <vector>

namespace tessera::detail {

/// Calls f with the subscripts of all rows.
template <class F> void for_grid_rows(const index_t* shape, std::size_t ndim, F&& f) {
  if (std::any_of(shape, shape + ndim, [](index_t n) { return n == 0; })) return;
  std::vector<index_t> at(ndim);
  while (true) {
    f(at);
    std::size_t d = ndim - 1;
    while (d > 0 && ++at[d - 1] == shape[d - 1]) at[--d] = 0;
    if (d == 0) return;
  }
}

/// to += weight * from.
template <class T> void add_weighted_row(T* to, const T* from, T weight, index_t n) {
#pragma omp simd
  for (index_t i = 0; i < n; ++i) to[i] += weight * from[i];
}

/// A row of one grid, summed up from rows of the other that lie around it.
template <class T> class summed_row {
public:
  summed_row(const grid_part<const T>& from, std::size_t ndim, index_t first, index_t last)
      : from_(from), ndim_(ndim), first_(first), row_(static_cast<std::size_t>(last - first)) {}

  /// `weights(d, k)` is what the k-th of `counts[d]` rows from `firsts[d]` on along axis d weighs.
  template <class Weights>
  void sum(const std::vector<index_t>& firsts, const std::vector<index_t>& counts,
           const Weights& weights) {
    std::fill(row_.begin(), row_.end(), T{});
    for_rows_around(0, from_.data + first_, 1.0, firsts, counts, weights);
  }
  /// Element i of the row.
  [[nodiscard]] const T* at(index_t i) const { return row_.data() + (i - first_); }

private:
  template <class Weights>
  void for_rows_around(std::size_t d, const T* row, double weight,
                       const std::vector<index_t>& firsts, const std::vector<index_t>& counts,
                       const Weights& weights) {
    if (d + 1 == ndim_)
      return add_weighted_row(row_.data(), row, static_cast<T>(weight),
                              static_cast<index_t>(row_.size()));
    for (index_t k = 0; k < counts[d]; ++k) {
      const double share = weights(d, k);
      if (share != 0.0)
        for_rows_around(d + 1, row + (firsts[d] + k) * from_.strides[d], weight * share, firsts,
                        counts, weights);
    }
  }

  grid_part<const T> from_;
  std::size_t ndim_;
  index_t first_;
  std::vector<T> row_;
};

template <class T> T* row_at(const grid_part<T>& part, const std::vector<index_t>& at) {
  T* row = part.data;
  for (std::size_t d = 0; d + 1 < at.size(); ++d) row += at[d] * part.strides[d];
  return row;
}

/// Weights of the last axis, as rows of numbers.
template <class T> struct last_axis_up {
  std::vector<index_t> first;
  std::vector<T> lower;
  std::vector<T> upper;

  explicit last_axis_up(const axis_transfer& axis) {
    for (const axis_transfer::between& place : axis.up()) {
      first.push_back(place.first);
      lower.push_back(static_cast<T>(1.0 - place.weight));
      upper.push_back(static_cast<T>(place.weight));
    }
  }
  void add(T* to, const T* coarse) const {
    const auto n = static_cast<index_t>(first.size());
    const index_t* const at = first.data();
    const T* const l = lower.data();
    const T* const u = upper.data();
#pragma omp simd
    for (index_t i = 0; i < n; ++i) to[i] += l[i] * coarse[at[i]] + u[i] * coarse[at[i] + 1];
  }
};

} // namespace tessera::detail
