/// @file
/// Filtered chunks, packed by all ranks.
#pragma once

#include "hdf5/datasets/hdf5_output_dataset.hpp"
#include "hdf5/datasets/hdf5_place.hpp"

#include <vector>

namespace tessera::detail {

/// Chunks in rounds, in the order in which they lie in the file: whole rows of chunks along one
/// axis, which the ranks share, one chunk along each axis before it, all of each axis behind it.
class chunk_rounds {
public:
  /// Of the chunks that a place has elements of; each rank has about `limit` bytes of a round, or
  /// one row of chunks.
  chunk_rounds(const hdf5_place& place, const std::vector<index_t>& chunk, index_t itemsize,
               int ranks, index_t limit);

  [[nodiscard]] index_t count() const { return outer_ * per_outer_; }
  /// The axis of the dataset along which the ranks share.
  [[nodiscard]] std::size_t axis() const { return axis_; }
  /// The box of a round, in elements of the dataset.
  void get(index_t round, std::vector<index_t>& lower, std::vector<index_t>& shape) const;

private:
  std::vector<index_t> chunk_;
  std::vector<index_t> first_; // element of the dataset
  std::vector<index_t> upper_;
  std::vector<index_t> counts_; // of chunks
  std::size_t axis_ = 0;
  index_t rows_ = 1; // of chunks in a round
  index_t outer_ = 1;
  index_t per_outer_ = 1;
};

/// Do the chunks of a dataset hold nothing but elements of a place, so that each can be written as
/// a whole?
bool has_whole_chunks(const hdf5_place& place, const std::vector<index_t>& chunk);

} // namespace tessera::detail
