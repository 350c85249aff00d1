// How a transfer plan runs: what it packs, posts and unpacks.
#include "transfer/transfer_state.hpp"

#include "ranks/waits.hpp"

#include <tessera/distributed/agree.hpp>
#include <tessera/distributed/ranks/traffic.hpp>
#include <tessera/distributed/ranks/waiting.hpp>

#include <algorithm>
#include <exception>

namespace tessera {

using detail::array_slot;
using detail::cache_line;
using detail::check_mpi;
using detail::local_copy;
using detail::message;
using detail::message_part;
using detail::part_copy;
using detail::region;
using detail::strided_copy;

namespace {

constexpr int tag = 1;

// Measured with Open MPI: it packs and unpacks long messages in turns, and so finds the cells of
// halos, which lie beside those that are sent, in cache; each row costs more than it does here.
constexpr index_t least_of_type = index_t{1} << 16; // bytes
constexpr index_t long_row = 256;                   // bytes
constexpr index_t far_apart = 4096;                 // bytes, between rows

/// The next message begins on a cache line.
index_t buffer_of(const message& m) { return (m.bytes + cache_line - 1) / cache_line * cache_line; }

/// Rows of adjacent bytes, in loops.
struct rows {
  rows(const region& r, index_t itemsize) : bytes(itemsize), axes(r.shape.size()) {
    while (axes > 0 && (r.shape[axes - 1] == 1 || r.strides[axes - 1] * itemsize == bytes))
      bytes *= r.shape[--axes];
    if (axes > 0) apart = r.strides[axes - 1] * itemsize;
  }
  index_t bytes;     // of a row
  std::size_t axes;  // of loops around it
  index_t apart = 0; // from row to row, in bytes
};

MPI_Datatype type_of(const region& r, index_t itemsize) {
  const rows row(r, itemsize);
  MPI_Datatype type = MPI_DATATYPE_NULL;
  check_mpi(MPI_Type_contiguous(static_cast<int>(row.bytes), MPI_BYTE, &type),
            "MPI_Type_contiguous");
  for (std::size_t d = row.axes; d-- > 0;) {
    MPI_Datatype inner = type;
    check_mpi(MPI_Type_create_hvector(static_cast<int>(r.shape[d]), 1, r.strides[d] * itemsize,
                                      inner, &type),
              "MPI_Type_create_hvector");
    MPI_Type_free(&inner);
  }
  check_mpi(MPI_Type_commit(&type), "MPI_Type_commit");
  return type;
}

} // namespace

transfer_plan::state::~state() {
  int has_ended = 0;
  MPI_Finalized(&has_ended);
  for (MPI_Datatype& type : types)
    if (has_ended == 0) MPI_Type_free(&type);
}

/// Does MPI pack it?
bool transfer_plan::state::goes_as_type(const message& m, bool sending) const {
  const message_part& first = m.parts[0];
  const array_slot& array = arrays[first.array];
  const bool combines = !sending && array.combine != nullptr;
  const bool is_listed = !first.where.places.empty();
  if (m.parts.size() > 1 || combines || is_listed || m.bytes < least_of_type || m.bytes > piece)
    return false;
  const rows row(first.where, array.itemsize);
  const bool is_column = row.axes == 1 && std::abs(row.apart) >= far_apart;
  return row.bytes >= long_row || is_column;
}

bool transfer_plan::state::needs_buffer(const message& m, bool sending) const {
  const message_part& first = m.parts[0];
  const bool combines = !sending && arrays[first.array].combine != nullptr;
  if (m.parts.size() == 1 && !combines && first.where.is_contiguous()) return false;
  return !goes_as_type(m, sending);
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
    } else if (!m.parts[0].where.is_contiguous()) {
      types.push_back(type_of(m.parts[0].where, arrays[m.parts[0].array].itemsize));
      m.type = types.back();
    }
    message_bytes += m.bytes;
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
  if (reached >= stage::prepared) return;
  piece = piece_bytes();
  std::sort(receives.begin(), receives.end(),
            [](const message& a, const message& b) { return a.peer < b.peer; });
  reached = stage::prepared;
}

void transfer_plan::state::allocate() {
  // Where there was no memory, the next start asks for it again, and for nothing else.
  if (reached < stage::laid_out) {
    if (same_regions) node.connect(comm, arrays, sends, receives);
    layout(receives, false);
    receive_requests = requests.size();
    layout(sends, true);
    reached = stage::laid_out;
  }
  memory = collectively(comm, [&] { return buffer(static_cast<std::size_t>(buffer_bytes)); });
  account = {detail::memory_kind::buffers, buffer_bytes + node.buffer_bytes()};
  reached = stage::allocated;
}

void transfer_plan::state::post(const message& m, bool sending) {
  const array_slot& array = arrays[m.parts[0].array];
  // MPI only reads what it sends.
  std::byte* const base = sending ? const_cast<std::byte*>(array.from) : array.to;
  std::byte* at = m.direct() ? base + m.direct_offset : memory.data() + m.buffer_offset;
  if (m.type != MPI_BYTE) return post(at, 1, m.type, m, 0, sending);
  index_t left = m.bytes;
  for (std::size_t k = 0; k < m.requests; ++k) {
    const int n = static_cast<int>(left < piece ? left : piece);
    post(at, n, MPI_BYTE, m, k, sending);
    at += n;
    left -= n;
  }
}

