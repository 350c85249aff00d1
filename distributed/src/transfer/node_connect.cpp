// Before the first run of a node exchange: which messages go through shared memory, what of them is
// packed, and the memory for that.
#include "transfer/node_exchange.hpp"

#include "memory/node_flags.hpp"
#include "ranks/waits.hpp"

#include <algorithm>
#include <exception>
#include <mutex>
#include <optional>
#include <unistd.h>
#include <utility>

namespace tessera::detail {

namespace {

constexpr std::size_t words_of_line = 8;
constexpr std::size_t places_beside_counter = words_of_line - 1;

// Measured between two cores that share no cache but the last: reading short stretches from
// another's block costs a miss each, so they are packed by who has them in cache; what is so long
// that it fills the cache by the time it is read may as well go as a message.
constexpr index_t shortest_stretch = 256;         // bytes
constexpr index_t most_packed = index_t{1} << 22; // bytes of one message
// The lines of fewer rows stay in cache anyway.
constexpr index_t least_sliced = index_t{1} << 16;
constexpr index_t slice_bytes = 4096;

/// Packed parts that slow ranks may still read, though their plan is gone.
struct retired {
  shared_piece staging;
  std::vector<std::pair<const std::uint64_t*, std::uint64_t>> awaited; // counters and numbers
};
struct retired_parts {
  std::mutex mutex;
  std::vector<retired> all;
};
retired_parts& retired_before() {
  static auto* const parts = new retired_parts;
  return *parts;
}

void retire(retired part) {
  retired_parts& parts = retired_before();
  const std::lock_guard lock(parts.mutex);
  parts.all.push_back(std::move(part));
}

void free_retired() {
  retired_parts& parts = retired_before();
  const std::lock_guard lock(parts.mutex);
  std::erase_if(parts.all, [](const retired& r) {
    return std::all_of(r.awaited.begin(), r.awaited.end(),
                       [](const auto& each) { return load(each.first) >= each.second; });
  });
}

/// Has MPI ended, and with it all memory of the node?
bool has_ended() {
  int ended = 0;
  MPI_Finalized(&ended);
  return ended != 0;
}

/// How often to look before letting others run, MPI first: some microseconds where they need this
/// core, else about as long as that costs if they take it.
int looks_at_once(int ranks) {
  static const long cores = sysconf(_SC_NPROCESSORS_ONLN);
  constexpr int few = 200;
  constexpr int many = 1000;
  return ranks > cores ? few : many;
}

} // namespace

node_exchange::~node_exchange() {
  if (node_ == nullptr) return;
  unlink();
  try {
    std::optional<limited_waits> limited;
    if (std::uncaught_exceptions() > 0) limited.emplace();
    if (has_readers_ && !has_ended()) await_readers();
  } catch (...) { // a failed call of MPI cannot be reported from here; the next one will fail too
    give_up();
  }
  retired left{std::move(staging_), {}};
  for (const outgoing& out : outgoing_) left.awaited.emplace_back(out.done, out.done_before + run_);
  if (staging_bytes_ > 0) retire(std::move(left));
  if (ready_.word == nullptr) return; // there was an error before it had its memory
  node_->give_back(ready_);
  for (const incoming& in : incoming_) node_->give_back(in.done);
}

std::vector<int> node_exchange::node_ranks_of(const std::vector<message>& messages) const {
  std::vector<int> peers;
  peers.reserve(messages.size());
  for (const message& m : messages) peers.push_back(m.peer);
  std::vector<int> result(peers.size());
  MPI_Group all = MPI_GROUP_NULL;
  MPI_Group node = MPI_GROUP_NULL;
  check_mpi(MPI_Comm_group(comm_.native(), &all), "MPI_Comm_group");
  check_mpi(MPI_Comm_group(node_->comm().native(), &node), "MPI_Comm_group");
  check_mpi(MPI_Group_translate_ranks(all, static_cast<int>(peers.size()), peers.data(), node,
                                      result.data()),
            "MPI_Group_translate_ranks");
  MPI_Group_free(&all);
  MPI_Group_free(&node);
  return result;
}

void node_exchange::connect(const communicator& comm, const std::vector<array_slot>& arrays,
                            std::vector<message>& sends, std::vector<message>& receives,
                            index_t most_of_message) {
  if (!node_memory::is_wanted(comm)) return;
  node_ = node_memory::of(comm);
  comm_ = comm;
  if (node_ == nullptr) { // the others, on their nodes, ask whether all have room
    shared_room none;
    node_memory::reserve(comm, nullptr, 0, 0, none);
    return;
  }
  free_retired();
  looks_ = looks_at_once(node_->comm().size());
  arrays_ = &arrays;
  most_of_message_ = most_of_message;
  located_.assign(arrays.size(), {});
  combines_ =
      std::any_of(arrays.begin(), arrays.end(), [](const array_slot& a) { return a.combines(); });
  choose_messages(sends, receives);
  if (!take_memory()) return forget_messages(sends);
  exchange_offers();
  for (const outgoing& out : outgoing_) bytes_ += out.what->bytes;
  for (const incoming& in : incoming_) bytes_ += in.what->bytes;
}

/// Where the memory of the node has no room.
void node_exchange::forget_messages(std::vector<message>& sends) {
  node_ = nullptr;
  outgoing_.clear();
  incoming_.clear();
  for (message& m : sends) m.is_shared = false;
}

/// Of counters and buffers; false on all ranks when there is none.
bool node_exchange::take_memory() {
  const auto places = arrays_->size() > places_beside_counter
                          ? static_cast<index_t>(arrays_->size() * sizeof(std::uint64_t))
                          : 0;
  staging_first_ = (places + cache_line - 1) / cache_line * cache_line;
  staging_bytes_ = staging_first_ + 2 * staging_step_;
  shared_room room;
  node_memory::reserve(comm_, node_, staging_bytes_, static_cast<index_t>(incoming_.size()) + 1,
                       room);
  if (!room.is_had) return false;
  const auto take_counter = [&] {
    const shared_counter last = room.counters.back();
    room.counters.pop_back();
    return last;
  };
  ready_ = take_counter();
  ready_before_ = *ready_.word;
  for (std::size_t k = 1; k < words_of_line; ++k) ready_.word[k] = nowhere;
  staging_ = shared_piece(*node_, room.bytes.place, room.bytes.bytes);
  std::fill_n(reinterpret_cast<std::uint64_t*>(staging_.data()), places / 8, nowhere);
  places_ = places > 0 ? reinterpret_cast<std::uint64_t*>(staging_.data()) : ready_.word + 1;
  for (incoming& in : incoming_) {
    in.done = take_counter();
    in.done_before = *in.done.word;
  }
  return true;
}

/// Those between ranks of this node; whether they are shared, the sender says later.
void node_exchange::choose_messages(std::vector<message>& sends, std::vector<message>& receives) {
  const std::vector<int> receivers = node_ranks_of(sends);
  for (std::size_t k = 0; k < sends.size(); ++k) {
    if (receivers[k] == MPI_UNDEFINED) continue;
    outgoing out;
    out.what = &sends[k];
    out.node_rank = receivers[k];
    sends[k].is_shared = plan_packing(out); // the receiver is told
    outgoing_.push_back(std::move(out));
  }
  const std::vector<int> senders = node_ranks_of(receives);
  for (std::size_t k = 0; k < receives.size(); ++k) {
    if (senders[k] == MPI_UNDEFINED) continue;
    incoming in;
    in.what = &receives[k];
    in.node_rank = senders[k];
    incoming_.push_back(std::move(in));
  }
}

/// Finds what is packed of a message, and where; false when it is too much.
bool node_exchange::plan_packing(outgoing& out) {
  index_t bytes = 0;
  for (const message_part& part : out.what->parts) {
    const array_slot& array = (*arrays_)[part.array];
    const bool direct = node_->place_of(array.from) != nowhere && part.where.places.empty() &&
                        part.where.longest_stretch() * array.itemsize >= shortest_stretch;
    out.reads_block = out.reads_block || direct;
    out.is_direct.push_back(direct);
    if (direct) continue;
    std::uint64_t step = 0;
    for (const region& slice : slices_of(part)) {
      out.packed.push_back({{strided_copy(packed(slice.shape, 0), slice, array.itemsize),
                             part.array, staging_step_ + bytes},
                            false,
                            step++});
      bytes += in_lines(slice.size() * array.itemsize);
    }
  }
  if (bytes > most_packed || 2 * bytes > most_of_message_) return false;
  for (const piece& p : out.packed) steps_ = std::max(steps_, p.step + 1);
  out.place = staging_step_;
  staging_step_ += bytes;
  packs_ = packs_ || bytes > 0;
  return true;
}

/// Both sides cut a part in the same way. What is combined stays whole, as its order matters.
std::vector<region> node_exchange::slices_of(const message_part& part) const {
  const region& whole = part.where;
  const index_t bytes = whole.size() * (*arrays_)[part.array].itemsize;
  if (combines_ || bytes < least_sliced) return {whole};
  const auto longest = std::max_element(whole.shape.begin(), whole.shape.end());
  const auto d = static_cast<std::size_t>(longest - whole.shape.begin());
  const index_t count = std::min(bytes / slice_bytes, whole.shape[d]);
  std::vector<region> slices;
  for (index_t k = 0; k < count; ++k) {
    const index_t first = k * whole.shape[d] / count;
    region slice = whole;
    slice.shape[d] = (k + 1) * whole.shape[d] / count - first;
    if (d == 0 && !whole.places.empty())
      slice.places = whole.places.part(first, slice.shape[d]);
    else
      slice.offset += first * whole.strides[d];
    slices.push_back(std::move(slice));
  }
  return slices;
}

/// The other side of `plan_packing`.
void node_exchange::accept_packed(incoming& in, const message_part& part) const {
  const array_slot& array = (*arrays_)[part.array];
  std::uint64_t step = 0;
  for (const region& slice : slices_of(part)) {
    in.pieces.push_back(
        {{strided_copy(slice, packed(slice.shape, 0), array.itemsize, array.combine), part.array,
          in.packed_bytes},
         false,
         step++});
    in.packed_bytes += in_lines(slice.size() * array.itemsize);
  }
}

} // namespace tessera::detail
