/// @file
/// The points of a line in a plot, thinned where there are more than can be seen.
#pragma once

#include <tessera/core/expressions/map.hpp>
#include <tessera/core/ndarray.hpp>
#include <tessera/distributed/communicator.hpp>

#include <vector>

namespace tessera::detail {

struct line_point {
  index_t index; // in the array
  double x;
  double y;
};

/// Has a value a place on an axis?
bool can_show(double value, bool logarithmic);

/// Points in the order of their indices. Of an array with many, stretches of equal length keep two
/// each, the lowest and the highest (of equal ones the first): a peak stays, however narrow. A
/// stretch without numbers keeps a gap.
class line_points {
public:
  /// @param count of the whole array. @param xlog, ylog are axes logarithmic, which cannot show
  /// numbers that are not above 0?
  line_points(index_t count, bool xlog, bool ylog);
  /// For the same array, without points.
  [[nodiscard]] line_points emptied() const {
    line_points other = *this;
    other.kept_.clear();
    return other;
  }

  /// Adds a point with a higher index than the one before.
  void add(const line_point& point);
  /// Ends the last stretch.
  void finish();

  [[nodiscard]] const std::vector<line_point>& kept() const { return kept_; }

private:
  bool xlog_;
  bool ylog_;
  index_t stretch_length_;
  index_t stretch_ = -1;
  bool has_numbers_ = false;
  line_point lowest_{};
  line_point highest_{};
  std::vector<line_point> kept_;
};

/// All ranks' points on rank 0, thinned again where stretches were cut by blocks; none elsewhere.
/// Collective.
std::vector<line_point> gather_points(const communicator& comm, const line_points& mine);

/// Adds elements from the `first` on, few at a time; `x(start, end)` gives the abscissas of some.
template <class X, class T>
void add_block(line_points& points, index_t first, const X& x, const view<const T, 1>& y) {
  constexpr index_t at_once = index_t{1} << 14U;
  for (index_t start = 0; start < y.size(); start += at_once) {
    const index_t end = start + at_once < y.size() ? start + at_once : y.size();
    const ndarray<double, 1> ys = astype<double>(y(slice(start, end)));
    const ndarray<double, 1> xs = x(start, end);
    for (index_t i = 0; i < end - start; ++i) points.add({first + start + i, xs(i), ys(i)});
  }
}

/// The numbers of an array as abscissas.
template <class S> struct abscissas {
  view<const S, 1> x;
  ndarray<double, 1> operator()(index_t start, index_t end) const {
    return astype<double>(x(slice(start, end)));
  }
};
/// The subscripts of the elements, where no abscissas are given.
struct subscripts {
  index_t first;
  ndarray<double, 1> operator()(index_t start, index_t end) const;
};

} // namespace tessera::detail
