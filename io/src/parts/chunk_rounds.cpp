#include "parts/chunk_rounds.hpp"

#include <tessera/distributed/distribution.hpp>

#include <algorithm>

namespace tessera::detail {

namespace {

index_t ceil_div(index_t a, index_t b) { return (a + b - 1) / b; }

/// The first axis with a row of chunks for every rank, or else the one with most; of those that
/// may be shared.
std::size_t shared_axis(const chunked_box& box, const std::vector<index_t>& counts, int ranks) {
  std::size_t best = counts.size();
  for (std::size_t d = 0; d < counts.size(); ++d) {
    if (!box.is_undivided.empty() && box.is_undivided[d]) continue;
    if (counts[d] >= ranks) return d;
    if (best == counts.size() || counts[d] > counts[best]) best = d;
  }
  return best == counts.size() ? 0 : best;
}

} // namespace

chunk_rounds::chunk_rounds(const chunked_box& box, index_t itemsize, int ranks, index_t limit)
    : chunk_(box.chunk), first_(box.lower) {
  for (std::size_t d = 0; d < chunk_.size(); ++d) {
    upper_.push_back(first_[d] + box.shape[d]);
    counts_.push_back(ceil_div(box.shape[d], chunk_[d]));
  }
  axis_ = shared_axis(box, counts_, ranks);
  double row_bytes = static_cast<double>(itemsize) * static_cast<double>(chunk_[axis_]);
  for (std::size_t d = 0; d < axis_; ++d) {
    row_bytes *= static_cast<double>(chunk_[d]);
    outer_ *= counts_[d];
  }
  for (std::size_t d = axis_ + 1; d < chunk_.size(); ++d)
    row_bytes *= static_cast<double>(counts_[d]) * static_cast<double>(chunk_[d]);
  const auto per_rank = static_cast<index_t>(static_cast<double>(limit) / row_bytes);
  rows_ = std::max<index_t>(per_rank, 1) * ranks;
  per_outer_ = ceil_div(counts_[axis_], rows_);
}

void chunk_rounds::get(index_t round, std::vector<index_t>& lower,
                       std::vector<index_t>& shape) const {
  lower = first_;
  shape.assign(first_.size(), 0);
  std::vector<index_t> upper = upper_;
  lower[axis_] += round % per_outer_ * rows_ * chunk_[axis_];
  upper[axis_] = std::min(upper[axis_], lower[axis_] + rows_ * chunk_[axis_]);
  index_t outer = round / per_outer_;
  for (std::size_t d = axis_; d-- > 0;) {
    lower[d] += outer % counts_[d] * chunk_[d];
    upper[d] = std::min(upper[d], lower[d] + chunk_[d]);
    outer /= counts_[d];
  }
  for (std::size_t d = 0; d < shape.size(); ++d) shape[d] = upper[d] - lower[d];
}

std::vector<index_t> shares_of_chunks(index_t elements, index_t chunk, int ranks) {
  const axis_distribution rows(ceil_div(elements, chunk), ranks);
  std::vector<index_t> boundaries{0};
  for (int k = 0; k < ranks; ++k)
    boundaries.push_back(std::min(elements, rows.block(k).upper * chunk));
  return boundaries;
}

} // namespace tessera::detail
