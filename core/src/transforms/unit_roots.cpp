#include "transforms/unit_roots.hpp"

#include <cmath>

namespace tessera::detail {

unit_roots::unit_roots(index_t n) : n_(n) {
  // Angles are counted in parts of a 4n-th of a turn; the first octant ends with part n / 2.
  const index_t last = n / 2;
  while ((index_t{1} << (2 * low_bits_)) < last + 1) ++low_bits_;
  const index_t low = index_t{1} << low_bits_;
  const long double part = 1.57079632679489661923132169163975144L / static_cast<long double>(n);
  const auto at = [part](index_t k) {
    const long double angle = part * static_cast<long double>(k);
    return point{std::cos(angle), std::sin(angle)};
  };
  for (index_t k = 0; k < low; ++k) low_.push_back(at(k));
  for (index_t k = 0; k <= last; k += low) high_.push_back(at(k));
}

unit_roots::point unit_roots::in_first_octant(index_t fourths) const {
  const point a = high_[static_cast<std::size_t>(fourths >> low_bits_)];
  const point b = low_[static_cast<std::size_t>(fourths & ((index_t{1} << low_bits_) - 1))];
  return {a.cosine * b.cosine - a.sine * b.sine, a.sine * b.cosine + a.cosine * b.sine};
}

unit_roots::point unit_roots::operator()(index_t k) const {
  const bool lower_half = 2 * k > n_;
  index_t fourths = 4 * (lower_half ? n_ - k : k); // 0 ... 2n: half a turn
  const bool left = fourths > n_;
  if (left) fourths = 2 * n_ - fourths; // 0 ... n: a quarter
  const bool steep = 2 * fourths > n_;
  point p = in_first_octant(steep ? n_ - fourths : fourths);
  if (steep) p = {p.sine, p.cosine};
  if (left) p.cosine = -p.cosine;
  if (lower_half) p.sine = -p.sine;
  return p;
}

} // namespace tessera::detail