void transfer_plan::state::post(std::byte* at, int count, MPI_Datatype type, const message& m,
                                std::size_t piece_number, bool sending) {
  MPI_Request* const request = &requests[m.first_request + piece_number];
  if (sending)
    check_mpi(MPI_Isend(at, count, type, m.peer, tag, comm.native(), request), "MPI_Isend");
  else
    check_mpi(MPI_Irecv(at, count, type, m.peer, tag, comm.native(), request), "MPI_Irecv");
}

void transfer_plan::state::pack_and_send(const message& m) {
  for (const part_copy& c : m.copies)
    c.copy.run(memory.data() + m.buffer_offset + c.at, arrays[c.array].from);
  post(m, true);
}

void transfer_plan::state::unpack(message& m) {
  detail::note_arrival(comm, m);
  const detail::timed_work here;
  for (const part_copy& c : m.copies)
    c.copy.run(arrays[c.array].to, memory.data() + m.buffer_offset + c.at);
}

/// Counts what this run sends and receives, whichever way it goes.
void transfer_plan::state::note_run() {
  for (const message& m : sends)
    detail::record_sent(comm, m.peer, detail::plan_channel, m.bytes,
                        static_cast<index_t>(pieces_of(m)));
  for (message& m : receives)
    m.awaited = detail::record_expected(comm, m.peer, m.bytes, static_cast<index_t>(pieces_of(m)));
}

void transfer_plan::state::copy_locally() const {
  for (const local_copy& c : locals) c.copy.run(arrays[c.array].to, arrays[c.array].from);
}

void transfer_plan::state::start() {
  reached = stage::running;
  exceptions = std::uncaught_exceptions();
  if (detail::profile_is_recorded()) note_run();
  if (node.is_used()) node.start();
  if (!requests.empty()) {
    for (const message& m : receives)
      if (!m.is_shared) post(m, false);
    for (const message& m : sends)
      if (!m.is_shared) pack_and_send(m);
  }
  if (!in_order) copy_locally();
}

void detail::note_arrival(const communicator& comm, message& m) {
  if (m.awaited != 0) record_arrived(comm, m.peer, m.bytes, m.awaited);
  m.awaited = 0;
}

bool transfer_plan::state::has_arrived(const message& m) const {
  for (std::size_t k = 0; k < m.requests; ++k)
    if (requests[m.first_request + k] != MPI_REQUEST_NULL) return false;
  return true;
}

/// The number of the next receive that ends.
std::size_t transfer_plan::state::next_arrival() {
  const int count = static_cast<int>(receive_requests);
  int which = MPI_UNDEFINED;
  if (!detail::limited_waits::are_on()) {
    const detail::waiting here(message_bytes);
    check_mpi(MPI_Waitany(count, requests.data(), &which, MPI_STATUS_IGNORE), "MPI_Waitany");
    return static_cast<std::size_t>(which);
  }
  for (int found = 0; found == 0; detail::limited_waits::check())
    check_mpi(MPI_Testany(count, requests.data(), &which, &found, MPI_STATUS_IGNORE),
              "MPI_Testany");
  return static_cast<std::size_t>(which);
}

/// Unpacks each message when the last of its pieces has arrived.
void transfer_plan::state::unpack_as_they_arrive() {
  for (std::size_t left = receive_requests; left > 0; --left) {
    const std::size_t arrived = next_arrival();
    for (message& m : receives) {
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
  for (message& m : receives) {
    if (m.peer > comm.rank() && !own_is_done) {
      copy_locally();
      own_is_done = true;
    }
    if (m.is_shared) {
      node.receive_from(m.peer);
      continue;
    }
    detail::wait_for_all(&requests[m.first_request], m.requests, m.bytes);
    unpack(m);
  }
  if (!own_is_done) copy_locally();
}

index_t transfer_plan::state::peak_memory() const {
  if (reached >= stage::allocated) return buffer_bytes + node.buffer_bytes();
  index_t sum = 0;
  for (const message& m : sends)
    if (needs_buffer(m, true)) sum += buffer_of(m);
  for (const message& m : receives)
    if (needs_buffer(m, false)) sum += buffer_of(m);
  return sum;
}

void transfer_plan::state::finish() {
  arrive();
  await_readers();
}

/// Leaves no request behind when it throws.
void transfer_plan::state::arrive() {
  reached = stage::allocated;
  try {
    receive_all();
  } catch (...) {
    give_up();
    throw;
  }
}

/// What was sent and received in vain cannot be told from what a later run would send.
void transfer_plan::state::give_up() {
  reached = stage::given_up;
  if (node.is_used()) node.give_up();
  detail::abandon(requests.data(), requests.size());
}

void transfer_plan::state::receive_all() {
  if (node.is_used() && !in_order) node.receive();
  if (in_order)
    combine_in_order();
  else if (unpacks)
    unpack_as_they_arrive();
  detail::wait_for_all(requests.data(), requests.size(), message_bytes);
  for (message& m : receives) detail::note_arrival(comm, m);
  if (node.is_used()) node.end();
}

} // namespace tessera
