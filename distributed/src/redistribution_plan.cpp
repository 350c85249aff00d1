#include <tessera/distributed/plans.hpp>
#include <tessera/distributed/process_grid.hpp>

#include <algorithm>

namespace tessera::detail {

namespace {

std::vector<int> dims_of(const axes_span& axes) {
  std::vector<int> dims;
  for (const axis_distribution& axis : axes) dims.push_back(axis.parts());
  return dims;
}

/// The box that a rank owns, axis by axis.
std::vector<interval> block_of(const axes_span& axes, int rank) {
  const std::vector<int> dims = dims_of(axes);
  std::vector<int> coords(axes.size());
  rank_to_coords(rank, axes.size(), dims.data(), coords.data());
  std::vector<interval> block;
  for (std::size_t d = 0; d < axes.size(); ++d) block.push_back(axes[d].block(coords[d]));
  return block;
}

/// A box inside a block, in the block's memory.
region region_in(const std::vector<interval>& box, const std::vector<interval>& block,
                 const block_layout& layout) {
  region result{layout.origin, {}, layout.strides};
  for (std::size_t d = 0; d < box.size(); ++d) {
    result.offset += (box[d].lower - block[d].lower) * layout.strides[d];
    result.shape.push_back(box[d].size());
  }
  return result;
}

/// Calls visit(rank, box) with each rank that owns a part of `wanted`, in the order of ranks.
template <class Visit>
void for_each_owner(const axes_span& axes, const std::vector<interval>& wanted, Visit&& visit) {
  const std::vector<int> dims = dims_of(axes);
  std::vector<axis_distribution::part_range> range;
  for (std::size_t d = 0; d < axes.size(); ++d) {
    range.push_back(axes[d].owners(wanted[d]));
    if (range[d].last < range[d].first) return;
  }
  std::vector<int> coords(axes.size());
  for (std::size_t d = 0; d < axes.size(); ++d) coords[d] = range[d].first;
  while (true) {
    std::vector<interval> box;
    bool empty = false;
    for (std::size_t d = 0; d < axes.size(); ++d) {
      const interval owned = axes[d].block(coords[d]);
      box.push_back(
          {std::max(owned.lower, wanted[d].lower), std::min(owned.upper, wanted[d].upper)});
      empty = empty || box[d].empty();
    }
    if (!empty) visit(coords_to_rank(axes.size(), dims.data(), coords.data()), box);
    std::size_t d = axes.size();
    while (d > 0 && ++coords[d - 1] > range[d - 1].last) {
      coords[d - 1] = range[d - 1].first;
      --d;
    }
    if (d == 0) return;
  }
}

} // namespace

transfer_plan plan_redistribution(const communicator& comm, const axes_span& from,
                                  const block_layout& from_layout, const axes_span& to,
                                  const block_layout& to_layout, index_t itemsize) {
  transfer_plan plan(comm, itemsize);
  const std::vector<interval> have = block_of(from, comm.rank());
  const std::vector<interval> want = block_of(to, comm.rank());
  for_each_owner(from, want, [&](int owner, const std::vector<interval>& box) {
    const region target = region_in(box, want, to_layout);
    if (owner == comm.rank())
      plan.copy(target, region_in(box, have, from_layout));
    else
      plan.receive(owner, target);
  });
  for_each_owner(to, have, [&](int owner, const std::vector<interval>& box) {
    if (owner != comm.rank()) plan.send(owner, region_in(box, have, from_layout));
  });
  return plan;
}

transfer_plan plan_allgather(const communicator& comm, const axes_span& from,
                             const block_layout& from_layout, index_t itemsize) {
  transfer_plan plan(comm, itemsize);
  std::vector<interval> everything;
  std::vector<index_t> shape;
  for (const axis_distribution& axis : from) {
    everything.push_back({0, axis.size()});
    shape.push_back(axis.size());
  }
  const block_layout whole{0, packed(shape, 0).strides};
  const std::vector<interval> mine = block_of(from, comm.rank());
  const region own = region_in(mine, mine, from_layout);
  for (int rank = 0; rank < comm.size(); ++rank) {
    const region target = region_in(block_of(from, rank), everything, whole);
    if (rank == comm.rank()) {
      plan.copy(target, own);
    } else {
      plan.receive(rank, target);
      plan.send(rank, own);
    }
  }
  return plan;
}

axes_span all_on_rank(const axes_span& axes, int rank, int ranks) {
  axes_span result;
  for (const axis_distribution& axis : axes) {
    const int parts = result.empty() ? ranks : 1;
    const auto owner = static_cast<std::size_t>(result.empty() ? rank : 0);
    std::vector<index_t> boundaries(static_cast<std::size_t>(parts) + 1, 0);
    for (std::size_t k = owner + 1; k < boundaries.size(); ++k) boundaries[k] = axis.size();
    result.emplace_back(std::move(boundaries));
  }
  return result;
}

} // namespace tessera::detail
