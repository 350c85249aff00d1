#include <tessera/distributed/sorting/run_merge.hpp>

#include "memory/node_memory.hpp"

#include <tessera/core/memory.hpp>
#include <tessera/distributed/agree.hpp>
#include <tessera/distributed/collective/exchange.hpp>
#include <tessera/distributed/collectives.hpp>

#include <algorithm>
#include <array>
#include <cstring>
#include <numeric>

namespace tessera::detail {

namespace {

/// The ranks of a communicator in that of this rank's node; MPI_UNDEFINED for those elsewhere.
std::vector<int> ranks_in_node(const communicator& comm, const node_memory* node) {
  std::vector<int> result(static_cast<std::size_t>(comm.size()), MPI_UNDEFINED);
  if (node == nullptr) return result;
  std::vector<int> all(result.size());
  std::iota(all.begin(), all.end(), 0);
  MPI_Group group = MPI_GROUP_NULL;
  MPI_Group of_node = MPI_GROUP_NULL;
  check_mpi(MPI_Comm_group(comm.native(), &group), "MPI_Comm_group");
  check_mpi(MPI_Comm_group(node->comm().native(), &of_node), "MPI_Comm_group");
  check_mpi(MPI_Group_translate_ranks(group, comm.size(), all.data(), of_node, result.data()),
            "MPI_Group_translate_ranks");
  MPI_Group_free(&group);
  MPI_Group_free(&of_node);
  return result;
}

/// A sorted part of what this rank gets.
struct piece {
  const std::byte* data;
  index_t count;
};

/// Which part of each rank's run goes where, and how.
class run_exchange {
public:
  run_exchange(const communicator& comm, const sorted_run& mine, index_t itemsize)
      : comm_(comm), mine_(mine), itemsize_(itemsize), node_(node_memory::of(comm)),
        node_ranks_(ranks_in_node(comm, node_)),
        places_(allgather(comm, node_ == nullptr ? nowhere : node_->place_of(mine.data))) {}

  /// Of this rank's run, rank r gets the elements from cuts[r] to cuts[r + 1].
  void exchange_cuts(const std::vector<index_t>& cuts) {
    for (std::size_t r = 0; r + 1 < cuts.size(); ++r)
      leaving_.push_back({cuts[r], cuts[r + 1] - cuts[r]});
    arriving_.resize(leaving_.size());
    alltoall(comm_, message_data_of(leaving_), {}, message_data_of(arriving_), {},
             call_mode::blocking);
  }
  [[nodiscard]] bool has_messages() const {
    for (int r = 0; r < comm_.size(); ++r)
      if (!is_read_in_place(r) && part(arriving_, r).count > 0) return true;
    return false;
  }
  /// How many ranks have something for this one.
  [[nodiscard]] std::size_t pieces() const {
    return static_cast<std::size_t>(std::count_if(arriving_.begin(), arriving_.end(),
                                                  [](const stretch& s) { return s.count > 0; }));
  }
  /// The parts in the order of the ranks; those that come as messages are put where they would lie
  /// if all came so.
  std::vector<piece> receive(std::byte* into) {
    std::vector<message_data> sent;
    std::vector<message_data> received;
    std::vector<piece> result;
    for (int r = 0; r < comm_.size(); ++r) {
      const stretch& in = part(arriving_, r);
      const bool is_message = !is_read_in_place(r) && in.count > 0;
      received.push_back(bytes_at(into, is_message ? in.count : 0));
      if (in.count > 0) result.push_back({is_message ? into : in_place_of(r), in.count});
      into += in.count * itemsize_;
      const stretch& out = part(leaving_, r);
      sent.push_back(
          bytes_at(mine_.data + out.first * itemsize_, reads_in_place(r) ? 0 : out.count));
    }
    exchange_parts(comm_, sent, received);
    return result;
  }
  /// Do ranks read each other's runs? The same on all ranks.
  [[nodiscard]] bool shares_runs() const {
    return std::any_of(places_.begin(), places_.end(),
                       [](std::uint64_t place) { return place != nowhere; });
  }

private:
  struct stretch {
    index_t first;
    index_t count;
  };
  static const stretch& part(const std::vector<stretch>& parts, int rank) {
    return parts[static_cast<std::size_t>(rank)];
  }
  [[nodiscard]] bool is_of_node(int rank) const {
    return node_ranks_[static_cast<std::size_t>(rank)] != MPI_UNDEFINED;
  }
  /// Does this rank read the run of another, and does the other read this one's?
  [[nodiscard]] bool is_read_in_place(int rank) const {
    return rank == comm_.rank() ||
           (is_of_node(rank) && places_[static_cast<std::size_t>(rank)] != nowhere);
  }
  [[nodiscard]] bool reads_in_place(int rank) const {
    return rank == comm_.rank() ||
           (is_of_node(rank) && places_[static_cast<std::size_t>(comm_.rank())] != nowhere);
  }
  [[nodiscard]] const std::byte* in_place_of(int rank) const {
    const auto r = static_cast<std::size_t>(rank);
    const std::byte* const run =
        rank == comm_.rank() ? mine_.data : node_->at(node_ranks_[r], places_[r]);
    return run + arriving_[r].first * itemsize_;
  }
  [[nodiscard]] message_data bytes_at(const std::byte* data, index_t count) const {
    return {const_cast<std::byte*>(data), count * itemsize_, 1, 'V', true, 1, nullptr, nullptr};
  }

