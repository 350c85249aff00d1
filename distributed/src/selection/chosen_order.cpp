#include <tessera/distributed/collectives.hpp>
#include <tessera/distributed/copies/array_copies.hpp>
#include <tessera/distributed/selection/chosen_order.hpp>

#include <numeric>
#include <utility>

namespace tessera::detail {

namespace {

/// An array of numbers, of all of it as a view.
class number_array {
public:
  number_array(const communicator& comm, const axes_span& axes, int grid_ranks)
      : block_(comm, axes, std::vector<halo_axis>(axes.size()), sizeof(index_t), grid_ranks, 'i') {
    for (std::size_t d = 0; d < axes.size(); ++d) {
      shape_.push_back(axes[d].size());
      walks_.push_back({0, 1, static_cast<int>(d)});
      size_ *= block_.is_in_grid() ? axes[d].count(block_.part(d)) : 0;
    }
  }
  [[nodiscard]] view_ref ref() {
    return {shape_.size(), shape_.data(), sizeof(index_t), &block_, walks_.data(), fixed_};
  }
  /// This rank's, in order.
  [[nodiscard]] index_t* data() { return reinterpret_cast<index_t*>(block_.data()); }
  [[nodiscard]] index_t size() const { return size_; }

private:
  global_block block_;
  std::vector<index_t> shape_;
  std::vector<axis_walk> walks_;
  index_t fixed_[max_ndim]{};
  index_t size_ = 1;
};

/// Sums of all numbers before, in place of each.
void sum_before(const communicator& comm, index_t* numbers, index_t n) {
  index_t sum = exclusive_scan(comm, std::accumulate(numbers, numbers + n, index_t{0}));
  for (index_t i = 0; i < n; ++i) sum += std::exchange(numbers[i], sum);
}

} // namespace

chosen_order::chosen_order(const communicator& comm, int grid_ranks, const axes_span& axes,
                           const mask_bits& bits)
    : comm_(comm), counts_(allgather(comm, bits.count())) {
  for (const index_t count : counts_) total_ += count;
  const part_pieces parts(axes, comm.rank(), grid_ranks);
  is_by_rank_ = parts.is_by_rank();
  if (is_by_rank_) {
    const auto me = counts_.begin() + comm.rank();
    add(std::accumulate(counts_.begin(), me, index_t{0}), *me);
  } else {
    find_positions(grid_ranks, axes, parts, bits);
  }
}

/// Every rank counts in its own pieces; the counts, as an array of its own, are brought to the
/// order of the pieces, added up, and brought back.
void chosen_order::find_positions(int grid_ranks, const axes_span& axes, const part_pieces& parts,
                                  const mask_bits& bits) {
  axes_span rows(axes.begin(), axes.begin() + static_cast<std::ptrdiff_t>(parts.divided()));
  rows.push_back(parts.pieces_of_row());
  index_t all = 1;
  for (const axis_distribution& axis : rows) all *= axis.size();
  number_array by_owner(comm_, rows, grid_ranks);
  number_array in_order(comm_, {axis_distribution(all, grid_ranks)}, grid_ranks);
  std::fill_n(by_owner.data(), by_owner.size(), index_t{0});
  std::vector<index_t> counts;
  index_t first = 0;
  parts.each([&](index_t length, index_t) {
    counts.push_back(bits.count(first, length));
    first += length;
  });
  std::copy(counts.begin(), counts.end(), by_owner.data());
  copy_in_order(in_order.ref(), by_owner.ref());
  sum_before(comm_, in_order.data(), in_order.size());
  copy_in_order(by_owner.ref(), in_order.ref());
  for (std::size_t k = 0; k < counts.size(); ++k) add(by_owner.data()[k], counts[k]);
}

void chosen_order::add(index_t position, index_t count) {
  if (count == 0) return;
  if (!pieces_.empty() && pieces_.back().position + pieces_.back().count == position)
    pieces_.back().count += count;
  else
    pieces_.push_back({position, count});
}

} // namespace tessera::detail
