#include <tessera/core/error.hpp>
#include <tessera/core/memory.hpp>
#include <tessera/distributed/agree.hpp>
#include <tessera/distributed/transfer.hpp>

#include <atomic>
#include <string>
#include <utility>
#include <vector>

namespace tessera {

using detail::check_mpi;
using detail::region;
using detail::strided_copy;

namespace {

constexpr int tag = 1;
std::atomic<index_t> largest_piece = index_t{1} << 30;

/// All that goes from one rank to another in one run.
struct message {
  int peer = 0;
  index_t bytes = 0;
  std::vector<region> regions;      // in the array
  std::vector<strided_copy> copies; // between the array and the buffer; none for a direct message
  index_t direct_offset = 0;        // in the array, where nothing needs packing
  index_t buffer_offset = 0;
  std::size_t first_request = 0;
  std::size_t requests = 0;

  [[nodiscard]] bool direct() const { return copies.empty(); }
};

message& message_of(std::vector<message>& all, int peer) {
  for (message& m : all)
    if (m.peer == peer) return m;
  all.push_back({});
  all.back().peer = peer;
  return all.back();
}

} // namespace

struct transfer_plan::state {
  communicator comm;
  index_t itemsize = 1;
  std::vector<message> sends;
  std::vector<message> receives;
  std::vector<strided_copy> locals;

  bool prepared = false;
  bool allocated = false;
  bool in_flight = false;
  index_t piece = 0; // largest size of a message when this was prepared
  index_t buffer_bytes = 0;
  bool unpacks = false;
  buffer memory;
  std::vector<MPI_Request> requests; // of the receives, then of the sends
  std::byte* target = nullptr;

  void prepare();
  void allocate();
  void layout(std::vector<message>& messages, bool sending);
  void post(const message& m, std::byte* array, bool sending);
  void pack_and_send(const message& m, const std::byte* from);
  void unpack(const message& m) const;
  void finish_unpacking();
};

/// Decides what goes without packing, and where the rest is packed.
void transfer_plan::state::layout(std::vector<message>& messages, bool sending) {
  for (message& m : messages) {
    const index_t items = m.bytes / itemsize;
    const bool direct = m.regions.size() == 1 && m.regions[0].is_contiguous();
    m.direct_offset = m.regions[0].offset * itemsize;
    m.buffer_offset = buffer_bytes;
    index_t at = 0;
    for (const region& r : m.regions) {
      if (direct) break;
      const region slot = detail::packed(r.shape, at);
      m.copies.push_back(sending ? strided_copy(slot, r, itemsize)
                                 : strided_copy(r, slot, itemsize));
      at += r.size();
    }
    if (!direct) buffer_bytes += (items * itemsize + 63) / 64 * 64;
    unpacks = unpacks || (!direct && !sending);
    m.first_request = requests.size();
    m.requests = static_cast<std::size_t>((m.bytes + piece - 1) / piece);
    requests.resize(requests.size() + m.requests, MPI_REQUEST_NULL);
  }
}

void transfer_plan::state::prepare() {
  if (prepared) return;
  piece = largest_piece;
  layout(receives, false);
  layout(sends, true);
  prepared = true;
}

/// Collective: a rank that has no room must not leave its peers waiting for it.
void transfer_plan::state::allocate() {
  if (allocated) return;
  memory = collectively(comm, [&] { return buffer(static_cast<std::size_t>(buffer_bytes)); });
  allocated = true;
}

void transfer_plan::state::post(const message& m, std::byte* array, bool sending) {
  std::byte* at = m.direct() ? array + m.direct_offset : memory.data() + m.buffer_offset;
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

void transfer_plan::state::pack_and_send(const message& m, const std::byte* from) {
  for (const strided_copy& c : m.copies) c.run(memory.data() + m.buffer_offset, from);
  // MPI only reads what it sends.
  post(m, const_cast<std::byte*>(from), true);
}

void transfer_plan::state::unpack(const message& m) const {
  for (const strided_copy& c : m.copies) c.run(target, memory.data() + m.buffer_offset);
}

/// Unpacks each message when the last of its pieces has arrived.
void transfer_plan::state::finish_unpacking() {
  std::size_t receiving = 0;
  for (const message& m : receives) receiving += m.requests;
  for (std::size_t done = 0; done < receiving; ++done) {
    int which = MPI_UNDEFINED;
    check_mpi(MPI_Waitany(static_cast<int>(receiving), requests.data(), &which, MPI_STATUS_IGNORE),
              "MPI_Waitany");
    const auto arrived = static_cast<std::size_t>(which);
    for (const message& m : receives) {
      if (arrived < m.first_request || arrived >= m.first_request + m.requests) continue;
      bool complete = true;
      for (std::size_t k = 0; k < m.requests; ++k)
        complete = complete && requests[m.first_request + k] == MPI_REQUEST_NULL;
      if (complete) unpack(m);
      break;
    }
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
  message& m = message_of(state_->sends, peer);
  m.regions.push_back(from);
  m.bytes += from.size() * state_->itemsize;
}

void transfer_plan::receive(int peer, const region& to) {
  if (to.size() == 0) return;
  message& m = message_of(state_->receives, peer);
  m.regions.push_back(to);
  m.bytes += to.size() * state_->itemsize;
}

void transfer_plan::copy(const region& to, const region& from) {
  if (to.size() > 0) state_->locals.emplace_back(to, from, state_->itemsize);
}

index_t transfer_plan::messages() const {
  state_->prepare();
  return static_cast<index_t>(state_->requests.size());
}

index_t transfer_plan::bytes() const {
  index_t sum = 0;
  for (const message& m : state_->sends) sum += m.bytes;
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
  const auto* source = static_cast<const std::byte*>(from);
  state_->target = static_cast<std::byte*>(to);
  state_->in_flight = true;
  transfer started(state_);
  for (const message& m : state_->receives) state_->post(m, state_->target, false);
  for (const message& m : state_->sends) state_->pack_and_send(m, source);
  for (const strided_copy& c : state_->locals) c.run(state_->target, source);
  return started;
}

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

bool transfer::is_under_way() const { return state_ != nullptr && !state_->requests.empty(); }

void transfer::finish() {
  if (transfer_plan::state* const s = std::exchange(state_, nullptr)) {
    s->in_flight = false;
    if (s->unpacks) s->finish_unpacking();
    if (!s->requests.empty())
      check_mpi(MPI_Waitall(static_cast<int>(s->requests.size()), s->requests.data(),
                            MPI_STATUSES_IGNORE),
                "MPI_Waitall");
  }
  if (const auto action = std::exchange(then_, nullptr)) action(context_);
}

} // namespace tessera
