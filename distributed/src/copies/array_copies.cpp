#include "expressions/alignment.hpp"
#include "expressions/call_text.hpp"

#include <tessera/core/shapes/repeat.hpp>
#include <tessera/distributed/copies/array_copies.hpp>
#include <tessera/distributed/process_grid.hpp>

#include <fmt/core.h>

#include <algorithm>

namespace tessera::detail {

axis_segments moved_axis(index_t n, index_t to) { return {{to, 1, 0, 1, n}}; }

axis_segments rolled_axis(index_t n, index_t shift) {
  const index_t s = shift_within(shift, n);
  return {{s, 1, 0, 1, n - s}, {0, 1, n - s, 1, s}};
}

axis_segments picked_axis(const index_t* places, index_t n) {
  axis_segments result;
  for (index_t i = 0; i < n; ++i) {
    if (i > 0 && places[i] == places[i - 1] + 1)
      ++result.back().count;
    else
      result.push_back({i, 1, places[i], 1, 1});
  }
  return result;
}

axis_segments repeated_axis(index_t n, index_t count) {
  axis_segments result;
  if (count > n) { // fewer segments: one for each element
    for (index_t i = 0; i < n; ++i) result.push_back({i * count, 1, i, 0, count});
  } else {
    for (index_t k = 0; k < count; ++k) result.push_back({k, count, 0, 1, n});
  }
  return result;
}

axis_segments repeated_axis(const index_t* counts, index_t n) {
  axis_segments result;
  index_t filled = 0;
  for (index_t i = 0; i < n; ++i) {
    result.push_back({filled, 1, i, 0, counts[i]});
    filled += counts[i];
  }
  return result;
}

axis_segments tiled_axis(index_t n, index_t count) {
  if (n == 1) return {{0, 1, 0, 0, count}};
  axis_segments result;
  for (index_t k = 0; k < count; ++k) result.push_back({k * n, 1, 0, 1, n});
  return result;
}

namespace {

/// Adds one element; to the last segment where it continues that.
void append(axis_segments& all, index_t to, index_t from) {
  if (!all.empty()) {
    axis_segment& last = all.back();
    const index_t step = from - last.from - last.from_step * (last.count - 1);
    const bool follows = to == last.to + last.count;
    if (follows && last.count == 1) last.from_step = step;
    if (follows && step == last.from_step) {
      ++last.count;
      return;
    }
  }
  all.push_back({to, 1, from, 0, 1});
}

} // namespace

axis_segments padded_axis(index_t n, pad_width width, pad_mode mode) {
  axis_segments result;
  if (mode != pad_mode::constant)
    for (index_t i = 0; i < width.before; ++i)
      append(result, i, padding_source(i - width.before, n, mode));
  result.push_back({width.before, 1, 0, 1, n});
  if (mode != pad_mode::constant)
    for (index_t i = 0; i < width.after; ++i)
      append(result, width.before + n + i, padding_source(n + i, n, mode));
  return result;
}

namespace {

/// A part of a view: its elements first, first + step, ... along each axis.
struct view_part {
  explicit view_part(const view_ref& view)
      : ref(view), shape(view.ndim), walks(view.walks, view.walks + view.ndim) {
    ref.shape = shape.data();
    ref.walks = walks.data();
  }
  void take(std::size_t m, const axis_walk& whole, index_t first, index_t step, index_t count) {
    shape[m] = count;
    if (whole.axis < 0) return;
    walks[m].first = whole.first + first * whole.step;
    walks[m].step = step * whole.step;
  }

  view_ref ref;
  std::vector<index_t> shape;
  std::vector<axis_walk> walks;
};

} // namespace

transfer_plan& array_copies::plan_from(const global_block* block) {
  for (source& s : sources_)
    if (s.block == block) return s.plan;
  sources_.push_back({block, transfer_plan(to_.block->comm(), to_.itemsize)});
  return sources_.back().plan;
}

void array_copies::add(const view_ref& from, const std::vector<axis_segments>& axes) {
  given_.add(fingerprint_of(from).value());
  for (const axis_segments& segments : axes)
    for (const axis_segment& s : segments)
      given_.add(s.to).add(s.to_step).add(s.from).add(s.from_step).add(s.count);
  transfer_plan& plan = plan_from(from.block);
  view_part target(to_);
  view_part origin(from);
  std::vector<std::size_t> choice(to_.ndim, 0);
  for (const axis_segments& segments : axes)
    if (segments.empty()) return;
  while (true) {
    for (std::size_t m = 0; m < to_.ndim; ++m) {
      const axis_segment& s = axes[m][choice[m]];
      target.take(m, to_.walks[m], s.to, s.to_step, s.count);
      origin.take(m, from.walks[m], s.from, s.from_step, s.count);
    }
    add_copy(plan, to_.block->comm().rank(), placed_view_of(target.ref),
             placed_view_of(origin.ref));
    std::size_t m = to_.ndim;
    while (m > 0 && ++choice[m - 1] == axes[m - 1].size()) choice[--m] = 0;
    if (m == 0) return;
  }
}

void array_copies::run() {
  const communicator& comm = to_.block->comm();
  agree_if_checked(comm, "copies of parts of global arrays", [&] {
    return fmt::format("to {}, places of fingerprint {}", call_text(to_), given_.value());
  });
  std::vector<transfer> started;
  for (const source& s : sources_)
    started.push_back(s.plan.start(s.block->data(), to_.block->data()));
  for (transfer& each : started) each.finish();
  to_.block->mark_written();
}

grid_request result_dims(const view_ref& like, std::size_t ndim, const index_t* shape, int* dims) {
  const int ranks = like.block->grid_ranks();
  int product = 1;
  for (std::size_t m = 0; m < ndim; ++m) {
    const int axis = m < like.ndim ? like.walks[m].axis : axis_walk::none;
    dims[m] = axis < 0 ? 1 : like.block->axes()[static_cast<std::size_t>(axis)].parts();
    product *= dims[m];
  }
  if (like.ndim == ndim && product == ranks)
    return is_whole(like) ? like.block->request() : grid_request{};
  std::fill(dims, dims + ndim, 0);
  grid_request request = request_of(ndim, dims, shape);
  choose_grid(ranks, ndim, dims, shape);
  return request;
}

} // namespace tessera::detail
