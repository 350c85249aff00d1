/// @file
/// Chunks of an array that a box lies in.
#pragma once

#include <tessera/core/shape.hpp>

#include <vector>

namespace tessera::detail {

/// Visits the chunks that have elements of a box, the last axis fastest. The box is not empty.
class chunk_walk {
public:
  chunk_walk(const std::vector<index_t>& chunk, const std::vector<index_t>& lower,
             const std::vector<index_t>& shape);

  /// How many there are.
  [[nodiscard]] index_t count() const;
  /// The first element of the present chunk, counted in the dataset.
  [[nodiscard]] const std::vector<index_t>& origin() const { return origin_; }
  /// Where the elements of the box begin in the present chunk, counted there.
  [[nodiscard]] const std::vector<index_t>& lower() const { return lower_; }
  /// How many elements along each axis the box and the chunk have in common.
  [[nodiscard]] const std::vector<index_t>& shape() const { return shape_; }
  /// Does the box have all elements of the present chunk?
  [[nodiscard]] bool is_covered() const { return shape_ == chunk_; }
  /// The number of a chunk of another walk in this one.
  [[nodiscard]] index_t number_of(const std::vector<index_t>& origin) const;
  /// Goes to the next one; false behind the last.
  bool advance();

private:
  void meet(std::size_t axis);

  std::vector<index_t> chunk_;
  std::vector<index_t> box_lower_;
  std::vector<index_t> box_upper_;
  std::vector<index_t> origin_;
  std::vector<index_t> lower_;
  std::vector<index_t> shape_;
};

} // namespace tessera::detail
