// How the messages of a transfer plan go, and the memory that they take.
#include "transfer/transfer_state.hpp"

#include "transfer/message_tags.hpp"
#include "transfer/message_type.hpp"

#include <tessera/distributed/agree.hpp>
#include <tessera/distributed/ranks/traffic.hpp>
#include <tessera/distributed/ranks/waiting.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace tessera {

using detail::array_slot;
using detail::cache_line;
using detail::check_mpi;
using detail::in_lines;
using detail::message;
using detail::message_part;
using detail::transfer_way;

namespace {

// Long messages go in pieces, whose buffers are much smaller: fresh pages cost more than all else.
// Shorter pieces would stay in the caches, but turning rows into columns reads too little of each.
constexpr index_t default_piece = index_t{1} << 24; // bytes
constexpr index_t least_long = 2 * default_piece;
constexpr index_t most_slots = 2;

// Measured with Open MPI: it packs and unpacks long messages in turns, and so finds the cells of
// halos, which lie beside those that are sent, in cache; each row costs more than it does here.
constexpr index_t least_of_type = index_t{1} << 16; // bytes
constexpr index_t long_row = 256;                   // bytes
constexpr index_t far_apart = 4096;                 // bytes, between rows
// What is worth a trial of it.
constexpr index_t least_tried = 4096; // bytes
constexpr index_t tried_row = 64;

// Open MPI sends so much at once within a node, and more to other ones.
constexpr index_t eager_piece = 4000;
constexpr index_t most_eager = index_t{1} << 16;

} // namespace

transfer_plan::state::~state() { free_types(); }

void transfer_plan::state::free_types() {
  int has_ended = 0;
  MPI_Finalized(&has_ended);
  for (MPI_Datatype& type : types)
    if (has_ended == 0) MPI_Type_free(&type);
  types.clear();
}

index_t transfer_plan::state::part_of_each_message(index_t bytes) const {
  const std::size_t messages = std::max<std::size_t>(sends.size() + receives.size(), 1);
  return bytes / static_cast<index_t>(messages) / cache_line * cache_line;
}

index_t transfer_plan::state::least_part() const {
  index_t longest = 1;
  for (const array_slot& array : arrays) longest = std::max(longest, array.itemsize);
  return in_lines(longest);
}

void transfer_plan::state::describe_as(state& other) {
  comm = other.comm;
  arrays = other.arrays;
  locals = std::move(other.locals);
  in_order = other.in_order;
  same_regions = other.same_regions;
  for (const auto list : {&state::sends, &state::receives})
    for (message& m : other.*list) {
      message& mine = (this->*list).emplace_back();
      mine.peer = m.peer;
      mine.bytes = m.bytes;
      mine.parts = std::move(m.parts);
    }
}

/// Does it go in pieces?
bool transfer_plan::state::is_long(const message& m) const {
  if (!same_regions || in_order) return false;
  if (m.bytes > most_of_message) return true;
  if (wish.way == transfer_way::pieces) return m.bytes > piece_of_long.bytes;
  return m.bytes >= least_long && wish.way != transfer_way::whole;
}

/// Could MPI pack it?
bool transfer_plan::state::can_be_type(const message& m, bool sending) const {
  const message_part& first = m.parts[0];
  const bool combines = !sending && arrays[first.array].combines();
  return m.parts.size() == 1 && !combines && first.where.places.empty() &&
         (m.bytes <= piece || m.is_streamed) && !is_direct(m, sending);
}

/// Does it?
bool transfer_plan::state::goes_as_type(const message& m, bool sending, transfer_way by) const {
  if (by != transfer_way::usual && by != transfer_way::types) return false;
  if (!can_be_type(m, sending)) return false;
  if (by == transfer_way::types && wish.is_forced) return true;
  const message_part& first = m.parts[0];
  const detail::rows row(first.where, arrays[first.array].itemsize);
  const bool is_column = row.axes == 1 && std::abs(row.apart) >= far_apart;
  if (by == transfer_way::types)
    return m.bytes >= least_tried && (row.bytes >= tried_row || is_column);
  return m.bytes >= least_of_type && !m.is_streamed && (row.bytes >= long_row || is_column);
}

/// Are its bytes in the array as they are in the message?
bool transfer_plan::state::is_direct(const message& m, bool sending) const {
  const message_part& first = m.parts[0];
  const bool combines = !sending && arrays[first.array].combines();
  return m.parts.size() == 1 && !combines && first.where.is_contiguous();
}

/// What MPI is given of it at once.
index_t transfer_plan::state::largest_of(const message& m) const {
  return way == transfer_way::eager && m.bytes <= most_eager ? std::min(eager_piece, piece) : piece;
}

std::size_t transfer_plan::state::pieces_of(const message& m) const {
  if (m.is_streamed && !m.is_shared) return count_pieces(m, arrays, piece_of_long.bytes);
  const index_t most = largest_of(m);
  return static_cast<std::size_t>((m.bytes + most - 1) / most);
}

