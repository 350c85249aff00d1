#include "parts/piece_sink.hpp"
#include "parts/box_pieces.hpp"
#include "parts/plain_path.hpp"

namespace tessera::detail {

std::vector<file_part> piece_sink::pieces_of(const file_part& part) const {
  const detail::pieces cut(part.memory.shape, part.type.size, writer_.piece_bytes());
  std::vector<file_part> all;
  for (index_t k = 0; k < cut.count(); ++k) all.push_back(piece_of(part, cut, k));
  return all;
}

hashed_piece& piece_sink::note(const std::string& name, const file_part& piece,
                               const file_part& part, index_t offset) {
  hashed_piece& noted = pieces_.emplace_back();
  noted.array = plain_path(name);
  noted.lower = piece.lower;
  noted.shape = piece.memory.shape;
  writer_.prepare(noted, piece, part, offset);
  return noted;
}

} // namespace tessera::detail
