#include "ranks/left_behind.hpp"
#include "ranks/waits.hpp"
#include "transfer/region_cut.hpp"
#include "transfer/transfer_state.hpp"

#include <tessera/core/error.hpp>
#include <tessera/distributed/collectives.hpp>
#include <tessera/distributed/ranks/agreed.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <optional>
#include <utility>

namespace tessera {

using detail::array_slot;
using detail::message;
using detail::region;
using detail::strided_copy;

namespace {

std::atomic<index_t> largest_piece = index_t{1} << 30;
// Long copies within a rank take turns with messages, and are still written past the caches.
constexpr index_t local_piece = index_t{1} << 24;

message& message_of(std::vector<message>& all, int peer) {
  // Regions mostly come peer by peer.
  if (!all.empty() && all.back().peer == peer) return all.back();
  for (message& m : all)
    if (m.peer == peer) return m;
  all.push_back({});
  all.back().peer = peer;
  return all.back();
}

void add_part(std::vector<message>& all, int peer, const region& where, std::size_t array,
              index_t itemsize) {
  if (where.size() == 0) return;
  message_of(all, peer).add(where, array, itemsize);
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
  const index_t most =
      slot.combines() ? to.size() : std::max<index_t>(local_piece / slot.itemsize, 1);
  for (index_t at = 0; at < to.size();) {
    const region part = detail::part_from(to, at, most);
    state_->locals.push_back(
        {strided_copy(part, detail::part_from(from, at, most), slot.itemsize, slot.combine),
         array});
    at += part.size();
  }
}

void transfer_plan::cut_differently() { state_->same_regions = false; }

void transfer_plan::limit_memory(index_t max_bytes) {
  if (is_running())
    throw argument_error("the memory of a transfer was limited while it was running");
  const communicator& comm = state_->comm;
  detail::agree_if_checked(comm, "a limit of a transfer's memory",
                           [&] { return fmt::format("{} bytes", max_bytes); });
  const index_t mine = state_->part_of_each_message(max_bytes);
  const index_t each = allreduce_min(comm, mine);
  const index_t least = allreduce_max(comm, state_->least_part());
  if (each < least)
    throw argument_error(
        fmt::format("a limit of {} bytes leaves some rank less than {} for each of its messages",
                    max_bytes, least));
  auto* const limited = new state;
  limited->describe_as(*state_);
  limited->most_of_message = each;
  delete std::exchange(state_, limited);
}

index_t transfer_plan::messages() const {
  state_->prepare();
  std::size_t sum = 0;
  for (const auto* const list : {&state_->sends, &state_->receives})
    for (const message& m : *list) sum += state_->pieces_of(m);
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
  state_->adapt();
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
  return state_ != nullptr &&
         (!state_->requests.empty() || state_->node.is_used() || state_->streams.is_used());
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
