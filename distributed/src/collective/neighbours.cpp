#include <tessera/distributed/collective/neighbours.hpp>

#include "collective/move_operation.hpp"
#include "collective/private_messages.hpp"
#include "messages/envelope.hpp"
#include "messages/sending.hpp"
#include "ranks/communicator_text.hpp"

#include <tessera/core/error.hpp>
#include <tessera/distributed/agree.hpp>
#include <tessera/distributed/ranks/waiting.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <string>
#include <utility>

namespace tessera {

namespace detail {

namespace {

void check_edges_are_there(const communicator& comm, const std::vector<int>& ranks,
                           const char* what) {
  for (const int rank : ranks)
    if (rank != no_rank && (rank < 0 || rank >= comm.size()))
      throw argument_error(fmt::format("{}: there is no rank {} for a {}; {}",
                                       call_text(comm, "neighbour_graph"), rank, what,
                                       ranks_text(comm)));
}

/// Throws on all ranks unless both ends of each edge name it. Collective.
void check_edges_agree(const communicator& comm, const std::vector<int>& sources,
                       const std::vector<int>& destinations) {
  std::vector<int> sent(static_cast<std::size_t>(comm.size()));
  std::vector<int> received(sent.size());
  for (const int rank : destinations)
    if (rank != no_rank) ++sent[static_cast<std::size_t>(rank)];
  alltoall(comm, sent, received);
  collectively(comm, [&] {
    for (int rank = 0; rank < comm.size(); ++rank) {
      const auto named = std::count(sources.begin(), sources.end(), rank);
      const int told = received[static_cast<std::size_t>(rank)];
      if (named != told)
        throw argument_error(fmt::format("{}: rank {} has rank {} as a destination {} times, which "
                                         "has it as a source {} times",
                                         call_text(comm, "neighbour_graph"), rank, comm.rank(),
                                         told, named));
    }
  });
}

/// The parts of an array, one for each of some neighbours: equal ones where counts are empty.
struct neighbour_parts {
  neighbour_parts(const message_data& array, const std::vector<int>& neighbours, index_t each_one,
                  part_counts sizes)
      : whole(array), ranks(neighbours), each(each_one), counts(sizes), offsets{0} {
    const std::size_t n = counts.empty() ? ranks.size() : counts.size();
    for (std::size_t k = 0; k < n; ++k) offsets.push_back(offsets[k] + count(k));
  }
  [[nodiscard]] index_t count(std::size_t k) const { return counts.empty() ? each : counts[k]; }
  /// Part k, where the elements lie one after another from an address on.
  [[nodiscard]] message_data part(std::size_t k, const std::byte* first) const {
    std::byte* const at = const_cast<std::byte*>(first) + offsets[k] * whole.itemsize;
    return {at, count(k), whole.itemsize, whole.kind, true, 1, nullptr, nullptr};
  }

  const message_data& whole;
  const std::vector<int>& ranks;
  index_t each;
  part_counts counts;
  std::vector<index_t> offsets; // and the end of all
};

std::string text_of_parts(const neighbour_parts& parts) {
  if (parts.counts.empty()) return fmt::format("of {} elements", parts.each);
  std::string text = "of";
  for (const index_t n : parts.counts) text += (text.size() > 2 ? ", " : " ") + std::to_string(n);
  return text + " elements";
}

/// Throws unless a whole has the size of its parts.
void check_neighbour_parts(const communicator& comm, const neighbour_parts& parts, const char* who,
                           const char* call) {
  const std::size_t n = parts.ranks.size();
  const bool one_of_each = parts.offsets.size() == n + 1;
  const bool has_negative = std::any_of(parts.counts.begin(), parts.counts.end(),
                                        [](index_t count) { return count < 0; });
  if (one_of_each && !has_negative && parts.offsets.back() == parts.whole.count) return;
  throw argument_error(fmt::format("{}: {} is not made of parts {}, one of each of {} {}",
                                   call_text(comm, call), contents_text(parts.whole),
                                   text_of_parts(parts), n, who));
}

void check_neighbour_types(const message_data& from, const message_data& to, const char* call) {
  check_apart(from, to, call, "receive into another array");
  if (from.kind == to.kind && from.itemsize == to.itemsize) return;
  throw argument_error(fmt::format("{}: {} and {} have elements of different types", call,
                                   contents_text(from), contents_text(to)));
}

/// A call that starts a message from each source and one to each destination.
class neighbour_call {
public:
  neighbour_call(const neighbour_graph& near, const char* name)
      : near_(near), comm_(private_communicator(near.comm())),
        op_(operation_pool<move_operation>::take()), owner_(op_), name_(name) {
    op_->start(near.comm(), name);
  }

