#include <tessera/distributed/process_grid.hpp>
#include <tessera/distributed/selection/chosen_order.hpp>

#include <numeric>
#include <utility>

namespace tessera::detail {

part_pieces::part_pieces(const axes_span& axes, int rank, int grid_ranks) : axes_(axes) {
  std::vector<int> dims;
  for (const axis_distribution& axis : axes) dims.push_back(axis.parts());
  parts_.resize(axes.size());
  is_empty_ = rank >= grid_ranks;
  if (!is_empty_) rank_to_coords(rank, axes.size(), dims.data(), parts_.data());
  for (std::size_t d = 0; d < axes.size(); ++d) {
    counts_.push_back(is_empty_ ? 0 : axes[d].count(parts_[d]));
    size_ *= counts_[d];
    if (axes[d].parts() > 1) divided_ = d;
  }
  is_empty_ = is_empty_ || size_ == 0;
  for (std::size_t d = divided_ + 1; d < axes.size(); ++d) inner_ *= axes[d].size();
  for (std::size_t d = 0; d < divided_; ++d) is_by_rank_ = is_by_rank_ && axes[d].size() <= 1;
  is_by_rank_ = is_by_rank_ && !axes[divided_].is_cyclic();
}

axis_distribution part_pieces::pieces_of_row() const {
  const axis_distribution& rule = axes_[divided_];
  if (rule.is_cyclic()) {
    const index_t runs = (rule.size() + rule.cyclic_block() - 1) / rule.cyclic_block();
    return axis_distribution::cyclic(runs, rule.parts(), 1);
  }
  std::vector<index_t> one_each(static_cast<std::size_t>(rule.parts()) + 1);
  std::iota(one_each.begin(), one_each.end(), index_t{0});
  return axis_distribution(std::move(one_each));
}

index_t part_pieces::first_of(const std::vector<index_t>& local) const {
  index_t first = 0;
  for (std::size_t d = 0; d < axes_.size(); ++d)
    first = first * axes_[d].size() + axes_[d].to_global(parts_[d], local[d]);
  return first;
}

bool part_pieces::go_to_next_row(std::vector<index_t>& local) const {
  for (std::size_t d = divided_; d-- > 0;) {
    if (++local[d] < counts_[d]) return true;
    local[d] = 0;
  }
  return false;
}

axes_span order_axes(const copy_layout& layout) {
  constexpr index_t shortest = 64; // elements of a piece, on average
  const axes_span& own = layout.result_axes;
  const part_pieces parts(own, 0, layout.grid_ranks);
  if (parts.is_by_rank()) return own;
  index_t elements = 1;
  index_t pieces = parts.pieces_of_row().size();
  for (std::size_t d = 0; d < own.size(); ++d) {
    elements *= own[d].size();
    if (d < parts.divided()) pieces *= own[d].size();
  }
  if (pieces * shortest <= elements || pieces <= 1024 || own[0].size() < layout.grid_ranks)
    return own;
  axes_span rows;
  for (std::size_t d = 0; d < own.size(); ++d)
    rows.emplace_back(own[d].size(), d == 0 ? layout.grid_ranks : 1);
  return rows;
}

} // namespace tessera::detail
