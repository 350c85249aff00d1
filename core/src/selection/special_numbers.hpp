// What an order of floating-point numbers does not tell apart, kept in its order of appearance.
#pragma once

#include <tessera/core/shape.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

namespace tessera::detail {

/// NaN, and the signs of zeros where there are both.
template <class T> class special_numbers {
public:
  /// Moves NaN behind all others, whose order stays, and notes the zeros' signs.
  special_numbers(T* values, index_t n) : others_(n) {
    bool has_nan = false;
    bool has_negative_zero = false;
    for (index_t i = 0; i < n; ++i) {
      has_nan |= values[i] != values[i];
      has_negative_zero |= values[i] == T{} && std::signbit(values[i]);
    }
    if (has_nan)
      others_ = std::stable_partition(values, values + n, [](T x) { return x == x; }) - values;
    if (has_negative_zero) note_zeros(values);
  }
  /// How many are not NaN.
  [[nodiscard]] index_t others() const { return others_; }

  /// Gives zeros among the others, which were sorted since, the signs that they had.
  void put_back(T* values) const {
    if (zeros_.empty()) return;
    T* zero = std::lower_bound(values, values + others_, T{});
    for (const bool is_negative : zeros_) *zero++ = is_negative ? -T{} : T{};
  }

private:
  void note_zeros(const T* values) {
    for (index_t i = 0; i < others_; ++i)
      if (values[i] == T{}) zeros_.push_back(std::signbit(values[i]));
  }

  index_t others_;
  std::vector<bool> zeros_; // is it negative? in their order
};

} // namespace tessera::detail
