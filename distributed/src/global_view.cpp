#include "alignment.hpp"
#include "call_text.hpp"
#include "placed.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/leaves.hpp>
#include <tessera/core/memory.hpp>
#include <tessera/distributed/agree.hpp>
#include <tessera/distributed/collectives.hpp>
#include <tessera/distributed/global_view.hpp>

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

namespace tessera::detail {

void check_root(int root, int ranks) {
  if (root < 0 || root >= ranks)
    throw argument_error("there is no rank " + std::to_string(root) + " among " +
                         std::to_string(ranks));
}

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

void check_assignment(const operand_ref& to, const index_t* shape, std::size_t ndim) {
  bool fits = ndim <= to.ndim;
  for (std::size_t d = 0; fits && d < ndim; ++d)
    fits = shape[d] == 1 || shape[d] == to.shape[d + to.ndim - ndim];
  if (!fits) throw_broadcast(shape, ndim, to.shape, to.ndim);
}

bool must_travel(const operand_ref& to, const operand_ref& from) {
  if (to.ndim != from.ndim || !std::equal(to.shape, to.shape + to.ndim, from.shape)) return false;
  bool reads_halo = false;
  return !to.block->comm().same_ranks(from.block->comm()) || !are_asked_alike(to, from) ||
         !is_aligned(to, from, reads_halo) || reads_halo;
}

namespace {

void check_comparable(const operand_ref& to, const operand_ref& from) {
  if (!std::equal(to.shape, to.shape + to.ndim, from.shape, from.shape + from.ndim))
    throw shape_error("cannot copy shape " + tuple_text(from.shape, from.ndim) + " to shape " +
                      tuple_text(to.shape, to.ndim));
  if (!to.block->comm().same_ranks(from.block->comm()))
    throw argument_error("cannot copy between arrays over different ranks: " + text_of(from) +
                         ", and " + text_of(to));
}

/// Places on an axis of the array, from the first one of a view to its last.
interval hull_along(const operand_ref& view, std::size_t axis) {
  const int m = walk_along(view, axis);
  if (m < 0) return {view.fixed[axis], view.fixed[axis] + 1};
  const axis_walk& walk = view.walks[m];
  const index_t last = walk.first + (view.shape[m] - 1) * walk.step;
  return {std::min(walk.first, last), std::max(walk.first, last) + 1};
}

} // namespace

bool may_overlap(const operand_ref& a, const operand_ref& b) {
  if (a.block != b.block) return false;
  for (std::size_t d = 0; d < a.block->axes().size(); ++d) {
    const interval x = hull_along(a, d);
    const interval y = hull_along(b, d);
    if (x.upper <= y.lower || y.upper <= x.lower) return false;
  }
  return true;
}

void copy_between(const operand_ref& to, const operand_ref& from, index_t max_bytes) {
  check_comparable(to, from);
  const communicator& comm = to.block->comm();
  agree_if_checked(comm, "a copy between global arrays", [&] {
    return call_text(from) + " to " + call_text(to) +
           (max_bytes != 0 ? " in rounds of " + std::to_string(max_bytes) + " bytes" : "");
  });
  copy_rounds plan = plan_between(to, from);
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

copy_rounds plan_between(const operand_ref& to, const operand_ref& from) {
  check_comparable(to, from);
  recorded_copy copy;
  add_copy(copy, to.block->comm().rank(), placed(to), placed(from));
  return {to.block->comm(), to.itemsize, std::move(copy)};
}

namespace {

/// Where an element of a view is.
struct placed_element {
  placed_element(const operand_ref& view, const index_t* index)
      : offset(view.block->layout().origin) {
    index_t checked[max_ndim];
    for (std::size_t m = 0; m < view.ndim; ++m)
      checked[m] = checked_index(index[m], m, view.shape, view.ndim);
    for (std::size_t d = 0; d < view.block->axes().size(); ++d) {
      const int m = walk_along(view, d);
      const index_t at =
          m < 0 ? view.fixed[d] : view.walks[m].start() + checked[m] * view.walks[m].step;
      owner += view.block->axes()[d].owner(at) * view.block->rank_stride(d);
      offset += view.block->local(d, at) * view.block->layout().strides[d];
    }
  }

  int owner = 0;
  index_t offset; // in the owner's memory, in elements
};

} // namespace

namespace {

/// All ranks name the same element.
placed_element agreed_element(const operand_ref& view, const index_t* index, const void* value) {
  fingerprint hash = fingerprint_of(view);
  hash.add(index, view.ndim);
  const std::uint64_t of_value =
      value == nullptr
          ? 0
          : fingerprint().add_bytes(value, static_cast<std::size_t>(view.itemsize)).value();
  if (is_comparable(*view.block)) hash.add(of_value);
  const auto text = [&] {
    std::string shown = "element " + tuple_text(index, view.ndim) + " of " + call_text(view);
    if (value != nullptr) shown += ", set to " + value_text(*view.block, value);
    return shown;
  };
  const given_arguments arguments = given("one element", hash, text);
  return collectively(
      view.block->comm(), [&] { return placed_element(view, index); }, &arguments);
}

} // namespace

void read_element(const operand_ref& view, const index_t* index, void* value) {
  const communicator& comm = view.block->comm();
  const placed_element element = agreed_element(view, index, nullptr);
  if (comm.rank() == element.owner)
    std::memcpy(value, view.block->data() + element.offset * view.itemsize,
                static_cast<std::size_t>(view.itemsize));
  broadcast_bytes(comm, value, view.itemsize, element.owner);
}

void write_element(const operand_ref& view, const index_t* index, const void* value) {
  const communicator& comm = view.block->comm();
  const placed_element element = agreed_element(view, index, value);
  if (comm.rank() == element.owner)
    std::memcpy(view.block->data() + element.offset * view.itemsize, value,
                static_cast<std::size_t>(view.itemsize));
  view.block->mark_written();
}

namespace {

/// A row-major array of a view's shape that one rank has.
struct whole_on_rank {
  whole_on_rank(const operand_ref& view, int rank)
      : ndim(view.ndim), shape(view.shape),
        axes(all_on_rank(view.shape, view.ndim, rank, view.block->comm().size())),
        walks(view.ndim), layout{0, packed({view.shape, view.shape + view.ndim}, 0).strides} {
    for (std::size_t m = 0; m < ndim; ++m) walks[m].axis = static_cast<int>(m);
  }
  [[nodiscard]] placed_view placed() const {
    return {ndim, shape, walks.data(), nullptr, &axes, layout};
  }

  std::size_t ndim;
  const index_t* shape;
  axes_span axes;
  std::vector<axis_walk> walks;
  block_layout layout;
};

} // namespace

void gather_elements(const operand_ref& from, int root, void* whole) {
  const communicator& comm = from.block->comm();
  agree_if_checked(comm, "what is gathered", [&] {
    return call_text(from) + (root < 0 ? " to all ranks" : " to rank " + std::to_string(root));
  });
  if (root < 0) {
    plan_allgather(comm, placed(from), from.itemsize).run(from.block->data(), whole);
  } else {
    const whole_on_rank target(from, root);
    plan_copy(comm, target.placed(), placed(from), from.itemsize).run(from.block->data(), whole);
  }
}

void scatter_elements(const operand_ref& to, int root, const void* whole, const index_t* strides) {
  whole_on_rank source(to, root);
  source.layout.strides.assign(strides, strides + to.ndim);
  plan_copy(to.block->comm(), placed(to), source.placed(), to.itemsize)
      .run(whole, to.block->data());
  to.block->mark_written();
}

void check_scatter(const communicator& comm, int root, const index_t* given,
                   const index_t* expected, std::size_t ndim) {
  agree_if_checked(comm, "what is scattered", [&] {
    return "from rank " + std::to_string(root) + " to shape " + tuple_text(expected, ndim);
  });
  std::vector<index_t> shape(given, given + ndim);
  broadcast(comm, shape.data(), static_cast<index_t>(ndim), root);
  if (shape != std::vector<index_t>(expected, expected + ndim))
    throw shape_error("cannot scatter shape " + tuple_text(shape.data(), ndim) +
                      " to a global array of shape " + tuple_text(expected, ndim));
}

} // namespace tessera::detail
