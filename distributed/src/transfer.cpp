#include "messages.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/memory.hpp>
#include <tessera/distributed/agree.hpp>
#include <tessera/distributed/collectives.hpp>
#include <tessera/distributed/transfer.hpp>

#include <algorithm>
#include <atomic>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace tessera {

using detail::check_mpi;
using detail::message;
using detail::message_list;
using detail::portion;
using detail::region;
using detail::strided_copy;

namespace {

constexpr int tag = 1;
std::atomic<index_t> largest_piece = index_t{1} << 30;

index_t whole_lines(index_t bytes) { return (bytes + 63) / 64 * 64; }

} // namespace

struct transfer_plan::state {
  communicator comm;
  index_t itemsize = 1;
  message_list sends;
  message_list receives;
  std::vector<strided_copy> locals;
  index_t largest_portion = std::numeric_limits<index_t>::max(); // of a message, in bytes

  bool prepared = false;
  bool allocated = false;
  bool in_flight = false;
  index_t piece = 0; // largest size of a message when this was prepared
  index_t buffer_bytes = 0;
  std::size_t rounds = 0;
  bool unpacks = false;
  buffer memory;
  std::vector<MPI_Request> requests;       // of the receives, then of the sends
  std::vector<const message*> received_by; // the message of each request
  const std::byte* source = nullptr;
  std::byte* target = nullptr;
  std::size_t round = 0;

  void prepare();
  void allocate();
  void layout(std::vector<message>& messages, bool sending);
  void divide(message& m, bool sending) const;
  std::size_t post(const message& m, std::byte* array, bool sending);
  void start_round();
  void finish_round();
  void finish_unpacking();

  std::size_t receiving = 0; // requests of this round
};

/// Prepares the copies of each portion of a message.
void transfer_plan::state::divide(message& m, bool sending) const {
  const index_t items = m.bytes / itemsize;
  const index_t most = largest_portion / itemsize;
  for (index_t first = 0; first < items; first += most) {
    const index_t n = items - first < most ? items - first : most;
    portion& p = m.portions.emplace_back();
    p.bytes = n * itemsize;
    p.direct_offset = (m.regions[0].offset + first) * itemsize;
    index_t at = 0;
    if (m.direct) continue;
    for (const region& r : detail::cut(m.regions, first, n)) {
      const region slot = detail::packed(r.shape, at);
      p.copies.push_back(sending ? strided_copy(slot, r, itemsize)
                                 : strided_copy(r, slot, itemsize));
      at += r.size();
    }
  }
}

/// Decides what goes without packing, and where the rest is packed.
void transfer_plan::state::layout(std::vector<message>& messages, bool sending) {
  for (message& m : messages) {
    m.direct = m.regions.size() == 1 && m.regions[0].is_contiguous();
    m.portions.clear();
    divide(m, sending);
    rounds = std::max(rounds, m.portions.size());
    m.buffer_offset = buffer_bytes;
    if (!m.direct) buffer_bytes += whole_lines(m.portions[0].bytes);
    unpacks = unpacks || (!m.direct && !sending);
    m.first_request = requests.size();
    m.requests = static_cast<std::size_t>((m.portions[0].bytes + piece - 1) / piece);
    requests.resize(requests.size() + m.requests, MPI_REQUEST_NULL);
    if (!sending) received_by.resize(requests.size(), &m);
  }
}

void transfer_plan::state::prepare() {
  if (prepared) return;
  piece = largest_piece;
  buffer_bytes = 0;
  rounds = 0;
  requests.clear();
  received_by.clear();
  layout(receives.all(), false);
  layout(sends.all(), true);
  prepared = true;
}

/// Collective: a rank that has no room must not leave its peers waiting for it.
void transfer_plan::state::allocate() {
  if (allocated) return;
  memory = collectively(comm, [&] { return buffer(static_cast<std::size_t>(buffer_bytes)); });
  allocated = true;
}

/// Sends or receives this round's portion of a message; returns in how many pieces.
std::size_t transfer_plan::state::post(const message& m, std::byte* array, bool sending) {
  if (round >= m.portions.size()) return 0;
  const portion& p = m.portions[round];
  std::byte* at = m.direct ? array + p.direct_offset : memory.data() + m.buffer_offset;
  index_t left = p.bytes;
  std::size_t k = 0;
  for (; left > 0; ++k) {
    const int n = static_cast<int>(left < piece ? left : piece);
    MPI_Request* const request = &requests[m.first_request + k];
    if (sending)
      check_mpi(MPI_Isend(at, n, MPI_BYTE, m.peer, tag, comm.native(), request), "MPI_Isend");
    else
      check_mpi(MPI_Irecv(at, n, MPI_BYTE, m.peer, tag, comm.native(), request), "MPI_Irecv");
    at += n;
    left -= n;
  }
  return k;
}

