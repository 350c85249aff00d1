#include <tessera/distributed/plans.hpp>
#include <tessera/distributed/process_grid.hpp>

#include <algorithm>

namespace tessera::detail {

namespace {

using box_of_view = std::vector<interval>;

interval intersect(const interval& a, const interval& b) {
  return {std::max(a.lower, b.lower), std::min(a.upper, b.upper)};
}

/// Answers for one side of a copy.
class side {
public:
  explicit side(const placed_view& view) : view_(view) {
    for (const axis_distribution& axis : *view.axes) dims_.push_back(axis.parts());
    walked_by_.assign(dims_.size(), axis_walk::none);
    for (std::size_t m = 0; m < view.ndim; ++m)
      if (view.walks[m].axis >= 0)
        walked_by_[static_cast<std::size_t>(view.walks[m].axis)] = static_cast<int>(m);
  }

  [[nodiscard]] box_of_view everything() const {
    box_of_view box;
    for (std::size_t m = 0; m < view_.ndim; ++m) box.push_back({0, view_.shape[m]});
    return box;
  }

  /// The elements of the view that a rank owns; false when there are none.
  bool owned_by(int rank, box_of_view& box) const {
    std::vector<int> coords(dims_.size());
    rank_to_coords(rank, dims_.size(), dims_.data(), coords.data());
    box = everything();
    return cut(coords, box);
  }

  /// Calls visit(rank, box) with each rank that owns a part of `wanted`, in the order of ranks.
  template <class Visit> void for_each_owner(const box_of_view& wanted, Visit&& visit) const {
    std::vector<axis_distribution::part_range> range;
    for (std::size_t d = 0; d < dims_.size(); ++d) {
      range.push_back(owners(d, wanted));
      if (range[d].last < range[d].first) return;
    }
    std::vector<int> coords(dims_.size());
    for (std::size_t d = 0; d < dims_.size(); ++d) coords[d] = range[d].first;
    while (true) {
      box_of_view box = wanted;
      if (cut(coords, box)) visit(coords_to_rank(dims_.size(), dims_.data(), coords.data()), box);
      std::size_t d = dims_.size();
      while (d > 0 && ++coords[d - 1] > range[d - 1].last) {
        coords[d - 1] = range[d - 1].first;
        --d;
      }
      if (d == 0) return;
    }
  }

  /// A box of the view in the memory of the rank that owns it.
  [[nodiscard]] region region_of(int rank, const box_of_view& box) const {
    std::vector<int> coords(dims_.size());
    rank_to_coords(rank, dims_.size(), dims_.data(), coords.data());
    region result{view_.layout.origin, {}, {}};
    for (std::size_t m = 0; m < view_.ndim; ++m) {
      const axis_walk& walk = view_.walks[m];
      result.shape.push_back(box[m].size());
      if (walk.axis < 0) {
        result.strides.push_back(0);
        continue;
      }
      const auto d = static_cast<std::size_t>(walk.axis);
      result.strides.push_back(walk.step * view_.layout.strides[d]);
      result.offset +=
          (walk.first + box[m].lower * walk.step - (*view_.axes)[d].block(coords[d]).lower) *
          view_.layout.strides[d];
    }
    for (std::size_t d = 0; d < dims_.size(); ++d)
      if (walked_by_[d] < 0)
        result.offset +=
            (view_.fixed[d] - (*view_.axes)[d].block(coords[d]).lower) * view_.layout.strides[d];
    return result;
  }

private:
  /// Leaves of a box what the rank at these coordinates owns; false when that is nothing.
  bool cut(const std::vector<int>& coords, box_of_view& box) const {
    for (std::size_t d = 0; d < dims_.size(); ++d) {
      const interval owned = (*view_.axes)[d].block(coords[d]);
      if (walked_by_[d] < 0) {
        if (view_.fixed[d] < owned.lower || view_.fixed[d] >= owned.upper) return false;
        continue;
      }
      const auto m = static_cast<std::size_t>(walked_by_[d]);
      box[m] = intersect(box[m], places_in(view_.walks[m], view_.shape[m], owned));
    }
    return std::none_of(box.begin(), box.end(), [](const interval& i) { return i.empty(); });
  }

  /// The parts of an axis of the array that own elements of a box.
  [[nodiscard]] axis_distribution::part_range owners(std::size_t d, const box_of_view& box) const {
    const axis_distribution& axis = (*view_.axes)[d];
    if (walked_by_[d] < 0) return axis.owners({view_.fixed[d], view_.fixed[d] + 1});
    const auto m = static_cast<std::size_t>(walked_by_[d]);
    if (box[m].empty()) return {};
    const axis_walk& walk = view_.walks[m];
    const index_t one_end = walk.first + box[m].lower * walk.step;
    const index_t other_end = walk.first + (box[m].upper - 1) * walk.step;
    return axis.owners({std::min(one_end, other_end), std::max(one_end, other_end) + 1});
  }

  const placed_view& view_;
  std::vector<int> dims_;
  std::vector<int> walked_by_; // the view's axis along each axis of the array
};

} // namespace

transfer_plan plan_copy(const communicator& comm, const placed_view& to_view,
                        const placed_view& from_view, index_t itemsize) {
  transfer_plan plan(comm, itemsize);
  const side to(to_view);
  const side from(from_view);
  const int me = comm.rank();
  box_of_view mine;
  if (to.owned_by(me, mine))
    from.for_each_owner(mine, [&](int owner, const box_of_view& box) {
      if (owner == me)
        plan.copy(to.region_of(me, box), from.region_of(me, box));
      else
        plan.receive(owner, to.region_of(me, box));
    });
  if (from.owned_by(me, mine))
    to.for_each_owner(mine, [&](int owner, const box_of_view& box) {
      if (owner != me) plan.send(owner, from.region_of(me, box));
    });
  return plan;
}

transfer_plan plan_allgather(const communicator& comm, const placed_view& from_view,
                             index_t itemsize) {
  transfer_plan plan(comm, itemsize);
  const side from(from_view);
  const block_layout whole{0,
                           packed({from_view.shape, from_view.shape + from_view.ndim}, 0).strides};
  const auto place_of = [&](const box_of_view& box) {
    region result{0, {}, whole.strides};
    for (std::size_t m = 0; m < box.size(); ++m) {
      result.offset += box[m].lower * whole.strides[m];
      result.shape.push_back(box[m].size());
    }
    return result;
  };
  box_of_view mine;
  const bool gives = from.owned_by(comm.rank(), mine);
  for (int rank = 0; rank < comm.size(); ++rank) {
    box_of_view theirs;
    const bool takes = from.owned_by(rank, theirs);
    if (rank == comm.rank()) {
      if (takes) plan.copy(place_of(theirs), from.region_of(rank, theirs));
      continue;
    }
    if (takes) plan.receive(rank, place_of(theirs));
    if (gives) plan.send(rank, from.region_of(comm.rank(), mine));
  }
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