  /// In the order in which the other ends send: in a grid, each part comes from the opposite side.
  void receive(const neighbour_parts& parts) {
    const std::byte* const to = op_->set_target(parts.whole);
    op_->pack_target(); // parts of nobody stay as they are
    for (std::size_t j = 0; j < parts.ranks.size(); ++j) {
      const std::size_t k = near_.is_grid() ? j ^ 1U : j;
      if (parts.ranks[k] == no_rank) continue;
      auto* const part = operation_pool<receive_operation>::take();
      op_->add(part);
      part->start(comm_, parts.part(k, to), parts.ranks[k], parts_tag, name_);
    }
  }
  /// The same to all, or a part to each.
  void send_all(const message_data& data) {
    const std::byte* const from = op_->source(data);
    for (const int rank : near_.destinations())
      send(rank, {const_cast<std::byte*>(from), data.count, data.itemsize, data.kind, true, 1,
                  nullptr, nullptr});
  }
  void send_parts(const neighbour_parts& parts) {
    const std::byte* const from = op_->source(parts.whole);
    for (std::size_t k = 0; k < parts.ranks.size(); ++k) send(parts.ranks[k], parts.part(k, from));
  }
  operation* finish(call_mode mode) {
    if (mode == call_mode::started) return owner_.release();
    wait_for(*op_);
    owner_.release()->recycle();
    return nullptr;
  }

private:
  void send(int rank, const message_data& data) {
    if (rank == no_rank) return;
    auto* const part = operation_pool<send_operation>::take();
    op_->add(part);
    part->start(comm_, data, rank, parts_tag, send_mode::standard);
  }

  const neighbour_graph& near_;
  const communicator& comm_;
  move_operation* op_;
  operation_owner owner_;
  const char* name_;
};

index_t equal_part(const message_data& whole, const std::vector<int>& ranks) {
  return ranks.empty() ? 0 : whole.count / static_cast<index_t>(ranks.size());
}

/// Throws where equal parts to others are not as long as those from others.
void check_equal_parts(const communicator& comm, const neighbour_parts& sent,
                       const neighbour_parts& received, const char* call) {
  const bool all_equal = sent.counts.empty() && received.counts.empty();
  if (!all_equal || sent.ranks.empty() || received.ranks.empty() || sent.each == received.each)
    return;
  throw argument_error(fmt::format("{}: {} for {} destinations and {} from {} sources have parts "
                                   "of different sizes",
                                   call_text(comm, call), contents_text(sent.whole),
                                   sent.ranks.size(), contents_text(received.whole),
                                   received.ranks.size()));
}

} // namespace

operation* neighbour_allgather(const neighbour_graph& near, const message_data& mine,
                               const message_data& whole, part_counts counts, call_mode mode) {
  const char* const name = "neighbour_allgather";
  check_usable(near.comm());
  check_neighbour_types(mine, whole, name);
  const neighbour_parts received{whole, near.sources(), mine.count, counts};
  check_neighbour_parts(near.comm(), received, "sources", name);
  const waiting here;
  neighbour_call call(near, name);
  call.receive(received);
  call.send_all(mine);
  return call.finish(mode);
}

operation* neighbour_alltoall(const neighbour_graph& near, const message_data& from,
                              part_counts from_counts, const message_data& to,
                              part_counts to_counts, call_mode mode) {
  const char* const name = "neighbour_alltoall";
  check_usable(near.comm());
  check_neighbour_types(from, to, name);
  const neighbour_parts sent{from, near.destinations(), equal_part(from, near.destinations()),
                             from_counts};
  const neighbour_parts received{to, near.sources(), equal_part(to, near.sources()), to_counts};
  check_neighbour_parts(near.comm(), sent, "destinations", name);
  check_neighbour_parts(near.comm(), received, "sources", name);
  check_equal_parts(near.comm(), sent, received, name);
  const waiting here;
  neighbour_call call(near, name);
  call.receive(received);
  call.send_parts(sent);
  return call.finish(mode);
}

} // namespace detail

neighbour_graph::neighbour_graph(const communicator& comm, std::vector<int> sources,
                                 std::vector<int> destinations)
    : comm_(comm), sources_(std::move(sources)), destinations_(std::move(destinations)) {
  detail::check_usable(comm);
  collectively(comm, [&] {
    detail::check_edges_are_there(comm, sources_, "source");
    detail::check_edges_are_there(comm, destinations_, "destination");
  });
  if (checks_arguments()) detail::check_edges_agree(comm, sources_, destinations_);
  detail::private_communicator(comm); // so that no first call waits
}

} // namespace tessera
