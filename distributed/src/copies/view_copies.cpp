#include "expressions/alignment.hpp"
#include "expressions/call_text.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/memory.hpp>
#include <tessera/distributed/agree.hpp>
#include <tessera/distributed/copies/view_copies.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace tessera::detail {

bool must_travel(const view_ref& to, const view_ref& from) {
  if (to.ndim != from.ndim || !std::equal(to.shape, to.shape + to.ndim, from.shape)) return false;
  bool reads_halo = false;
  return !to.block->comm().same_ranks(from.block->comm()) || !are_asked_alike(to, from) ||
         !is_aligned(to, from, reads_halo) || reads_halo;
}

namespace {

void check_comparable(const view_ref& to, const view_ref& from) {
  if (!std::equal(to.shape, to.shape + to.ndim, from.shape, from.shape + from.ndim))
    throw shape_error(fmt::format("cannot copy shape {} to shape {}",
                                  tuple_text(from.shape, from.ndim),
                                  tuple_text(to.shape, to.ndim)));
  if (!to.block->comm().same_ranks(from.block->comm()))
    throw argument_error(fmt::format("cannot copy between arrays over different ranks, or ranks in "
                                     "another order: {}, and {}; copy_between does",
                                     text_of(from), text_of(to)));
}

/// Places on an axis of the array, from the first one of a view to its last.
interval hull_along(const view_ref& view, std::size_t axis) {
  const int m = walk_along(view, axis);
  if (m < 0) return {view.fixed[axis], view.fixed[axis] + 1};
  const axis_walk& walk = view.walks[m];
  const index_t last = walk.first + (view.shape[m] - 1) * walk.step;
  return {std::min(walk.first, last), std::max(walk.first, last) + 1};
}

} // namespace

bool may_overlap(const view_ref& a, const view_ref& b) {
  if (a.block != b.block) return false;
  for (std::size_t d = 0; d < a.block->axes().size(); ++d) {
    const interval x = hull_along(a, d);
    const interval y = hull_along(b, d);
    if (x.upper <= y.lower || y.upper <= x.lower) return false;
  }
  return true;
}

void copy_between(const view_ref& to, const view_ref& from, index_t max_bytes) {
  check_comparable(to, from);
  const communicator& comm = to.block->comm();
  agree_if_checked(comm, "a copy between global arrays", [&] {
    return fmt::format("{} to {}{}", call_text(from), call_text(to),
                       max_bytes != 0 ? fmt::format(" through {} bytes", max_bytes) : "");
  });
  transfer_plan plan = plan_between(to, from);
  if (max_bytes != 0) plan.limit_memory(max_bytes);
  if (may_overlap(to, from)) {
    // What arrives must not replace what has not been sent.
    const auto bytes = static_cast<std::size_t>(from.block->bytes());
    const buffer copy = collectively(comm, [&] { return buffer(bytes); });
    if (bytes > 0) std::memcpy(copy.data(), from.block->data(), bytes);
    plan.start(copy.data(), to.block->data()).finish();
  } else {
    plan.start(from.block->data(), to.block->data()).finish();
  }
  to.block->mark_written();
}

transfer_plan plan_between(const view_ref& to, const view_ref& from) {
  check_comparable(to, from);
  return plan_copy(to.block->comm(), placed_view_of(to), placed_view_of(from), to.itemsize);
}

} // namespace tessera::detail
