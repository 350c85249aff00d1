/// @file
/// Where the elements of a file go that is written in pieces of which checksums are wanted.
#pragma once

#include "files/piece_hash.hpp"
#include "parts/part_in_memory.hpp"

#include <deque>
#include <string>

namespace tessera::detail {

/// Takes what a rank writes of arrays by itself. Local.
class piece_sink {
public:
  piece_sink() = default;
  piece_sink(const piece_sink&) = delete;
  piece_sink& operator=(const piece_sink&) = delete;
  virtual ~piece_sink() = default;

  /// Takes `part` of an array that begins at byte `offset` of the file, from `elements`.
  /// @throws file_error
  virtual void add(const std::string& name, const file_part& part, index_t offset,
                   part_in_memory&& elements) = 0;

  /// The pieces so far; each stays where it is.
  [[nodiscard]] std::deque<hashed_piece>& pieces() { return pieces_; }

protected:
  /// Notes a piece.
  hashed_piece& note(const std::string& name, const file_part& piece) {
    hashed_piece& noted = pieces_.emplace_back();
    noted.array = name;
    noted.lower = piece.lower;
    noted.shape = piece.memory.shape;
    return noted;
  }

private:
  std::deque<hashed_piece> pieces_;
};

} // namespace tessera::detail
