#include "node_exchange.hpp"

#include <algorithm>
#include <atomic>
#include <sched.h>

namespace tessera::detail {

namespace {

constexpr int offer_tag = 2;
constexpr int answer_tag = 3;
constexpr int posted_tag = 4;
constexpr int unused_tag = 5;
constexpr index_t largest_piece = index_t{1} << 30; // of what goes through MPI after all

constexpr index_t line = 64;
constexpr std::size_t words_of_line = 8;
constexpr std::size_t places_beside_counter = words_of_line - 1;

// Measured between two cores that share no cache but the last: reading short runs from another's
// block costs a miss each, so they are packed by who has them in cache; much of that is slower
// than a message.
constexpr index_t shortest_run = 256;             // bytes
constexpr index_t most_packed = index_t{1} << 17; // bytes of one message

std::uint64_t load(const std::uint64_t* word) {
  // A reference cannot be made to what is constant; loading changes nothing.
  return std::atomic_ref(*const_cast<std::uint64_t*>(word)).load(std::memory_order_acquire);
}
void store(std::uint64_t* word, std::uint64_t value) {
  std::atomic_ref(*word).store(value, std::memory_order_release);
}

void relax() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

/// What was started and not finished: who waits for one transfer looks after the others, too, so
/// that ranks may finish them in different orders.
std::vector<node_exchange*>& under_way() {
  static auto* const all = new std::vector<node_exchange*>;
  return *all;
}

/// Packed parts that slow ranks may still read, though their plan is gone.
struct retired {
  shared_piece staging;
  std::vector<std::pair<const std::uint64_t*, std::uint64_t>> awaited; // counters and numbers
};
std::vector<retired>& all_retired() {
  static auto* const all = new std::vector<retired>;
  return *all;
}

void free_retired() {
  std::erase_if(all_retired(), [](const retired& r) {
    return std::all_of(r.awaited.begin(), r.awaited.end(),
                       [](const auto& each) { return load(each.first) >= each.second; });
  });
}

std::size_t words_of_offer(const message& m) {
  std::size_t words = 6;
  for (const message_part& part : m.parts) words += 2 + part.where.shape.size();
  return words;
}

} // namespace

node_exchange::~node_exchange() {
  if (node_ == nullptr) return;
  std::erase(under_way(), this);
  retired left{std::move(staging_), {}};
  for (const outgoing& out : outgoing_) left.awaited.emplace_back(out.done, out.done_before + run_);
  all_retired().push_back(std::move(left));
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
                            std::vector<message>& sends, std::vector<message>& receives) {
  node_memory* const node = node_memory::of(comm);
  if (node == nullptr) return;
  free_retired();
  node_ = node;
  comm_ = comm;
  arrays_ = &arrays;
  located_.assign(arrays.size(), nullptr);
  combines_ = std::any_of(arrays.begin(), arrays.end(),
                          [](const array_slot& a) { return a.combine != nullptr; });
  choose_messages(sends, receives);
  const auto shared_receives = static_cast<index_t>(incoming_.size());
  const index_t places = arrays.size() > places_beside_counter
                             ? static_cast<index_t>(arrays.size() * sizeof(std::uint64_t))
                             : 0;
  staging_first_ = (places + line - 1) / line * line;
  staging_bytes_ = staging_first_ + 2 * staging_step_;
  if (!node->make_room(staging_bytes_, shared_receives + 1)) {
    node_ = nullptr;
    outgoing_.clear();
    incoming_.clear();
    for (message& m : sends) m.is_shared = false;
    return;
  }
  ready_ = node->take_counter();
  ready_before_ = *ready_.word;
  for (std::size_t k = 1; k < words_of_line; ++k) ready_.word[k] = nowhere;
  staging_ = shared_piece(*node, staging_bytes_);
  std::fill_n(reinterpret_cast<std::uint64_t*>(staging_.data()), places / 8, nowhere);
  places_ = places > 0 ? reinterpret_cast<std::uint64_t*>(staging_.data()) : ready_.word + 1;
  for (incoming& in : incoming_) {
    in.done = node->take_counter();
    in.done_before = *in.done.word;
  }
  exchange_offers();
  under_way().reserve(under_way().size() + 16);
}

/// Those between ranks of this node; whether they are shared, the sender says later.
void node_exchange::choose_messages(std::vector<message>& sends, std::vector<message>& receives) {
  const std::vector<int> receivers = node_ranks_of(sends);
  for (std::size_t k = 0; k < sends.size(); ++k) {
    sends[k].is_shared = receivers[k] != MPI_UNDEFINED;
    if (!sends[k].is_shared) continue;
    outgoing out;
    out.what = &sends[k];
    out.node_rank = receivers[k];
    index_t packed = 0;
    for (const message_part& part : sends[k].parts) {
      const array_slot& array = (*arrays_)[part.array];
      const bool direct = node_->place_of(array.from) != nowhere &&
                          part.where.longest_run() * array.itemsize >= shortest_run;
      out.reads_block = out.reads_block || direct;
      out.is_direct.push_back(direct);
      if (direct) continue;
      const region slot = tessera::detail::packed(part.where.shape, 0);
      out.packed.push_back(
          {strided_copy(slot, part.where, array.itemsize), part.array, staging_step_ + packed});
      packed += (part.where.size() * array.itemsize + line - 1) / line * line;
    }
    if (packed > most_packed)
      sends[k].is_shared = false; // the receiver is told
    else
      staging_step_ += packed;
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

/// What the receiver must know of a message: the mode, where the counter, the places and the packed
/// parts lie, and of each part, whether it is read from the block, and where it is.
std::vector<std::int64_t> node_exchange::offer(const outgoing& out) const {
  const std::uint64_t staging =
      staging_bytes_ > 0 ? staging_.place() + static_cast<std::uint64_t>(staging_first_) : 0;
  const std::uint64_t places =
      places_ == ready_.word + 1 ? ready_.place + sizeof(std::uint64_t) : staging_.place();
  std::vector<std::int64_t> words{out.what->is_shared ? 1 : 0,
                                  static_cast<std::int64_t>(ready_.place),
                                  static_cast<std::int64_t>(ready_before_),
                                  static_cast<std::int64_t>(places),
                                  static_cast<std::int64_t>(staging),
                                  staging_step_};
  auto next_packed = out.packed.begin();
  for (std::size_t k = 0; k < out.what->parts.size(); ++k) {
    const region& where = out.what->parts[k].where;
    words.push_back(out.is_direct[k] ? 1 : 0);
    words.push_back(out.is_direct[k] ? where.offset : (next_packed++)->at);
    words.insert(words.end(), where.strides.begin(), where.strides.end());
  }
  return words;
}

void node_exchange::accept(incoming& in, const std::int64_t* words) {
  const auto place = [&](std::size_t k) { return static_cast<shared_place>(words[k]); };
  in.ready = reinterpret_cast<std::uint64_t*>(node_->at(in.node_rank, place(1)));
  in.ready_before = static_cast<std::uint64_t>(words[2]);
  in.places = reinterpret_cast<std::uint64_t*>(node_->at(in.node_rank, place(3)));
  in.staging = place(4) == nowhere ? nullptr : node_->at(in.node_rank, place(4));
  in.staging_step = words[5];
  const std::int64_t* next = words + 6;
  for (const message_part& part : in.what->parts) {
    const array_slot& array = (*arrays_)[part.array];
    const std::size_t ndim = part.where.shape.size();
    const bool direct = next[0] != 0;
    region theirs = packed(part.where.shape, 0);
    if (direct) theirs = {next[1], part.where.shape, {next + 2, next + 2 + ndim}};
    in.parts.push_back({{strided_copy(part.where, theirs, array.itemsize, array.combine),
                         part.array, direct ? 0 : next[1]},
                        direct});
    in.reads_block = in.reads_block || direct;
    next += 2 + ndim;
  }
}

/// Tells receivers where to read, and senders where it is counted what was read.
void node_exchange::exchange_offers() {
  std::vector<MPI_Request> requests;
  std::vector<std::vector<std::int64_t>> offers;
  std::vector<answer> answers(outgoing_.size() + incoming_.size());
  const auto post = [&](auto call, const char* name, void* data, std::size_t words, int peer,
                        int tag) {
    requests.push_back(MPI_REQUEST_NULL);
    check_mpi(call(data, static_cast<int>(words), MPI_INT64_T, peer, tag, comm_.native(),
                   &requests.back()),
              name);
  };
  std::size_t next = 0;
  for (const outgoing& out : outgoing_) {
    offers.push_back(offer(out));
    post(MPI_Isend, "MPI_Isend", offers.back().data(), offers.back().size(), out.what->peer,
         offer_tag);
    post(MPI_Irecv, "MPI_Irecv", answers[next++].data(), 2, out.what->peer, answer_tag);
  }
  for (const incoming& in : incoming_) {
    offers.emplace_back(words_of_offer(*in.what));
    post(MPI_Irecv, "MPI_Irecv", offers.back().data(), offers.back().size(), in.what->peer,
         offer_tag);
    answers[next] = {static_cast<std::int64_t>(in.done.place),
                     static_cast<std::int64_t>(in.done_before)};
    post(MPI_Isend, "MPI_Isend", answers[next++].data(), 2, in.what->peer, answer_tag);
  }
  check_mpi(MPI_Waitall(static_cast<int>(requests.size()), requests.data(), MPI_STATUSES_IGNORE),
            "MPI_Waitall");
  settle(offers, answers);
}

/// Takes in what the others said. Messages that their senders do not share are MPI's.
void node_exchange::settle(const std::vector<std::vector<std::int64_t>>& offers,
                           const std::vector<answer>& answers) {
  for (std::size_t k = 0; k < outgoing_.size(); ++k) {
    outgoing& out = outgoing_[k];
    const int receiver = out.node_rank;
    out.done = reinterpret_cast<std::uint64_t*>(
        node_->at(receiver, static_cast<shared_place>(answers[k][0])));
    out.done_before = static_cast<std::uint64_t>(answers[k][1]);
  }
  for (std::size_t k = 0; k < incoming_.size(); ++k) {
    const std::vector<std::int64_t>& words = offers[outgoing_.size() + k];
    incoming& in = incoming_[k];
    in.what->is_shared = words[0] != 0;
    if (in.what->is_shared)
      accept(in, words.data());
    else
      node_->give_back(in.done);
  }
  std::erase_if(outgoing_, [](const outgoing& out) { return !out.what->is_shared; });
  std::erase_if(incoming_, [](const incoming& in) { return !in.what->is_shared; });
}

/// Ends when `done()` does. Others may wait for what this rank has promised elsewhere: so it lets
/// MPI move its messages and takes what has come for other transfers.
template <class Done> void node_exchange::wait_until(const Done& done) {
  constexpr int short_while = 200;
  for (int i = 0; i < short_while; ++i) {
    if (done()) return;
    relax();
  }
  while (!done()) {
    for (node_exchange* const other : under_way())
      if (other != this && !other->combines_) other->take_all();
    int found = 0;
    check_mpi(MPI_Iprobe(MPI_ANY_SOURCE, unused_tag, comm_.native(), &found, MPI_STATUS_IGNORE),
              "MPI_Iprobe");
    sched_yield();
  }
}

std::byte* node_exchange::buffer_of_run() const {
  return staging_.data() + staging_first_ + static_cast<index_t>(run_ % 2) * staging_step_;
}

/// The buffer of this run served the one before the last.
void node_exchange::pack() {
  if (run_ > 2)
    for (const outgoing& out : outgoing_)
      if (!out.packed.empty() && !is_read(out, run_ - 2))
        wait_until([&] { return is_read(out, run_ - 2); });
  for (const outgoing& out : outgoing_)
    for (const part_copy& c : out.packed)
      c.copy.run(buffer_of_run() + c.at, (*arrays_)[c.array].from);
}

/// Says where the arrays of this run lie.
void node_exchange::publish_places() {
  all_in_place_ = true;
  for (std::size_t k = 0; k < arrays_->size(); ++k) {
    const std::byte* const from = (*arrays_)[k].from;
    if (from != located_[k] || places_[k] == nowhere) {
      places_[k] = node_->place_of(from);
      located_[k] = from;
    }
    all_in_place_ = all_in_place_ && places_[k] != nowhere;
  }
}

void node_exchange::start() {
  ++run_;
  pack();
  publish_places();
  for (incoming& in : incoming_) in.is_taken = false;
  under_way().push_back(this);
  store(ready_.word, ready_before_ + run_);
  if (all_in_place_) return;
  for (const outgoing& out : outgoing_)
    if (out.reads_block && !is_in_place(*out.what, places_)) post(*out.what);
}

bool node_exchange::is_in_place(const message& m, const std::uint64_t* places) {
  return std::none_of(m.parts.begin(), m.parts.end(),
                      [&](const message_part& part) { return places[part.array] == nowhere; });
}

/// Sends all of a message packed, whatever its type: it may be longer than MPI can count.
void node_exchange::post(const message& m) {
  posted_.push_back({buffer(static_cast<std::size_t>(m.bytes)), {}});
  posted& p = posted_.back();
  for (const message_part& part : m.parts) {
    const array_slot& array = (*arrays_)[part.array];
    strided_copy(packed(part.where.shape, 0), part.where, array.itemsize)
        .run(p.packed.data() + part.at, array.from);
  }
  for (index_t at = 0; at < m.bytes; at += largest_piece) {
    p.requests.push_back(MPI_REQUEST_NULL);
    check_mpi(MPI_Isend(p.packed.data() + at,
                        static_cast<int>(std::min(largest_piece, m.bytes - at)), MPI_BYTE, m.peer,
                        posted_tag, comm_.native(), &p.requests.back()),
              "MPI_Isend");
  }
}

void node_exchange::receive_posted(const message& m) const {
  const buffer arrived(static_cast<std::size_t>(m.bytes));
  for (index_t at = 0; at < m.bytes; at += largest_piece)
    check_mpi(MPI_Recv(arrived.data() + at, static_cast<int>(std::min(largest_piece, m.bytes - at)),
                       MPI_BYTE, m.peer, posted_tag, comm_.native(), MPI_STATUS_IGNORE),
              "MPI_Recv");
  for (const message_part& part : m.parts) {
    const array_slot& array = (*arrays_)[part.array];
    strided_copy(part.where, packed(part.where.shape, 0), array.itemsize, array.combine)
        .run(array.to, arrived.data() + part.at);
  }
}

void node_exchange::copy_from(const incoming& in) const {
  const std::byte* const packed = in.staging + static_cast<index_t>(run_ % 2) * in.staging_step;
  for (const auto& [c, is_direct] : in.parts) {
    const std::byte* const from =
        is_direct ? node_->at(in.node_rank, in.places[c.array]) : packed + c.at;
    c.copy.run((*arrays_)[c.array].to, from);
  }
}

/// Copies what a sender has ready; false when it is not.
bool node_exchange::take(incoming& in) {
  if (in.is_taken) return true;
  if (load(in.ready) < in.ready_before + run_) return false;
  in.is_taken = true;
  if (in.reads_block && !is_in_place(*in.what, in.places))
    receive_posted(*in.what);
  else
    copy_from(in);
  store(in.done.word, in.done_before + run_);
  return true;
}

bool node_exchange::take_all() {
  bool all = true;
  for (incoming& in : incoming_) all = take(in) && all;
  return all;
}

bool node_exchange::is_read(const outgoing& out, std::uint64_t run) {
  return load(out.done) >= out.done_before + run;
}

bool node_exchange::blocks_are_read() const {
  return std::all_of(outgoing_.begin(), outgoing_.end(),
                     [&](const outgoing& out) { return !out.reads_block || is_read(out, run_); });
}

void node_exchange::receive() {
  wait_until([this] { return take_all(); });
}

void node_exchange::receive_from(int peer) {
  for (incoming& in : incoming_)
    if (in.what->peer == peer) wait_until([&] { return take(in); });
}

void node_exchange::finish() {
  wait_until([this] { return blocks_are_read(); });
  std::erase(under_way(), this);
  for (posted& p : posted_)
    check_mpi(
        MPI_Waitall(static_cast<int>(p.requests.size()), p.requests.data(), MPI_STATUSES_IGNORE),
        "MPI_Waitall");
  posted_.clear();
}

} // namespace tessera::detail
