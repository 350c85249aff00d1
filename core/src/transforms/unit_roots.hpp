// Points on the unit circle, to more digits than a double has.
#pragma once

#include <tessera/core/shape.hpp>

#include <vector>

namespace tessera::detail {

/// The numbers e^(2 pi i k / n) of one n. Products of two small tables in long double: rounded to
/// double, they are off by half a unit in the last place, and by a little more than that once in
/// some thousands.
class unit_roots {
public:
  struct point {
    long double cosine;
    long double sine;
  };

  explicit unit_roots(index_t n);
  /// 0 <= k < n
  [[nodiscard]] point operator()(index_t k) const;

private:
  [[nodiscard]] point in_first_octant(index_t fourths) const;

  index_t n_;
  unsigned low_bits_ = 0;
  std::vector<point> low_;
  std::vector<point> high_;
};

} // namespace tessera::detail
