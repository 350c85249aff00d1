// Which ranks contribute to which outputs of a reduction along axes.
#pragma once

#include <tessera/distributed/functions/reduce_axes.hpp>

#include <algorithm>

namespace tessera::detail {

/// Outputs of a box, that the same ranks contribute to.
struct shared_outputs {
  std::vector<index_t> lower;
  std::vector<index_t> shape;
  index_t count;
  std::vector<int> ranks;
};

/// What all ranks contribute.
class all_shares {
public:
  /// Asks them. `note` is a number of each, of which the largest comes back. Collective.
  all_shares(const communicator& comm, const output_share& mine, index_t note = 0);
  /// Where `mine` is in one box, nobody has to be asked: all ranks, those without outputs, too, are
  /// taken to contribute to it.
  static all_shares of_one_box(const communicator& comm, const output_share& mine);

  /// Calls f(first output, first of the box, n) for outputs that are adjacent in both.
  template <class F>
  void for_rows(const shared_outputs& box, index_t first, index_t last, F f) const {
    while (first < last) {
      index_t rest = first;
      index_t output = 0;
      index_t stride = 1;
      for (std::size_t d = mine_->ndim; d-- > 0; rest /= box.shape[d]) {
        output += (box.lower[d] + rest % box.shape[d]) * stride;
        stride *= mine_->whole[d];
      }
      index_t n = 1;
      if (mine_->ndim > 0) {
        const index_t row = box.shape[mine_->ndim - 1];
        n = std::min(row - first % row, last - first);
      }
      f(output, first, n);
      first += n;
    }
  }

  std::vector<index_t> counts; // of outputs, of each rank
  index_t most = 0;            // of these
  index_t largest_note = 0;
  std::vector<shared_outputs> boxes;

private:
  explicit all_shares(const output_share& mine) : mine_(&mine) {}

  const output_share* mine_;
};

} // namespace tessera::detail
