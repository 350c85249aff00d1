/// @file
/// Chunks that ranks share, a part at a time.
#pragma once

#include <tessera/core/shape.hpp>

#include <cstddef>
#include <vector>

namespace tessera::detail {

/// A box of an array that is cut into chunks, which begin at multiples of the chunks' shape.
struct chunked_box {
  std::vector<index_t> lower; ///< first element; at the beginning of a chunk
  std::vector<index_t> shape; ///< in elements
  std::vector<index_t> chunk;
  std::vector<bool> is_undivided{}; ///< axes that ranks do not share; empty: none
};

/// Chunks in rounds, in row-major order: whole rows of chunks along one axis, which the ranks
/// share, one chunk along each axis before it, all of each axis behind it.
class chunk_rounds {
public:
  /// Each rank has about `limit` bytes of a round, or one row of chunks.
  chunk_rounds(const chunked_box& box, index_t itemsize, int ranks, index_t limit);

  [[nodiscard]] index_t count() const { return outer_ * per_outer_; }
  /// The axis along which the ranks share.
  [[nodiscard]] std::size_t axis() const { return axis_; }
  /// The box of a round, in elements of the array.
  void get(index_t round, std::vector<index_t>& lower, std::vector<index_t>& shape) const;

private:
  std::vector<index_t> chunk_;
  std::vector<index_t> first_; // element of the array
  std::vector<index_t> upper_;
  std::vector<index_t> counts_; // of chunks
  std::size_t axis_ = 0;
  index_t rows_ = 1; // of chunks in a round
  index_t outer_ = 1;
  index_t per_outer_ = 1;
};

/// Boundaries of the ranks' shares of an axis, at rows of chunks, in elements from its start.
std::vector<index_t> shares_of_chunks(index_t elements, index_t chunk, int ranks);

} // namespace tessera::detail
