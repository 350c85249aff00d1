#include <tessera/core/error.hpp>
#include <tessera/core/loops/loop_nest.hpp>
#include <tessera/core/shapes/axes.hpp>

#include <fmt/core.h>

namespace tessera::detail {

namespace {

/// The axes that are not marked, in order, from order[filled] on.
void append_unmarked(const bool* marked, std::size_t ndim, std::size_t filled, std::size_t* order) {
  for (std::size_t d = 0; d < ndim; ++d)
    if (!marked[d]) order[filled++] = d;
}

} // namespace

void order_of(const index_t* axes, std::size_t count, std::size_t ndim, std::size_t* order) {
  bool found[max_ndim];
  mark_axes(axes, count, ndim, found);
  for (std::size_t d = 0; d < count; ++d) order[d] = checked_axis(axes[d], ndim);
}

void swapped_order(index_t a, index_t b, std::size_t ndim, std::size_t* order) {
  for (std::size_t d = 0; d < ndim; ++d) order[d] = d;
  const std::size_t first = checked_axis(a, ndim);
  const std::size_t second = checked_axis(b, ndim);
  order[first] = second;
  order[second] = first;
}

void moved_order(const index_t* from, const index_t* to, std::size_t count, std::size_t ndim,
                 std::size_t* order) {
  bool moved[max_ndim];
  bool taken[max_ndim];
  mark_axes(from, count, ndim, moved);
  mark_axes(to, count, ndim, taken);
  for (std::size_t k = 0; k < count; ++k)
    order[checked_axis(to[k], ndim)] = checked_axis(from[k], ndim);
  std::size_t next = 0;
  for (std::size_t d = 0; d < ndim; ++d) {
    if (taken[d]) continue;
    while (moved[next]) ++next;
    order[d] = next++;
  }
}

void order_of_squeezed(const index_t* axes, std::size_t count, const index_t* shape,
                       std::size_t ndim, std::size_t* order) {
  bool removed[max_ndim];
  mark_axes(axes, count, ndim, removed);
  for (std::size_t d = 0; d < ndim; ++d)
    if (removed[d] && shape[d] != 1)
      throw shape_error(
          fmt::format("axis {} of shape {} has not one element; squeeze cannot remove it", d,
                      tuple_text(shape, ndim)));
  append_unmarked(removed, ndim, 0, order);
}

void order_of_long_axes(const index_t* shape, std::size_t ndim, std::size_t left,
                        std::size_t* order) {
  bool removed[max_ndim];
  std::size_t count = ndim;
  for (std::size_t d = 0; d < ndim; ++d) {
    removed[d] = count > left && shape[d] == 1;
    count -= removed[d];
  }
  if (count != left)
    throw shape_error(fmt::format("shape {} has too few axes of one element to leave {}",
                                  tuple_text(shape, ndim), left));
  append_unmarked(removed, ndim, 0, order);
}

void expand(const index_t* axes, std::size_t count, layout from, std::size_t ndim, layout to) {
  bool added[max_ndim];
  mark_axes(axes, count, ndim + count, added);
  std::size_t next = 0;
  for (std::size_t d = 0; d < ndim + count; ++d) {
    to.shape[d] = added[d] ? 1 : from.shape[next];
    to.strides[d] = added[d] ? 0 : from.strides[next];
    next += !added[d];
  }
}

index_t take_diagonal(index_t offset, layout from, std::size_t ndim, layout to) {
  for (std::size_t d = 2; d < ndim; ++d) {
    to.shape[d - 2] = from.shape[d];
    to.strides[d - 2] = from.strides[d];
  }
  const index_t rows = from.shape[0] + (offset < 0 ? offset : 0);
  const index_t columns = from.shape[1] - (offset > 0 ? offset : 0);
  const index_t least = rows < columns ? rows : columns;
  to.shape[ndim - 2] = least > 0 ? least : 0;
  to.strides[ndim - 2] = from.strides[0] + from.strides[1];
  if (least <= 0) return 0;
  return offset < 0 ? -offset * from.strides[0] : offset * from.strides[1];
}

} // namespace tessera::detail