/// Decides what goes without packing, and where the rest is packed.
void transfer_plan::state::layout(std::vector<message>& messages, bool sending) {
  for (message& m : messages) {
    if (m.is_shared) continue;
    if (m.is_streamed) {
      using packing = detail::message_streams::packing;
      const packing how = is_direct(m, sending)           ? packing::none
                          : goes_as_type(m, sending, way) ? packing::of_mpi
                                                          : packing::ours;
      streams.add(m, sending, how, piece_of_long);
      continue;
    }
    m.direct_offset = m.parts[0].where.offset * arrays[m.parts[0].array].itemsize;
    m.buffer_offset = buffer_bytes;
    if (goes_as_type(m, sending, way)) {
      types.push_back(type_of(m.parts[0].where, arrays[m.parts[0].array].itemsize));
      m.type = types.back();
    } else if (!is_direct(m, sending)) {
      add_copies(m, arrays, sending);
      buffer_bytes += in_lines(m.bytes);
      unpacks = unpacks || !sending;
    }
    message_bytes += m.bytes;
    m.first_request = requests.size();
    m.requests = pieces_of(m);
    requests.resize(requests.size() + m.requests, MPI_REQUEST_NULL);
  }
}

void transfer_plan::state::prepare() {
  if (reached >= stage::prepared) return;
  piece = piece_bytes();
  wish = detail::way_of_environment();
  way = wish.way;
  if (wish.is_forced || in_order || !same_regions || is_limited()) trial.end();
  piece_of_long.bytes =
      std::min({piece, default_piece,
                std::max(most_of_message / most_slots / cache_line * cache_line, least_part())});
  piece_of_long.slots = std::min(most_slots, most_of_message / in_lines(piece_of_long.bytes));
  for (auto* const list : {&sends, &receives})
    for (message& m : *list) m.is_streamed = is_long(m);
  std::sort(receives.begin(), receives.end(),
            [](const message& a, const message& b) { return a.peer < b.peer; });
  reached = stage::prepared;
}

void transfer_plan::state::lay_out() {
  free_types();
  streams.clear();
  requests.clear();
  buffer_bytes = message_bytes = 0;
  unpacks = false;
  for (auto* const list : {&receives, &sends})
    for (message& m : *list) {
      m.copies.clear();
      m.type = MPI_BYTE;
    }
  layout(receives, false);
  receive_requests = requests.size();
  layout(sends, true);
}

void transfer_plan::state::take_memory() {
  const index_t bytes = buffer_bytes + streams.buffer_bytes();
  detail::fingerprint hash;
  hash.add_bytes(detail::text_of_wished_way(), std::strlen(detail::text_of_wished_way()));
  const auto describe = [] { return fmt::format("'{}'", detail::text_of_wished_way()); };
  const auto wanted = detail::given("the environment variable TESSERA_TRANSFER", hash, describe);
  memory = {};
  memory = collectively(
      comm,
      [&] {
        detail::check_way_of_environment();
        return buffer(static_cast<std::size_t>(bytes));
      },
      &wanted);
  account = {detail::memory_kind::buffers, bytes + node.buffer_bytes()};
}

void transfer_plan::state::allocate() {
  // Where there was no memory, the next start asks for it again, and for nothing else.
  if (reached < stage::laid_out) {
    if (same_regions) node.connect(comm, arrays, sends, receives, most_of_message);
    lay_out();
    reached = stage::laid_out;
  }
  take_memory();
  if (streams.is_used()) agree_on_tags(comm, sends, receives);
  reached = stage::allocated;
}

/// Collective: does any rank have messages that may be faster in other ways than the usual one?
std::array<bool, detail::transfer_ways> transfer_plan::state::other_ways() const {
  std::array<bool, detail::transfer_ways> is_other{};
  for (const bool sending : {false, true})
    for (const message& m : sending ? sends : receives) {
      if (m.is_shared) continue;
      const bool by_us = !goes_as_type(m, sending, transfer_way::usual);
      const bool by_mpi = goes_as_type(m, sending, transfer_way::types);
      is_other[static_cast<std::size_t>(transfer_way::whole)] |= !by_us;
      is_other[static_cast<std::size_t>(transfer_way::types)] |= by_us && by_mpi;
      is_other[static_cast<std::size_t>(transfer_way::eager)] |=
          m.bytes > eager_piece && m.bytes <= most_eager;
    }
  const detail::waiting here;
  detail::note_collective();
  check_mpi(MPI_Allreduce(MPI_IN_PLACE, is_other.data(), static_cast<int>(is_other.size()),
                          MPI_C_BOOL, MPI_LOR, comm.native()),
            "MPI_Allreduce");
  return is_other;
}

/// Between two runs: has the next one go in the way that is to be tried, or was the best.
void transfer_plan::state::adapt() {
  if (!trial.is_on() || ++runs == 1) return;
  if (runs == 2) {
    const auto others = other_ways();
    if (std::none_of(others.begin(), others.end(), [](bool is) { return is; })) return trial.end();
    trial.begin(others);
  }
  trial.note_run(comm, seconds);
  if (trial.way() == way) return;
  way = trial.way();
  reached = stage::laid_out; // if there is no memory
  lay_out();
  take_memory();
  reached = stage::allocated;
}

/// If it is not shared.
index_t transfer_plan::state::estimated_buffer(const message& m, bool sending) const {
  if (is_direct(m, sending)) return 0;
  if (m.is_streamed) return piece_of_long.buffer_bytes();
  return goes_as_type(m, sending, way) ? 0 : in_lines(m.bytes);
}

index_t transfer_plan::state::peak_memory() const {
  if (reached >= stage::allocated)
    return buffer_bytes + streams.buffer_bytes() + node.buffer_bytes();
  index_t sum = 0;
  for (const message& m : sends) sum += estimated_buffer(m, true);
  for (const message& m : receives) sum += estimated_buffer(m, false);
  return sum;
}

} // namespace tessera
