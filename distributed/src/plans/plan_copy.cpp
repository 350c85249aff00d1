#include "plans/view_axis.hpp"

#include <tessera/core/types/advance_index.hpp>
#include <tessera/distributed/plans/plans.hpp>
#include <tessera/distributed/process_grid.hpp>

#include <algorithm>

namespace tessera::detail {

namespace {

using part_list = std::vector<int>; // of each axis of the array

/// Answers for one side of a copy.
class copy_side {
public:
  explicit copy_side(const placed_view& view) : view_(view) {
    for (const axis_distribution& axis : *view.axes) dims_.push_back(axis.parts());
    is_walked_.assign(dims_.size(), false);
    for (std::size_t m = 0; m < view.ndim; ++m) {
      const axis_walk& walk = view.walks[m];
      const auto d = static_cast<std::size_t>(std::max(walk.axis, 0));
      axes_.push_back({walk, view.shape[m], walk.axis < 0 ? nullptr : &(*view.axes)[d]});
      if (walk.axis >= 0) is_walked_[d] = true;
    }
  }

  [[nodiscard]] const view_axis& axis(std::size_t m) const { return axes_[m]; }

  /// The parts of the array's axes that a rank has; false when it has nothing of the view.
  bool parts_of(int rank, part_list& parts) const {
    std::int64_t ranks = 1;
    for (const int n : dims_) ranks *= n;
    if (rank >= ranks) return false;
    parts.resize(dims_.size());
    rank_to_coords(rank, dims_.size(), dims_.data(), parts.data());
    for (std::size_t d = 0; d < dims_.size(); ++d)
      if (!is_walked_[d] && (*view_.axes)[d].owner(view_.fixed[d]) != parts[d]) return false;
    return true;
  }
  /// The part of the array's axis along which axis m of the view runs.
  [[nodiscard]] int part_along(std::size_t m, const part_list& parts) const {
    const int d = view_.walks[m].axis;
    return d < 0 ? 0 : parts[static_cast<std::size_t>(d)];
  }
  /// The parts of the array's axes, given those along the axes of the view.
  [[nodiscard]] part_list with_fixed(const std::vector<int>& along_view) const {
    part_list parts(dims_.size());
    for (std::size_t d = 0; d < dims_.size(); ++d)
      if (!is_walked_[d]) parts[d] = (*view_.axes)[d].owner(view_.fixed[d]);
    for (std::size_t m = 0; m < view_.ndim; ++m)
      if (view_.walks[m].axis >= 0)
        parts[static_cast<std::size_t>(view_.walks[m].axis)] = along_view[m];
    return parts;
  }
  [[nodiscard]] int rank_of(const part_list& parts) const {
    return coords_to_rank(dims_.size(), dims_.data(), parts.data());
  }