  const communicator& comm_;
  const sorted_run& mine_;
  index_t itemsize_;
  node_memory* node_;
  std::vector<int> node_ranks_;
  std::vector<std::uint64_t> places_; // of the runs; nowhere for those that are not shared
  std::vector<stretch> leaving_;
  std::vector<stretch> arriving_;
};

/// How often neighbours are merged until one is left.
int merge_levels(std::size_t pieces) {
  int levels = 0;
  for (; pieces > 1; pieces = (pieces + 1) / 2) ++levels;
  return levels;
}

/// Merges neighbours, which lie one after another in the result.
std::vector<piece> merge_neighbours(const std::vector<piece>& pieces, const element_order& order,
                                    std::byte* to) {
  std::vector<piece> result;
  for (std::size_t k = 0; k < pieces.size(); k += 2) {
    const piece& a = pieces[k];
    const piece b = k + 1 < pieces.size() ? pieces[k + 1] : piece{nullptr, 0};
    order.merge(order.context, a.data, a.count, b.data, b.count, to);
    result.push_back({to, a.count + b.count});
    to += (a.count + b.count) * order.itemsize;
  }
  return result;
}

/// The ends of the ranks' parts in this rank's run.
std::vector<index_t> cuts_of_run(const communicator& comm, const sorted_run& mine,
                                 const element_order& order,
                                 const std::vector<index_t>& boundaries) {
  const std::vector<index_t> inner(boundaries.begin() + 1, boundaries.end() - 1);
  std::vector<index_t> cuts = split_run(comm, mine, order, inner);
  cuts.insert(cuts.begin(), 0);
  cuts.push_back(mine.count);
  return cuts;
}

} // namespace

void merge_runs(const communicator& comm, const sorted_run& mine, const element_order& order,
                const std::vector<index_t>& boundaries, void* to) {
  run_exchange runs(comm, mine, order.itemsize);
  runs.exchange_cuts(cuts_of_run(comm, mine, order, boundaries));
  const auto me = static_cast<std::size_t>(comm.rank());
  const index_t bytes = (boundaries[me + 1] - boundaries[me]) * order.itemsize;
  const int levels = merge_levels(runs.pieces());
  const bool needs_spare = levels > 1 || (levels == 1 && runs.has_messages());
  const buffer spare =
      collectively(comm, [&] { return buffer(static_cast<std::size_t>(needs_spare ? bytes : 0)); });
  // Every level goes from one of two places to the other; the last one ends in the result.
  std::byte* const places[2] = {static_cast<std::byte*>(to), spare.data()};
  std::vector<piece> pieces = runs.receive(places[levels % 2]);
  if (pieces.size() == 1 && pieces[0].data != places[0])
    std::memcpy(to, pieces[0].data, static_cast<std::size_t>(bytes));
  for (int left = levels; left > 0; --left)
    pieces = merge_neighbours(pieces, order, places[(left - 1) % 2]);
  throw_failure(comm, order);
  if (runs.shares_runs()) comm.barrier();
}

} // namespace tessera::detail
