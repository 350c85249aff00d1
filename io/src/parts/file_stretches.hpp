/// @file
/// Where the elements of a box lie in a file that holds the whole array in row-major order.
#pragma once

#include <tessera/core/copies/strided_copy.hpp>
#include <tessera/core/types/advance_index.hpp>

#include <utility>
#include <vector>

namespace tessera::detail {

/// A box of an array cut where its elements stop following each other in the file. The box has at
/// least one element.
class file_stretches {
public:
  file_stretches(const std::vector<index_t>& array, const std::vector<index_t>& lower,
                 const std::vector<index_t>& shape)
      : array_(array), lower_(lower), shape_(shape), at_(lower.size(), 0) {
    if (at_.empty()) return; // a scalar is one stretch
    axis_ = at_.size() - 1;
    while (axis_ > 0 && shape_[axis_] == array_[axis_]) --axis_;
  }

  /// The first axis of which a stretch holds all elements of the box.
  [[nodiscard]] std::size_t axis() const { return axis_; }
  /// Elements of a stretch.
  [[nodiscard]] index_t length() const {
    index_t count = 1;
    for (std::size_t d = axis_; d < at_.size(); ++d) count *= shape_[d];
    return count;
  }
  /// Elements of the array before this stretch.
  [[nodiscard]] index_t in_file() const {
    index_t position = 0;
    for (std::size_t d = 0; d < at_.size(); ++d)
      position = position * array_[d] + lower_[d] + at_[d];
    return position;
  }
  /// Elements before this stretch in memory that holds the box.
  [[nodiscard]] index_t in_memory(const region& memory) const {
    index_t position = memory.offset;
    for (std::size_t d = 0; d < axis_; ++d) position += at_[d] * memory.strides[d];
    return position;
  }
  /// The next one; false behind the last.
  bool advance() { return advance_index(at_.data(), axis_, shape_.data()) > 0; }

private:
  const std::vector<index_t>& array_;
  const std::vector<index_t>& lower_;
  const std::vector<index_t>& shape_;
  std::vector<index_t> at_;
  std::size_t axis_ = 0;
};

} // namespace tessera::detail
