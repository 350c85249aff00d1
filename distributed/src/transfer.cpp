#include "transfer_state.hpp"

#include <tessera/core/error.hpp>
#include <tessera/distributed/agree.hpp>

#include <algorithm>
#include <atomic>
#include <string>
#include <utility>

namespace tessera {

using detail::array_slot;
using detail::check_mpi;
using detail::local_copy;
using detail::message;
using detail::message_part;
using detail::part_copy;
using detail::region;
using detail::strided_copy;

namespace {

constexpr int tag = 1;
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

/// The next message begins on a cache line.
index_t buffer_of(const message& m) { return (m.bytes + 63) / 64 * 64; }

void add_part(std::vector<message>& all, int peer, const region& where, std::size_t array,
              index_t itemsize) {
  if (where.size() == 0) return;
  message& m = message_of(all, peer);
  const index_t at = aligned(m.bytes, itemsize);
  m.parts.push_back({where, array, at});
  m.bytes = at + where.size() * itemsize;
}

} // namespace

bool transfer_plan::state::needs_buffer(const message& m, bool sending) const {
  const message_part& first = m.parts[0];
  const bool combines = !sending && arrays[first.array].combine != nullptr;
  return m.parts.size() > 1 || combines || !first.where.is_contiguous();
}

std::size_t transfer_plan::state::pieces_of(const message& m) const {
  return static_cast<std::size_t>((m.bytes + piece - 1) / piece);
}

/// Decides what goes without packing, and where the rest is packed.
void transfer_plan::state::layout(std::vector<message>& messages, bool sending) {
  for (message& m : messages) {
    if (m.is_shared) continue;
    m.direct_offset = m.parts[0].where.offset * arrays[m.parts[0].array].itemsize;
    m.buffer_offset = buffer_bytes;
    if (needs_buffer(m, sending)) {
      add_copies(m, sending);
      buffer_bytes += buffer_of(m);
      unpacks = unpacks || !sending;
    }
    m.first_request = requests.size();
    m.requests = pieces_of(m);
    requests.resize(requests.size() + m.requests, MPI_REQUEST_NULL);
  }
}

void transfer_plan::state::add_copies(message& m, bool sending) {
  for (const message_part& part : m.parts) {
    const array_slot& array = arrays[part.array];
    const region slot = detail::packed(part.where.shape, 0);
    m.copies.push_back({sending ? strided_copy(slot, part.where, array.itemsize)
                                : strided_copy(part.where, slot, array.itemsize, array.combine),
                        part.array, part.at});
  }
}

void transfer_plan::state::prepare() {
  if (prepared) return;
  piece = largest_piece;
  std::sort(receives.begin(), receives.end(),
            [](const message& a, const message& b) { return a.peer < b.peer; });
  prepared = true;
}

/// Collective: a rank that has no room must not leave its peers waiting for it.
void transfer_plan::state::allocate() {
  if (allocated) return;
  if (same_regions) node.connect(comm, arrays, sends, receives);
  layout(receives, false);
  layout(sends, true);
  memory = collectively(comm, [&] { return buffer(static_cast<std::size_t>(buffer_bytes)); });
  allocated = true;
}

void transfer_plan::state::post(const message& m, bool sending) {
  const array_slot& array = arrays[m.parts[0].array];
  // MPI only reads what it sends.
  std::byte* const base = sending ? const_cast<std::byte*>(array.from) : array.to;
  std::byte* at = m.direct() ? base + m.direct_offset : memory.data() + m.buffer_offset;
  index_t left = m.bytes;
  for (std::size_t k = 0; k < m.requests; ++k) {
    const int n = static_cast<int>(left < piece ? left : piece);
    MPI_Request* const request = &requests[m.first_request + k];
    if (sending)
      check_mpi(MPI_Isend(at, n, MPI_BYTE, m.peer, tag, comm.native(), request), "MPI_Isend");
    else
      check_mpi(MPI_Irecv(at, n, MPI_BYTE, m.peer, tag, comm.native(), request), "MPI_Irecv");
    at += n;
    left -= n;
  }
}

void transfer_plan::state::pack_and_send(const message& m) {
  for (const part_copy& c : m.copies)
    c.copy.run(memory.data() + m.buffer_offset + c.at, arrays[c.array].from);
  post(m, true);
}

void transfer_plan::state::unpack(const message& m) const {
  for (const part_copy& c : m.copies)
    c.copy.run(arrays[c.array].to, memory.data() + m.buffer_offset + c.at);
}

void transfer_plan::state::copy_locally() const {
  for (const local_copy& c : locals) c.copy.run(arrays[c.array].to, arrays[c.array].from);
}

void transfer_plan::state::start() {
  if (node.is_used()) node.start();
  for (const message& m : receives)
    if (!m.is_shared) post(m, false);
  for (const message& m : sends)
    if (!m.is_shared) pack_and_send(m);
  if (!in_order) copy_locally();
}

bool transfer_plan::state::has_arrived(const message& m) const {
  for (std::size_t k = 0; k < m.requests; ++k)
    if (requests[m.first_request + k] != MPI_REQUEST_NULL) return false;
  return true;
}

/// Unpacks each message when the last of its pieces has arrived.
void transfer_plan::state::unpack_as_they_arrive() {
  std::size_t receiving = 0;
  for (const message& m : receives) receiving += m.requests;
  for (std::size_t done = 0; done < receiving; ++done) {
    int which = MPI_UNDEFINED;
    check_mpi(MPI_Waitany(static_cast<int>(receiving), requests.data(), &which, MPI_STATUS_IGNORE),
              "MPI_Waitany");
    const auto arrived = static_cast<std::size_t>(which);
    for (const message& m : receives) {
      if (m.is_shared || arrived < m.first_request || arrived >= m.first_request + m.requests)
        continue;
      if (has_arrived(m)) unpack(m);
      break;
    }
  }
}

/// Takes what the ranks sent in their order, this one's own in its place.
void transfer_plan::state::combine_in_order() {
  bool own_is_done = false;
  for (const message& m : receives) {
    if (m.peer > comm.rank() && !own_is_done) {
      copy_locally();
      own_is_done = true;
    }
    if (m.is_shared) {
      node.receive_from(m.peer);
      continue;
    }
    check_mpi(
        MPI_Waitall(static_cast<int>(m.requests), &requests[m.first_request], MPI_STATUSES_IGNORE),
        "MPI_Waitall");
    unpack(m);
  }
  if (!own_is_done) copy_locally();
}

void transfer_plan::state::finish() {
  if (node.is_used() && !in_order) node.receive();
  if (in_order)
    combine_in_order();
  else if (unpacks)
    unpack_as_they_arrive();
  if (!requests.empty())
    check_mpi(MPI_Waitall(static_cast<int>(requests.size()), requests.data(), MPI_STATUSES_IGNORE),
              "MPI_Waitall");
  if (node.is_used()) node.finish();
}

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

std::size_t transfer_plan::add_array(index_t itemsize, detail::combine_row combine) {
  state_->arrays.push_back({itemsize, combine});
  state_->in_order = state_->in_order || combine != nullptr;
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
  if (state_->allocated) return state_->buffer_bytes + state_->node.buffer_bytes();
  index_t sum = 0;
  for (const message& m : state_->sends)
    if (state_->needs_buffer(m, true)) sum += buffer_of(m);
  for (const message& m : state_->receives)
    if (state_->needs_buffer(m, false)) sum += buffer_of(m);
  return sum;
}

transfer transfer_plan::start_all(const void* const* from, void* const* to) const {
  if (state_->in_flight)
    throw argument_error("a transfer was started again before it was finished");
  for (std::size_t k = 0; k < state_->arrays.size(); ++k) {
    state_->arrays[k].from = static_cast<const std::byte*>(from[k]);
    state_->arrays[k].to = static_cast<std::byte*>(to[k]);
  }
  state_->prepare();
  state_->allocate();
  state_->in_flight = true;
  transfer started(state_);
  state_->start();
  return started;
}

transfer transfer_plan::start(const void* from, void* to) const { return start_all(&from, &to); }

void transfer_plan::run(const void* from, void* to) const { start(from, to).finish(); }

bool transfer_plan::is_running() const { return state_->in_flight; }

index_t transfer_plan::piece_bytes() { return largest_piece; }

void transfer_plan::set_piece_bytes(index_t bytes) {
  constexpr index_t most = (index_t{1} << 31) - 1;
  if (bytes < 1 || bytes > most)
    throw argument_error("pieces of " + std::to_string(bytes) + " bytes; use 1 to " +
                         std::to_string(most));
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

transfer::~transfer() {
  try {
    finish();
  } catch (...) { // a failed wait cannot be reported from here; the next call of MPI will fail too
  }
}

bool transfer::is_under_way() const {
  return state_ != nullptr && (!state_->requests.empty() || state_->node.is_used());
}

void transfer::finish() {
  if (transfer_plan::state* const s = std::exchange(state_, nullptr)) {
    s->in_flight = false;
    s->finish();
  }
  if (const auto action = std::exchange(then_, nullptr)) action(context_);
}

} // namespace tessera
