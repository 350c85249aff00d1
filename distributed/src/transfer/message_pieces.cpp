#include "transfer/message_pieces.hpp"

#include "transfer/region_cut.hpp"

#include <utility>

namespace tessera::detail {

message next_piece(const message& whole, const std::vector<array_slot>& arrays, index_t most_bytes,
                   piece_end& from) {
  message piece;
  piece.peer = whole.peer;
  piece.tag = whole.tag;
  while (from.part < whole.parts.size()) {
    const message_part& part = whole.parts[from.part];
    const index_t itemsize = arrays[part.array].itemsize;
    const region where = part_from(part.where, from.element, most_bytes / itemsize);
    const bool is_first = piece.parts.empty();
    if (!is_first && piece.end_with(where.size(), itemsize) > most_bytes) break;
    from.element += where.size();
    if (from.element == part.where.size()) from = {from.part + 1, 0};
    piece.add(where, part.array, itemsize);
  }
  return piece;
}

std::size_t count_pieces(const message& whole, const std::vector<array_slot>& arrays,
                         index_t most_bytes) {
  std::size_t count = 0;
  for (piece_end at; at.part < whole.parts.size(); ++count)
    next_piece(whole, arrays, most_bytes, at);
  return count;
}

} // namespace tessera::detail