void transfer_plan::state::start_round() {
  receiving = 0;
  for (const message& m : receives.all()) receiving += post(m, target, false);
  for (const message& m : sends.all()) {
    if (round < m.portions.size())
      for (const strided_copy& c : m.portions[round].copies)
        c.run(memory.data() + m.buffer_offset, source);
    // MPI only reads what it sends.
    post(m, const_cast<std::byte*>(source), true);
  }
}

void transfer_plan::state::finish_round() {
  if (unpacks) finish_unpacking();
  if (!requests.empty())
    check_mpi(MPI_Waitall(static_cast<int>(requests.size()), requests.data(), MPI_STATUSES_IGNORE),
              "MPI_Waitall");
}

/// Unpacks each message when the last of its pieces has arrived.
void transfer_plan::state::finish_unpacking() {
  for (std::size_t done = 0; done < receiving; ++done) {
    int which = MPI_UNDEFINED;
    check_mpi(MPI_Waitany(static_cast<int>(received_by.size()), requests.data(), &which,
                          MPI_STATUS_IGNORE),
              "MPI_Waitany");
    const message& m = *received_by[static_cast<std::size_t>(which)];
    bool complete = true;
    for (std::size_t k = 0; k < m.requests; ++k)
      complete = complete && requests[m.first_request + k] == MPI_REQUEST_NULL;
    if (!complete) continue;
    for (const strided_copy& c : m.portions[round].copies)
      c.run(target, memory.data() + m.buffer_offset);
  }
}

transfer_plan::transfer_plan(const communicator& comm, index_t itemsize) : state_(new state) {
  state_->comm = comm;
  state_->itemsize = itemsize;
}

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

void transfer_plan::send(int peer, const region& from) {
  if (from.size() == 0) return;
  message& m = state_->sends.to(peer);
  state_->prepared = state_->allocated = false;
  m.regions.push_back(from);
  m.bytes += from.size() * state_->itemsize;
}

void transfer_plan::receive(int peer, const region& to) {
  if (to.size() == 0) return;
  message& m = state_->receives.to(peer);
  state_->prepared = state_->allocated = false;
  m.regions.push_back(to);
  m.bytes += to.size() * state_->itemsize;
}

void transfer_plan::copy(const region& to, const region& from) {
  if (to.size() > 0) state_->locals.emplace_back(to, from, state_->itemsize);
}

index_t transfer_plan::messages() const {
  state_->prepare();
  index_t count = 0;
  for (const message_list* list : {&state_->sends, &state_->receives})
    for (const message& m : list->all())
      for (const portion& p : m.portions) count += (p.bytes + state_->piece - 1) / state_->piece;
  return count;
}

index_t transfer_plan::bytes() const {
  index_t sum = 0;
  for (const message& m : state_->sends.all()) sum += m.bytes;
  return sum;
}

index_t transfer_plan::peak_memory() const {
  state_->prepare();
  return state_->buffer_bytes;
}

transfer transfer_plan::start(const void* from, void* to) const {
  if (state_->in_flight)
    throw argument_error("a transfer was started again before it was finished");
  state_->prepare();
  state_->allocate();
  state_->source = static_cast<const std::byte*>(from);
  state_->target = static_cast<std::byte*>(to);
  state_->in_flight = true;
  state_->round = 0;
  transfer started(state_);
  state_->start_round();
  for (const strided_copy& c : state_->locals) c.run(state_->target, state_->source);
  return started;
}

void transfer_plan::limit_memory(index_t max_bytes) {
  if (state_->in_flight)
    throw argument_error("the memory of a transfer was limited before it was finished");
  state_->prepare();
  index_t packed = 0;
  for (const message_list* list : {&state_->sends, &state_->receives})
    for (const message& m : list->all()) packed += m.direct ? 0 : 1;
  const index_t most = std::numeric_limits<index_t>::max() / 64 * 64;
  const index_t mine = packed == 0 ? most : max_bytes / packed / 64 * 64;
  const index_t portion_bytes = allreduce_min(state_->comm, mine);
  if (portion_bytes < whole_lines(state_->itemsize))
    throw argument_error(
        "a limit of " + std::to_string(max_bytes) + " bytes leaves some rank less than " +
        std::to_string(whole_lines(state_->itemsize)) + " bytes for each of its messages");
  state_->largest_portion = portion_bytes;
  state_->prepared = false;
  state_->allocated = false;
}

void transfer_plan::run(const void* from, void* to) const { start(from, to).finish(); }

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
  }
  return *this;
}

transfer::~transfer() {
  try {
    finish();
  } catch (...) { // a failed wait cannot be reported from here; the next call of MPI will fail too
  }
}

void transfer::finish() {
  if (state_ == nullptr) return;
  transfer_plan::state& s = *std::exchange(state_, nullptr);
  s.in_flight = false;
  while (true) {
    s.finish_round();
    if (++s.round >= s.rounds) return;
    s.start_round();
  }
}

} // namespace tessera
