#include <tessera/core/error.hpp>
#include <tessera/distributed/arrays/global_view.hpp>

#include <algorithm>

namespace tessera::detail {

void copy_fixed(const index_t* from, index_t* to) { std::copy(from, from + max_ndim, to); }

void global_selection::push(index_t n, const axis_walk& walk) {
  part_shape[filled] = n;
  part_walks[filled++] = walk;
}

void global_selection::take(index_t i) {
  const axis_walk& walk = walks[axis];
  const index_t at = walk.first + checked_index(i, axis, shape, ndim) * walk.step;
  if (walk.axis >= 0) fixed[walk.axis] = at;
  ++axis;
}

void global_selection::take(const slice& s) {
  const slice::selection selected = s.of(shape[axis]);
  const axis_walk& walk = walks[axis];
  const index_t first = selected.count > 0 ? walk.first + selected.start * walk.step : walk.first;
  // A step beyond the axis may be too large to count with.
  const index_t step = selected.count > 1 ? selected.step : 1;
  push(selected.count, {first, step * walk.step, walk.axis});
  ++axis;
}

void global_selection::take(all_t) {
  push(shape[axis], walks[axis]);
  ++axis;
}

void global_selection::take(newaxis_t) { push(1, {}); }

void global_selection::take_rest() {
  while (axis < ndim) take(all);
}

void check_assignment(const view_ref& to, const index_t* shape, std::size_t ndim) {
  bool fits = ndim <= to.ndim;
  for (std::size_t d = 0; fits && d < ndim; ++d)
    fits = shape[d] == 1 || shape[d] == to.shape[d + to.ndim - ndim];
  if (!fits) throw_broadcast(shape, ndim, to.shape, to.ndim);
}

} // namespace tessera::detail
