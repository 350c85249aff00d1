#include <tessera/distributed/functions/reduce_axes.hpp>

#include "expressions/alignment.hpp"
#include "functions/shared_outputs.hpp"

#include <tessera/distributed/collective/reduce_ranks.hpp>
#include <tessera/distributed/collectives.hpp>
#include <tessera/distributed/ranks/traffic.hpp>
#include <tessera/distributed/ranks/waiting.hpp>

#include <algorithm>
#include <functional>
#include <numeric>

namespace tessera::detail {

output_share::output_share(const view_ref& result, const evaluation& run, const bool* reduced) {
  bool is_empty = false;
  for (std::size_t m = 0; m < result.ndim; ++m) {
    is_empty = is_empty || run.shape()[m] == 0;
    if (reduced[m]) continue;
    const int axis = result.walks[m].axis;
    if (axis >= 0 && result.shape[m] > 1 &&
        result.block->axes()[static_cast<std::size_t>(axis)].is_cyclic())
      run.check_boxes();
    lower[ndim] = run.lower()[m];
    shape[ndim] = run.shape()[m];
    whole[ndim] = result.shape[m];
    count *= shape[ndim++];
  }
  if (is_empty) count = 0;
  for (std::size_t d = 0; d < result.block->axes().size(); ++d) {
    const int m = walk_along(result, d);
    if (m < 0 || result.block->axes()[d].parts() == 1) continue;
    (reduced[m] ? is_divided : are_divided) = true;
  }
}

index_t output_share::count_of_all() const {
  return std::accumulate(whole, whole + ndim, index_t{1}, std::multiplies<>());
}

index_t output_share::output_of(index_t k) const {
  index_t output = 0;
  index_t stride = 1;
  for (std::size_t d = ndim; d-- > 0; k /= shape[d]) {
    output += (lower[d] + k % shape[d]) * stride;
    stride *= whole[d];
  }
  return output;
}

bool is_any_cyclic(const operand_ref* operands, std::size_t count) {
  const auto is_cyclic = [](const axis_distribution& axis) { return axis.is_cyclic(); };
  return std::any_of(operands, operands + count, [&](const operand_ref& operand) {
    const view_ref* const view = operand.view();
    return view != nullptr &&
           std::any_of(view->block->axes().begin(), view->block->axes().end(), is_cyclic);
  });
}

namespace {

/// Pieces of every rank's outputs, of ranks at once.
class gathered_pieces {
public:
  gathered_pieces(const communicator& comm, const all_shares& shares, index_t itemsize)
      : comm_(comm), shares_(shares), itemsize_(itemsize), bytes_(shares.counts.size()),
        starts_(shares.counts.size()) {
    constexpr index_t room = 1 << 21; // bytes that stay in cache
    constexpr index_t least = 1024;
    const auto ranks = static_cast<index_t>(shares.counts.size());
    piece = std::clamp<index_t>(room / (ranks * itemsize), least, std::max(shares.most, least));
  }

  void gather(const std::byte* mine, index_t first) {
    index_t total = 0;
    for (std::size_t r = 0; r < bytes_.size(); ++r) {
      bytes_[r] =
          static_cast<int>(std::clamp<index_t>(shares_.counts[r] - first, 0, piece) * itemsize_);
      starts_[r] = static_cast<int>(total);
      total += bytes_[r];
    }
    elements_.resize(static_cast<std::size_t>(total));
    const int own = bytes_[static_cast<std::size_t>(comm_.rank())];
    const waiting here(total);
    note_collective();
    check_mpi(MPI_Allgatherv(own > 0 ? mine + first * itemsize_ : nullptr, own, MPI_BYTE,
                             elements_.data(), bytes_.data(), starts_.data(), MPI_BYTE,
                             comm_.native()),
              "MPI_Allgatherv");
  }
  [[nodiscard]] const std::byte* of(int rank) const {
    return elements_.data() + starts_[static_cast<std::size_t>(rank)];
  }

  index_t piece = 1; // outputs of each rank that are gathered at once

private:
  const communicator& comm_;
  const all_shares& shares_;
  index_t itemsize_;
  std::vector<int> bytes_;
  std::vector<int> starts_;
  checked_vector<std::byte> elements_;
};

} // namespace

void combine_outputs(const communicator& comm, const output_share& mine, const void* elements,
                     index_t itemsize, combine_function combine, void* results) {
  const all_shares shares(comm, mine);
  gathered_pieces pieces(comm, shares, itemsize);
  std::vector<const std::byte*> rows;
  for (index_t first = 0; first < shares.most; first += pieces.piece) {
    pieces.gather(static_cast<const std::byte*>(elements), first);
    for (const shared_outputs& box : shares.boxes) {
      rows.resize(box.ranks.size());
      const index_t last = std::min(first + pieces.piece, box.count);
      shares.for_rows(box, first, last, [&](index_t output, index_t at, index_t n) {
        for (std::size_t k = 0; k < rows.size(); ++k)
          rows[k] = pieces.of(box.ranks[k]) + (at - first) * itemsize;
        combine(rows.data(), rows.size(), n, output, results);
      });
    }
  }
}

namespace {

/// Of outputs that are not its own, a rank has a sum of nothing.
template <class R>
void add_sums(const communicator& comm, const output_share& mine, const R* sums, R* results) {
  const index_t all = mine.count_of_all();
  if (mine.count == all) {
    std::copy(sums, sums + all, results);
  } else {
    std::fill(results, results + all, R{});
    const index_t row = mine.ndim > 0 ? mine.shape[mine.ndim - 1] : 1;
    for (index_t k = 0; k < mine.count; k += row)
      std::copy(sums + k, sums + k + row, results + mine.output_of(k));
  }
  const message_data data{
      reinterpret_cast<std::byte*>(results), all, sizeof(R), 'f', true, 1, nullptr, nullptr};
  reduce_ranks(comm, reduce_kind::allreduce, in_place_data, data, operation_of<R>(op::plain_sum), 0,
               call_mode::blocking);
}

} // namespace

void combine_fast_sums(const communicator& comm, const output_share& mine, const double* sums,
                       double* results) {
  add_sums(comm, mine, sums, results);
}
void combine_fast_sums(const communicator& comm, const output_share& mine, const float* sums,
                       float* results) {
  add_sums(comm, mine, sums, results);
}

} // namespace tessera::detail
