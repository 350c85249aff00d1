/// @file
/// An exact sum of terms that come a row at a time.
#pragma once

#include <tessera/core/exact_sum.hpp>

namespace tessera::detail {

/// What is treated at once where there are sums: a few such stretches lie in the first-level cache.
inline constexpr index_t longest_stretch = 1024;

/// A sum of numbers of rows, which are added many at a time: an exact sum takes some time to begin
/// with, as long as some hundred numbers.
class sum_of_terms {
public:
  /// Where the terms of a row of at most a stretch go.
  [[nodiscard]] double* next(index_t n) {
    if (count_ + n > room) flush();
    double* const terms = terms_ + count_;
    count_ += n;
    return terms;
  }
  template <class T> void add_products(const T* a, const T* b, index_t n) {
    double* const products = next(n);
#pragma omp simd
    for (index_t i = 0; i < n; ++i)
      products[i] = static_cast<double>(a[i]) * static_cast<double>(b[i]);
  }
  [[nodiscard]] const exact_sum& total() {
    flush();
    return sum_;
  }
  void merge(sum_of_terms& other) { sum_.merge(other.total()); }

private:
  static constexpr index_t room = 2 * longest_stretch;
  void flush() {
    sum_.add(terms_, count_);
    count_ = 0;
  }

  exact_sum sum_;
  index_t count_ = 0;
  double terms_[room];
};

} // namespace tessera::detail
