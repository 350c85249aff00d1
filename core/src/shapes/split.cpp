#include <tessera/core/error.hpp>
#include <tessera/core/shapes/split.hpp>
#include <tessera/core/views/slice.hpp>

#include <fmt/core.h>

namespace tessera::detail {

ndarray<index_t, 2> bounds_of_parts(index_t n, index_t parts, bool equal) {
  if (parts < 1) throw argument_error(fmt::format("an axis cannot be split into {} parts", parts));
  if (equal && n % parts != 0)
    throw argument_error(fmt::format("an axis of {} elements cannot be split into {} equal parts; "
                                     "array_split makes unequal ones",
                                     n, parts));
  ndarray<index_t, 2> bounds(shape_t<2>{parts, 2});
  index_t start = 0;
  for (index_t i = 0; i < parts; ++i) {
    bounds(i, 0) = start;
    bounds(i, 1) = n / parts + (i < n % parts);
    start += bounds(i, 1);
  }
  return bounds;
}

ndarray<index_t, 2> bounds_at(index_t n, const index_t* points, index_t count) {
  ndarray<index_t, 2> bounds(shape_t<2>{count + 1, 2});
  for (index_t i = 0; i <= count; ++i) {
    const slice::bound stop = i < count ? slice::bound(points[i]) : slice::bound(none);
    const slice::selection part = slice(i > 0 ? points[i - 1] : 0, stop).of(n);
    bounds(i, 0) = part.start;
    bounds(i, 1) = part.count;
  }
  return bounds;
}

} // namespace tessera::detail
