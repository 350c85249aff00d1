#include "memory/node_memory.hpp"
#include "ranks/left_behind.hpp"

#include <tessera/core/error.hpp>
#include <tessera/distributed/agree.hpp>
#include <tessera/distributed/memory/block_storage.hpp>

#include <atomic>
#include <cstdio>

namespace tessera::detail {

namespace {

constexpr index_t page = 4096;
constexpr index_t most_shared = index_t{1} << 60U; // more than can be had

/// Large pieces start at different places of a page, or arrays would compete for the same cache
/// sets.
index_t offset_of_next() {
  static std::atomic<index_t> counter = 0;
  return counter.fetch_add(1, std::memory_order_relaxed) % 7 * 9 * cache_line % page;
}

void warn_once(const node_memory& node, index_t bytes) {
  static std::atomic<bool> warned = false;
  if (!warned.exchange(true) && node.comm().rank() == 0)
    std::fprintf(
        stderr,
        "tessera: no shared memory for blocks of %.3g MB per rank; ranks of this node exchange "
        "messages, which is slower. %s, or set TESSERA_SHARED=0 to be spared this warning\n",
        static_cast<double>(bytes) * 1e-6, node_memory::missing_room());
}

} // namespace

shared_piece::shared_piece(node_memory& node, std::uint64_t place, index_t bytes) {
  if (bytes == 0) return;
  node_ = &node;
  place_ = place;
  bytes_ = bytes;
  data_ = node.at(place);
}

shared_piece::~shared_piece() {
  if (node_ != nullptr && !keeps_freed_memory()) node_->give_back({place_, bytes_});
}

block_storage::block_storage(const communicator& comm, index_t bytes) {
  check_thread();
  check_not_freed(comm.native());
  node_memory* const node = node_memory::of(comm);
  const bool is_large = bytes >= 16 * page;
  const index_t with_offset = is_large && bytes < most_shared ? bytes + page : bytes;
  shared_room room;
  const bool all_share =
      node_memory::is_wanted(comm) && node_memory::reserve(comm, node, with_offset, 0, room);
  if (room.is_had) shared_ = shared_piece(*node, room.bytes.place, room.bytes.bytes);
  if (!all_share)
    memory_ = collectively(
        comm, [&] { return buffer(static_cast<std::size_t>(room.is_had ? 0 : bytes)); });
  if (node != nullptr && !room.is_had) warn_once(*node, bytes);
  data_ = room.is_had ? shared_.data() : memory_.data();
  if (room.is_had && is_large) data_ += offset_of_next();
}

} // namespace tessera::detail
