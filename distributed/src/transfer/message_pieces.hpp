// Messages in pieces, cut as they are needed: there may be many.
#pragma once

#include "transfer/message.hpp"

namespace tessera::detail {

/// Where a piece ends, and the next one begins.
struct piece_end {
  std::size_t part = 0;
  index_t element = 0; // of that part
};

/// The piece that begins there, of at most so many bytes if no element is longer; moves `from` on.
/// The same on both sides of a message.
message next_piece(const message& whole, const std::vector<array_slot>& arrays, index_t most_bytes,
                   piece_end& from);

/// How many there are.
std::size_t count_pieces(const message& whole, const std::vector<array_slot>& arrays,
                         index_t most_bytes);

} // namespace tessera::detail
