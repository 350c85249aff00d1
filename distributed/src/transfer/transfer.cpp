#include "ranks/left_behind.hpp"
#include "ranks/waits.hpp"
#include "transfer/transfer_state.hpp"

#include <tessera/core/error.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <optional>
#include <utility>

namespace tessera {

using detail::array_slot;
using detail::message;
using detail::message_part;
using detail::region;
using detail::strided_copy;

namespace {

std::atomic<index_t> largest_piece = index_t{1} << 30;

message& message_of(std::vector<message>& all, int peer) {
  for (message& m : all)
    if (m.peer == peer) return m;
  all.push_back({});
  all.back().peer = peer;
  return all.back();
}

/// Elements of several types may follow each other: each where one of its type may lie.
index_t aligned(index_t at, index_t itemsize) {
  const index_t step = std::min<index_t>(itemsize & -itemsize, 16);
  return (at + step - 1) / step * step;
}

void add_part(std::vector<message>& all, int peer, const region& where, std::size_t array,
              index_t itemsize) {
  if (where.size() == 0) return;
  message& m = message_of(all, peer);
  const index_t at = aligned(m.bytes, itemsize);
  m.parts.push_back({where, array, at});
  m.bytes = at + where.size() * itemsize;
}

} // namespace

transfer_plan::transfer_plan(const communicator& comm) : state_(new state) { state_->comm = comm; }

transfer_plan::transfer_plan(transfer_plan&& other) noexcept
    : state_(std::exchange(other.state_, nullptr)) {}

transfer_plan& transfer_plan::operator=(transfer_plan&& other) noexcept {
  if (this != &other) {
    delete state_;
    state_ = std::exchange(other.state_, nullptr);
  }
  return *this;
}

transfer_plan::~transfer_plan() { delete state_; }

std::size_t transfer_plan::add_array(index_t itemsize, const detail::combiner& combine) {
  state_->arrays.push_back({itemsize, combine});
  state_->in_order = state_->in_order || combine.row != nullptr;
  return state_->arrays.size() - 1;
}

void transfer_plan::send(int peer, const region& from, std::size_t array) {
  add_part(state_->sends, peer, from, array, state_->arrays[array].itemsize);
}

void transfer_plan::receive(int peer, const region& to, std::size_t array) {
  add_part(state_->receives, peer, to, array, state_->arrays[array].itemsize);
}

void transfer_plan::copy(const region& to, const region& from, std::size_t array) {
  if (to.size() == 0) return;
  const array_slot& slot = state_->arrays[array];
  state_->locals.push_back({strided_copy(to, from, slot.itemsize, slot.combine), array});
}

void transfer_plan::cut_differently() { state_->same_regions = false; }

index_t transfer_plan::messages() const {
  state_->prepare();
  std::size_t sum = 0;
  for (const message& m : state_->sends) sum += state_->pieces_of(m);
  for (const message& m : state_->receives) sum += state_->pieces_of(m);
  return static_cast<index_t>(sum);
}

index_t transfer_plan::bytes() const {
  index_t sum = 0;
  for (const message& m : state_->sends) sum += m.bytes;
  return sum;
}

index_t transfer_plan::peak_memory() const {
  state_->prepare();
  return state_->peak_memory();
}

transfer transfer_plan::start_all(const void* const* from, void* const* to) const {
  detail::check_thread();
  detail::check_not_freed(state_->comm.native());
  if (state_->is_running())
    throw argument_error("a transfer was started again before it was finished");
  if (state_->reached == state::stage::given_up)
    throw communication_error(
        "a transfer cannot run again: an error or an exception ended its last "
        "run before all ranks had taken part; make its arrays anew");
  for (std::size_t k = 0; k < state_->arrays.size(); ++k) {
    state_->arrays[k].from = static_cast<const std::byte*>(from[k]);
    state_->arrays[k].to = static_cast<std::byte*>(to[k]);
  }
  if (state_->reached < state::stage::allocated) {
    detail::look_after_abandoned();
    state_->prepare();
    state_->allocate();
  }
  detail::limited_waits::forget();
  transfer started(state_);
  state_->start();
  return started;
}

transfer transfer_plan::start(const void* from, void* to) const { return start_all(&from, &to); }

void transfer_plan::run(const void* from, void* to) const { start(from, to).finish(); }

void transfer_plan::await_readers() const { state_->await_readers(); }

bool transfer_plan::is_running() const { return state_->is_running(); }

index_t transfer_plan::piece_bytes() { return largest_piece; }

void transfer_plan::set_piece_bytes(index_t bytes) {
  constexpr index_t most = (index_t{1} << 31) - 1;
  if (bytes < 1 || bytes > most)
    throw argument_error(fmt::format("pieces of {} bytes; use 1 to {}", bytes, most));
  largest_piece = bytes;
}

transfer& transfer::operator=(transfer&& other) noexcept {
  if (this != &other) {
    transfer ending(std::move(*this));
    state_ = std::exchange(other.state_, nullptr);
    then_ = std::exchange(other.then_, nullptr);
    context_ = other.context_;
  }
  return *this;
}

void transfer::end() noexcept {
  try {
    std::optional<detail::limited_waits> limited;
    if (state_ != nullptr && std::uncaught_exceptions() > state_->exceptions)
      limited.emplace();
    else if (is_under_way())
      detail::report_dropped(state_->comm, "a transfer", "call finish()");
    finish();
  } catch (...) { // cannot be reported from here; the next run of the plan will fail
  }
}

bool transfer::is_under_way() const {
  return state_ != nullptr && (!state_->requests.empty() || state_->node.is_used());
}

void transfer::arrive() {
  if (transfer_plan::state* const s = std::exchange(state_, nullptr)) s->arrive();
  if (const auto action = std::exchange(then_, nullptr)) action(context_);
}

void transfer::finish() {
  if (transfer_plan::state* const s = std::exchange(state_, nullptr)) s->finish();
  if (const auto action = std::exchange(then_, nullptr)) action(context_);
}

} // namespace tessera
