// Runs of a node exchange; node_offers.cpp prepares them.
#include "transfer/node_exchange.hpp"

#include "memory/node_flags.hpp"
#include "ranks/waits.hpp"

#include <tessera/distributed/ranks/waiting.hpp>

#include <tessera/core/error.hpp>

#include <algorithm>
#include <sched.h>
#include <utility>

namespace tessera::detail {

namespace {

constexpr int posted_tag = 4;
constexpr int unused_tag = 5;
constexpr index_t largest_piece = index_t{1} << 30; // of what goes through MPI after all
constexpr index_t most_fetched = 8192; // bytes of a buffer that are worth to be asked for early

/// Has the cache ask for adjacent lines all at once.
template <int ForWriting> void fetch(const std::byte* data, index_t bytes) {
  for (index_t at = 0; at < bytes; at += cache_line) __builtin_prefetch(data + at, ForWriting);
}

} // namespace

void node_exchange::take_what_came() {
  if (!combines_) take_all();
}

/// Ends when `done()` does. Others may wait for what this rank has promised elsewhere: so it lets
/// MPI move its messages and takes what has come for other transfers.
template <class Done> void node_exchange::wait_until(const Done& done) {
  if (done()) return;
  const timed_wait clock;
  for (int left = looks_; left > 0; --left) {
    if (done()) return;
    relax();
  }
  const waiting here(bytes_);
  while (!done()) {
    limited_waits::check();
    advance_others();
    int found = 0;
    check_mpi(MPI_Iprobe(MPI_ANY_SOURCE, unused_tag, comm_.native(), &found, MPI_STATUS_IGNORE),
              "MPI_Iprobe");
    sched_yield();
  }
}

std::byte* node_exchange::buffer_of(std::uint64_t run) const {
  return staging_.data() + staging_first_ + static_cast<index_t>(run % 2) * staging_step_;
}

/// The buffer of this run served the one before the last.
void node_exchange::await_buffer() {
  if (run_ <= 2) return;
  for (const outgoing& out : outgoing_)
    if (!out.packed.empty() && !is_read(out, run_ - 2))
      wait_until([&] { return is_read(out, run_ - 2); });
}

void node_exchange::pack(std::uint64_t step) {
  std::byte* const buffer = buffer_of(run_);
  for (const outgoing& out : outgoing_)
    for (const piece& p : out.packed)
      if (p.step == step) p.copy.copy.run(buffer + p.copy.at, (*arrays_)[p.copy.array].from);
}

/// The readers' caches have the lines that the next run writes.
void node_exchange::fetch_next_buffer() const {
  if (staging_step_ <= most_fetched) fetch<1>(buffer_of(run_ + 1), staging_step_);
}

/// Says where the arrays of this run lie. What was said is not read: the cache of who waits for the
/// counter beside it has taken it.
void node_exchange::publish_places() {
  all_in_place_ = true;
  for (std::size_t k = 0; k < arrays_->size(); ++k) {
    const std::byte* const from = (*arrays_)[k].from;
    if (from != located_[k].address || !located_[k].is_shared) {
      await_readers(); // of the last run
      const shared_place place = node_->place_of(from);
      places_[k] = place;
      located_[k] = {from, place != nowhere};
    }
    all_in_place_ = all_in_place_ && located_[k].is_shared;
  }
}

void node_exchange::start() {
  publish_places();
  ++run_;
  if (packs_) await_buffer();
  for (incoming& in : incoming_) {
    in.taken = 0;
    in.is_taken = false;
  }
  link();
  std::uint64_t ready = ready_before_ + (run_ - 1) * steps_;
  for (std::uint64_t step = 0; step < steps_; ++step) {
    if (packs_) pack(step);
    store(ready_.word, ++ready);
    if (step + 1 < steps_) take_all();
  }
  has_readers_ = true;
  if (packs_) fetch_next_buffer();
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
  const waiting here(m.bytes);
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

/// What a sender has packed for this rank in this run.
const std::byte* node_exchange::packed_by(const incoming& in) const {
  return in.staging + static_cast<index_t>(run_ % 2) * in.staging_step;
}

void node_exchange::copy_from(const incoming& in, const piece& p) const {
  const std::byte* from = nullptr;
  if (p.is_direct)
    from = node_->at(in.node_rank, in.places[p.copy.array]);
  else
    from = packed_by(in) + p.copy.at;
  p.copy.copy.run((*arrays_)[p.copy.array].to, from);
}

/// Copies what a sender has ready; false when that is not all.
bool node_exchange::take(incoming& in) {
  if (in.is_taken) return true;
  const std::uint64_t before = in.ready_before + (run_ - 1) * in.steps;
  const std::uint64_t ready = load(in.ready);
  if (ready <= before) return false;
  const timed_work here;
  if (in.reads_block && !is_in_place(*in.what, in.places)) {
    if (ready < before + in.steps) return false; // the sender posts after its last step
    receive_posted(*in.what);
  } else {
    if (in.packed_bytes > 0 && in.packed_bytes <= most_fetched)
      fetch<0>(packed_by(in), in.packed_bytes);
    for (; in.taken < in.pieces.size(); ++in.taken) {
      const piece& p = in.pieces[in.taken];
      if (ready <= before + p.step) return false;
      copy_from(in, p);
    }
  }
  in.is_taken = true;
  note_arrival(comm_, *in.what);
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
  check_owner();
  wait_until([this] { return take_all(); });
}

void node_exchange::receive_from(int peer) {
  check_owner();
  for (incoming& in : incoming_)
    if (in.what->peer == peer) wait_until([&] { return take(in); });
}

void node_exchange::end() {
  unlink();
  for (posted& p : posted_) wait_for_all(p.requests.data(), p.requests.size(), bytes_);
  posted_.clear();
}

/// Ranks that are late may still read this one's blocks: so their memory is kept for good.
void node_exchange::give_up() {
  unlink();
  if (std::exchange(has_readers_, false)) keep_freed_memory();
  for (posted& p : posted_) abandon(p.requests.data(), p.requests.size());
  posted_.clear();
}

void node_exchange::await_readers() {
  if (!has_readers_) return;
  wait_until([this] { return blocks_are_read(); });
  has_readers_ = false;
}

} // namespace tessera::detail
