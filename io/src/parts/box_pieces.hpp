/// @file
/// Boxes cut into pieces that follow each other in memory and file.
#pragma once

#include <tessera/io/parts/file_part.hpp>

#include <vector>

namespace tessera::detail {

/// Cuts a box into pieces of at most `limit` bytes, in row-major order: whole rows of one axis, one
/// index of each axis before it, all of each axis behind it. A piece has at least one element.
class pieces {
public:
  pieces(std::vector<index_t> shape, index_t itemsize, index_t limit);

  /// Number of pieces; 0 for an empty box.
  [[nodiscard]] index_t count() const { return count_; }
  /// The largest piece, in elements.
  [[nodiscard]] index_t largest() const;
  /// First index and shape of piece k.
  void get(index_t k, std::vector<index_t>& lower, std::vector<index_t>& shape) const;

private:
  std::vector<index_t> shape_;
  std::size_t axis_ = 0; // the axis that is cut
  index_t rows_ = 1;     // of that axis in a piece
  index_t count_ = 0;
};

/// Piece k of a part, as a part of the same dataset and the same memory.
file_part piece_of(const file_part& part, const pieces& cut, index_t k);

} // namespace tessera::detail