  /// Runs of elements along the axes of the view in their owner's memory; those that repeat make
  /// two axes of the region.
  [[nodiscard]] region region_of(const std::vector<repeated_interval>& choice) const {
    region result{view_.layout.origin, {}, {}};
    for (std::size_t d = 0; d < dims_.size(); ++d)
      if (!is_walked_[d])
        result.offset += (*view_.axes)[d].to_local(view_.fixed[d]) * view_.layout.strides[d];
    for (std::size_t m = 0; m < choice.size(); ++m) {
      const repeated_interval& elements = choice[m];
      const int d = view_.walks[m].axis;
      const index_t stride = d < 0 ? 0 : view_.layout.strides[static_cast<std::size_t>(d)];
      const index_t first = axes_[m].local(elements.lower);
      result.offset += first * stride;
      if (elements.count > 1) {
        result.shape.push_back(elements.count);
        result.strides.push_back((axes_[m].local(elements.lower + elements.distance) - first) *
                                 stride);
      }
      result.shape.push_back(elements.size);
      result.strides.push_back(
          elements.size > 1 ? (axes_[m].local(elements.lower + 1) - first) * stride : 0);
    }
    return result;
  }

private:
  const placed_view& view_;
  std::vector<int> dims_;
  std::vector<bool> is_walked_; // by some axis of the view
  std::vector<view_axis> axes_;
};

/// Calls visit(choice) with one entry of each list, the last list running fastest.
template <class T, class Visit>
void for_each_choice(const std::vector<std::vector<T>>& lists, Visit&& visit) {
  for (const auto& list : lists)
    if (list.empty()) return;
  std::vector<std::size_t> at(lists.size(), 0);
  std::vector<T> choice;
  choice.reserve(lists.size());
  for (const auto& list : lists) choice.push_back(list[0]);
  const auto size_of = [&](std::size_t m) { return lists[m].size(); };
  while (true) {
    visit(choice);
    const std::size_t moved = advance_index(at.data(), lists.size(), size_of);
    if (moved == 0) return;
    for (std::size_t m = moved - 1; m < lists.size(); ++m) choice[m] = lists[m][at[m]];
  }
}

/// Calls visit(region of `to`, region of `from`) for what one rank's part of each has in common,
/// in the same order on both ranks.
template <class Visit>
void for_each_region(const copy_side& to, const part_list& to_parts, const copy_side& from,
                     const part_list& from_parts, std::size_t ndim, Visit&& visit) {
  std::vector<std::vector<repeated_interval>> common;
  for (std::size_t m = 0; m < ndim; ++m)
    common.push_back(common_elements(to.axis(m), to.part_along(m, to_parts), from.axis(m),
                                     from.part_along(m, from_parts)));
  for_each_choice(common, [&](const std::vector<repeated_interval>& choice) {
    visit(to.region_of(choice), from.region_of(choice));
  });
}

/// Calls visit(rank, its parts) with each rank of `other` that has elements of which a rank with
/// these parts has those of `mine`.
template <class Visit>
void for_each_peer(const copy_side& mine, const part_list& parts, const copy_side& other,
                   std::size_t ndim, Visit&& visit) {
  std::vector<std::vector<int>> candidates;
  for (std::size_t m = 0; m < ndim; ++m)
    candidates.push_back(parts_in_common(mine.axis(m), mine.part_along(m, parts), other.axis(m)));
  for_each_choice(candidates, [&](const std::vector<int>& choice) {
    const part_list theirs = other.with_fixed(choice);
    visit(other.rank_of(theirs), theirs);
  });
}

} // namespace

void add_copy(transfer_plan& plan, int me, const placed_view& to_view,
              const placed_view& from_view) {
  const copy_side to(to_view);
  const copy_side from(from_view);
  const std::size_t ndim = to_view.ndim;
  part_list mine;
  if (to.parts_of(me, mine))
    for_each_peer(to, mine, from, ndim, [&](int peer, const part_list& theirs) {
      for_each_region(to, mine, from, theirs, ndim, [&](const region& here, const region& there) {
        if (peer == me)
          plan.copy(here, there);
        else
          plan.receive(peer, here);
      });
    });
  if (from.parts_of(me, mine))
    for_each_peer(from, mine, to, ndim, [&](int peer, const part_list& theirs) {
      if (peer == me) return;
      for_each_region(to, theirs, from, mine, ndim,
                      [&](const region&, const region& here) { plan.send(peer, here); });
    });
}

void add_copy_between_groups(transfer_plan& plan, const group_side& to, const group_side& from) {
  const copy_side target(to.view);
  const copy_side source(from.view);
  const std::size_t ndim = to.view.ndim;
  part_list mine;
  if (to.me >= 0 && target.parts_of(to.me, mine))
    for_each_peer(target, mine, source, ndim, [&](int peer, const part_list& theirs) {
      for_each_region(target, mine, source, theirs, ndim,
                      [&](const region& here, const region& there) {
                        if (peer == from.me)
                          plan.copy(here, there);
                        else
                          plan.receive(from.ranks[peer], here);
                      });
    });
  if (from.me >= 0 && source.parts_of(from.me, mine))
    for_each_peer(source, mine, target, ndim, [&](int peer, const part_list& theirs) {
      if (peer == to.me) return;
      for_each_region(target, theirs, source, mine, ndim,
                      [&](const region&, const region& here) { plan.send(to.ranks[peer], here); });
    });
}

transfer_plan plan_copy(const communicator& comm, const placed_view& to, const placed_view& from,
                        index_t itemsize) {
  transfer_plan plan(comm, itemsize);
  add_copy(plan, comm.rank(), to, from);
  return plan;
}

transfer_plan plan_allgather(const communicator& comm, const placed_view& from_view,
                             index_t itemsize) {
  transfer_plan plan(comm, itemsize);
  // Every rank is the only one of a distribution of its own.
  const std::size_t ndim = from_view.ndim;
  const axes_span axes = all_on_rank(from_view.shape, ndim, 0, 1);
  const block_layout layout{0, packed({from_view.shape, from_view.shape + ndim}, 0).strides};
  std::vector<axis_walk> walks(ndim);
  for (std::size_t m = 0; m < ndim; ++m) walks[m].axis = static_cast<int>(m);
  const placed_view whole{ndim, from_view.shape, walks.data(), nullptr, &axes, layout};
  const copy_side to(whole);
  const copy_side from(from_view);
  const part_list everything(ndim, 0);
  part_list theirs;
  for (int rank = 0; rank < comm.size(); ++rank) {
    if (!from.parts_of(rank, theirs)) continue;
    for_each_region(to, everything, from, theirs, ndim,
                    [&](const region& here, const region& there) {
                      if (rank == comm.rank())
                        plan.copy(here, there);
                      else
                        plan.receive(rank, here);
                    });
  }
  part_list mine;
  if (from.parts_of(comm.rank(), mine))
    for_each_region(to, everything, from, mine, ndim, [&](const region&, const region& here) {
      for (int rank = 0; rank < comm.size(); ++rank)
        if (rank != comm.rank()) plan.send(rank, here);
    });
  return plan;
}

axes_span all_on_rank(const index_t* shape, std::size_t ndim, int rank, int ranks) {
  axes_span result;
  for (std::size_t m = 0; m < ndim; ++m) {
    const int parts = m == 0 ? ranks : 1;
    const auto owner = static_cast<std::size_t>(m == 0 ? rank : 0);
    std::vector<index_t> boundaries(static_cast<std::size_t>(parts) + 1, 0);
    for (std::size_t k = owner + 1; k < boundaries.size(); ++k) boundaries[k] = shape[m];
    result.emplace_back(std::move(boundaries));
  }
  return result;
}

} // namespace tessera::detail
