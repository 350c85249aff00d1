#include "parts/box_pieces.hpp"

#include <algorithm>
#include <utility>

namespace tessera::detail {

namespace {

index_t product_from(const std::vector<index_t>& shape, std::size_t first) {
  index_t product = 1;
  for (std::size_t d = first; d < shape.size(); ++d) product *= shape[d];
  return product;
}

} // namespace

pieces::pieces(std::vector<index_t> shape, index_t itemsize, index_t limit)
    : shape_(std::move(shape)) {
  if (product_from(shape_, 0) == 0) return;
  count_ = 1;
  if (shape_.empty()) return; // a scalar
  while (axis_ + 1 < shape_.size() && product_from(shape_, axis_ + 1) * itemsize > limit) ++axis_;
  const index_t row_bytes = product_from(shape_, axis_ + 1) * itemsize;
  rows_ = std::clamp<index_t>(limit / row_bytes, 1, shape_[axis_]);
  count_ = (shape_[axis_] + rows_ - 1) / rows_;
  for (std::size_t d = 0; d < axis_; ++d) count_ *= shape_[d];
}

index_t pieces::largest() const {
  return count_ == 0 ? 0 : shape_.empty() ? 1 : rows_ * product_from(shape_, axis_ + 1);
}

void pieces::get(index_t k, std::vector<index_t>& lower, std::vector<index_t>& shape) const {
  lower.assign(shape_.size(), 0);
  shape = shape_;
  if (shape_.empty()) return;
  const index_t per_index = (shape_[axis_] + rows_ - 1) / rows_;
  lower[axis_] = k % per_index * rows_;
  shape[axis_] = std::min(rows_, shape_[axis_] - lower[axis_]);
  k /= per_index;
  for (std::size_t d = axis_; d-- > 0;) {
    lower[d] = k % shape_[d];
    shape[d] = 1;
    k /= shape_[d];
  }
}

file_part piece_of(const file_part& part, const pieces& cut, index_t k) {
  file_part piece = part;
  std::vector<index_t> first;
  cut.get(k, first, piece.memory.shape);
  for (std::size_t d = 0; d < first.size(); ++d) {
    piece.lower[d] += first[d] * (part.steps.empty() ? 1 : part.steps[d]);
    piece.memory.offset += first[d] * part.memory.strides[d];
  }
  return piece;
}

} // namespace tessera::detail
