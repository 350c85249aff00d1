#include <tessera/distributed/sorting/run_merge.hpp>

#include <tessera/core/error.hpp>
#include <tessera/distributed/agree.hpp>
#include <tessera/distributed/collectives.hpp>

#include <algorithm>
#include <cstring>

namespace tessera::detail {

namespace {

/// What is known of one place in the order of all: its elements before lie between these.
struct search_window {
  index_t place = 0;
  index_t low = 0;  // of this rank's elements, at least so many come before it
  index_t high = 0; // and at most so many
  index_t all_low = 0;
  index_t all_high = 0;

  [[nodiscard]] bool is_open() const { return all_low < place && place < all_high; }
  [[nodiscard]] index_t found() const { return all_low >= place ? low : high; }
};

/// What a rank says of a window: how many of its elements are in it, and the one in their middle,
/// which follows in memory.
struct proposal_head {
  index_t weight;
  index_t place;
};

[[noreturn]] void throw_contradiction() {
  throw argument_error("the order in which a global array is to be sorted contradicts itself: it "
                       "must be a strict weak order, as of std::sort");
}

/// The search for all places at once (Axtmann and Sanders, "Robust massively parallel sorting",
/// 2017, call it multi-way selection): in each round every rank proposes the middle of its window,
/// the weighted median of these is counted, and at least a quarter of the elements in the window
/// drop out.
class splitter_search {
public:
  splitter_search(const communicator& comm, const sorted_run& mine, const element_order& order)
      : comm_(comm), mine_(mine), order_(order),
        stride_((static_cast<index_t>(sizeof(proposal_head)) + order.itemsize + 15) / 16 * 16) {}

  std::vector<index_t> find(const std::vector<index_t>& places) {
    const index_t total = static_cast<index_t>(allreduce_sum(comm_, mine_.count));
    for (const index_t place : places) windows_.push_back({place, 0, mine_.count, 0, total});
    for (open_ = still_open(); !open_.empty() && !contradicts_; open_ = still_open()) run_round();
    throw_failure(comm_, order_);
    if (contradicts_) throw_contradiction();
    std::vector<index_t> result;
    for (const search_window& w : windows_) result.push_back(w.found());
    return result;
  }

private:
  [[nodiscard]] std::vector<std::size_t> still_open() const {
    std::vector<std::size_t> result;
    for (std::size_t k = 0; k < windows_.size(); ++k)
      if (windows_[k].is_open()) result.push_back(k);
    return result;
  }

  void run_round() {
    exchange_proposals();
    std::vector<std::int64_t> before;
    pivots_.clear();
    for (std::size_t j = 0; j < open_.size(); ++j) {
      pivots_.push_back(weighted_median(j));
      before.push_back(count_before(windows_[open_[j]], pivots_.back()));
    }
    const std::vector<std::int64_t> own = before;
    allreduce(comm_, before.data(), static_cast<int>(before.size()), MPI_SUM);
    for (std::size_t j = 0; j < open_.size(); ++j)
      narrow(windows_[open_[j]], pivots_[j], own[j], before[j]);
  }

  void exchange_proposals() {
    const auto bytes = static_cast<std::size_t>(stride_) * open_.size();
    mine_proposed_.assign(bytes, std::byte{});
    proposed_.resize(bytes * static_cast<std::size_t>(comm_.size()));
    for (std::size_t j = 0; j < open_.size(); ++j) {
      const search_window& w = windows_[open_[j]];
      std::byte* const to = mine_proposed_.data() + stride_ * static_cast<index_t>(j);
      const proposal_head head{w.high - w.low, w.low + (w.high - w.low) / 2};
      std::memcpy(to, &head, sizeof head);
      if (head.weight > 0)
        std::memcpy(to + sizeof head, mine_.data + head.place * order_.itemsize,
                    static_cast<std::size_t>(order_.itemsize));
    }
    allgather_bytes(comm_, mine_proposed_.data(), proposed_.data(), static_cast<int>(bytes));
  }

  struct pivot {
    int rank;
    index_t weight;
    index_t place;
    const std::byte* element;
  };
  [[nodiscard]] pivot proposal_of(int rank, std::size_t j) const {
    const index_t number =
        index_t{rank} * static_cast<index_t>(open_.size()) + static_cast<index_t>(j);
    const std::byte* const at = proposed_.data() + number * stride_;
    proposal_head head{};
    std::memcpy(&head, at, sizeof head);
    return {rank, head.weight, head.place, at + sizeof head};
  }

  [[nodiscard]] pivot weighted_median(std::size_t j) const {
    std::vector<pivot> all;
    index_t weight = 0;
    for (int r = 0; r < comm_.size(); ++r) {
      const pivot p = proposal_of(r, j);
      weight += p.weight;
      if (p.weight > 0) all.push_back(p);
    }
    std::stable_sort(all.begin(), all.end(), [this](const pivot& a, const pivot& b) {
      return order_.is_before(order_.context, a.element, b.element);
    });
    index_t passed = 0;
    for (const pivot& p : all)
      if ((passed += p.weight) * 2 >= weight) return p;
    return all.back();
  }

  /// This rank's elements before the pivot, which lie in the window.
  [[nodiscard]] index_t count_before(const search_window& w, const pivot& p) const {
    if (p.rank == comm_.rank()) return p.place;
    return w.low + order_.place_of(order_.context, mine_.data + w.low * order_.itemsize,
                                   w.high - w.low, p.element, comm_.rank() < p.rank);
  }

  void narrow(search_window& w, const pivot& p, index_t own, index_t all) {
    if (all < w.all_low || all >= w.all_high) {
      contradicts_ = true;
    } else if (all < w.place) {
      w.low = own + (p.rank == comm_.rank() ? 1 : 0);
      w.all_low = all + 1;
    } else {
      w.high = own;
      w.all_high = all;
    }
  }

  const communicator& comm_;
  const sorted_run& mine_;
  const element_order& order_;
  index_t stride_; // of proposals
  std::vector<search_window> windows_;
  std::vector<std::size_t> open_;
  std::vector<pivot> pivots_;
  bool contradicts_ = false; // on all ranks or on none
  std::vector<std::byte> mine_proposed_;
  std::vector<std::byte> proposed_; // of all ranks, for each open window
};

} // namespace

void throw_failure(const communicator& comm, const element_order& order) {
  if (order.failure == nullptr) return;
  collectively(comm, [&] {
    if (*order.failure) std::rethrow_exception(*order.failure);
  });
}

std::vector<index_t> split_run(const communicator& comm, const sorted_run& mine,
                               const element_order& order, const std::vector<index_t>& places) {
  return splitter_search(comm, mine, order).find(places);
}

} // namespace tessera::detail
