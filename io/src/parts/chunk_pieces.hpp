/// @file
/// What a part of an array and its chunks have in common.
#pragma once

#include <tessera/io/parts/file_part.hpp>

#include <algorithm>
#include <utility>
#include <vector>

namespace tessera::detail {

/// Those elements of a part that lie in one chunk.
struct chunk_piece {
  std::vector<index_t> origin; ///< first element of the chunk, in the array
  std::vector<index_t> lower;  ///< of the first of the elements, in the chunk
  std::vector<index_t> steps;  ///< from one to the next, in the chunk
  region memory;

  [[nodiscard]] bool has_gaps() const {
    return std::any_of(steps.begin(), steps.end(), [](index_t step) { return step != 1; });
  }
  /// The elements in memory that holds the whole chunk.
  [[nodiscard]] region in_chunk(const std::vector<index_t>& chunk) const {
    region result = packed(chunk, 0);
    result.shape = memory.shape;
    for (std::size_t d = 0; d < chunk.size(); ++d) {
      result.offset += lower[d] * result.strides[d];
      result.strides[d] *= steps[d];
    }
    return result;
  }
};

/// Along one axis: the elements of a part that one row of chunks has.
struct chunk_span {
  index_t origin; ///< of the chunks
  index_t first;  ///< of the elements, in the part
  index_t count;
  index_t lower; ///< of the elements, in the chunk

  /// From element `first` of the part on, whose element 0 is `lower_of_part` of the array.
  static chunk_span at(index_t lower_of_part, index_t count_of_part, index_t step, index_t chunk,
                       index_t first) {
    const index_t at = lower_of_part + first * step;
    const index_t origin = at - at % chunk;
    const index_t left = (origin + chunk - at + step - 1) / step;
    return {origin, first, std::min(left, count_of_part - first), at - origin};
  }
};

/// Calls `f(chunk_piece)` for every chunk that has elements of a part, whose steps are positive,
/// the last axis fastest.
template <class F>
void for_chunk_pieces(const file_part& part, const std::vector<index_t>& chunk, F&& f) {
  const std::size_t ndim = chunk.size();
  if (part.memory.size() == 0) return;
  const std::vector<index_t> steps =
      part.steps.empty() ? std::vector<index_t>(ndim, 1) : part.steps;
  const auto span_at = [&](std::size_t d, index_t first) {
    return chunk_span::at(part.lower[d], part.memory.shape[d], steps[d], chunk[d], first);
  };
  std::vector<chunk_span> spans;
  for (std::size_t d = 0; d < ndim; ++d) spans.push_back(span_at(d, 0));
  const auto advance = [&] {
    for (std::size_t d = ndim; d-- > 0;) {
      const index_t next = spans[d].first + spans[d].count;
      const bool goes_on = next < part.memory.shape[d];
      spans[d] = span_at(d, goes_on ? next : 0);
      if (goes_on) return true;
    }
    return false;
  };
  do {
    chunk_piece piece{{}, {}, steps, part.memory};
    for (std::size_t d = 0; d < ndim; ++d) {
      piece.origin.push_back(spans[d].origin);
      piece.lower.push_back(spans[d].lower);
      piece.memory.shape[d] = spans[d].count;
      piece.memory.offset += spans[d].first * part.memory.strides[d];
    }
    f(std::move(piece));
  } while (advance());
}

} // namespace tessera::detail
