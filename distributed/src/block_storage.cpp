#include "node_memory.hpp"

#include <tessera/core/error.hpp>
#include <tessera/distributed/agree.hpp>

#include <cstdio>

namespace tessera::detail {

namespace {

constexpr index_t line = 64;
constexpr index_t page = 4096;
constexpr index_t most_shared = index_t{1} << 60U; // more than can be had

/// Large pieces start at different places of a page, or arrays would compete for the same cache
/// sets.
index_t offset_of_next() {
  static index_t counter = 0;
  return counter++ % 7 * 9 * line % page;
}

void warn_once(const node_memory& node, index_t bytes) {
  static bool warned = false;
  if (!warned && node.comm().rank() == 0)
    std::fprintf(
        stderr,
        "tessera: no shared memory for blocks of %.3g MB per rank; ranks of this node exchange "
        "messages, which is slower. %s, or set TESSERA_SHARED=0 to be spared this warning\n",
        static_cast<double>(bytes) * 1e-6, missing_room());
  warned = true;
}

} // namespace

shared_piece::shared_piece(node_memory& node, index_t bytes) : bytes_(bytes) {
  if (bytes == 0) return;
  node_ = &node;
  place_ = node.take(bytes);
  data_ = node.at(place_);
}

shared_piece::~shared_piece() {
  if (node_ != nullptr && !keeps_freed_memory()) node_->give_back(place_, bytes_);
}

block_storage::block_storage(const communicator& comm, index_t bytes) {
  node_memory* const node = node_memory::of(comm);
  const bool is_large = bytes >= 16 * page;
  const index_t with_offset = is_large && bytes < most_shared ? bytes + page : bytes;
  const bool shares = node != nullptr && node->make_room(with_offset, 0);
  if (shares) shared_ = shared_piece(*node, with_offset);
  memory_ =
      collectively(comm, [&] { return buffer(static_cast<std::size_t>(shares ? 0 : bytes)); });
  if (node != nullptr && !shares) warn_once(*node, bytes);
  data_ = shares ? shared_.data() : memory_.data();
  if (shares && is_large) data_ += offset_of_next();
}

} // namespace tessera::detail
