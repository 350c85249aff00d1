#include "nest.hpp"

#include <tessera/core/strided_copy.hpp>

#include <cstring>

namespace tessera::detail {

index_t region::size() const {
  index_t product = 1;
  for (const index_t n : shape) product *= n;
  return product;
}

bool region::is_contiguous() const {
  index_t step = 1;
  for (std::size_t d = shape.size(); d-- > 0;) {
    if (shape[d] != 1 && strides[d] != step) return false;
    step *= shape[d];
  }
  return true;
}

region packed(const std::vector<index_t>& shape, index_t offset) {
  region result{offset, shape, shape};
  index_t step = 1;
  for (std::size_t d = shape.size(); d-- > 0;) {
    result.strides[d] = step;
    step *= shape[d];
  }
  return result;
}

strided_copy::strided_copy(const region& to, const region& from, index_t itemsize,
                           combine_row combine)
    : combine_(combine), bytes_(to.size() * itemsize) {
  if (bytes_ == 0) return;
  std::vector<index_t> shape = to.shape;
  std::vector<index_t> to_strides = to.strides;
  std::vector<index_t> from_strides = from.strides;
  std::byte origin{};
  loop_operand operands[2] = {{&origin, itemsize, to_strides.data()},
                              {&origin, itemsize, from_strides.data()}};
  nest loops{shape.data(), shape.size(), operands, 2};
  rearrange(loops);
  // Running a backward axis forward moves an operand's first element.
  to_offset_ = to.offset * itemsize + (operands[0].data - &origin);
  from_offset_ = from.offset * itemsize + (operands[1].data - &origin);
  item_ = itemsize;
  for (std::size_t d = 0; d < loops.ndim; ++d)
    loops_.push_back({shape[d], to_strides[d] * itemsize, from_strides[d] * itemsize});
  const bool copies = combine == nullptr;
  if (copies && !loops_.empty() && loops_.back().to_step == item_ &&
      loops_.back().from_step == item_) {
    item_ *= loops_.back().count;
    loops_.pop_back();
  }
  if (loops_.empty()) loops_.push_back({1, 0, 0});
}

void strided_copy::run(std::byte* to, const std::byte* from) const {
  if (bytes_ > 0) run_from(0, to + to_offset_, from + from_offset_);
}

void strided_copy::run_from(std::size_t depth, std::byte* to, const std::byte* from) const {
  const loop& l = loops_[depth];
  if (depth + 1 == loops_.size()) {
    if (combine_ != nullptr) return combine_(to, l.to_step, from, l.from_step, l.count);
    return copy_row(to, l.to_step, from, l.from_step, l.count, item_);
  }
  for (index_t i = 0; i < l.count; ++i)
    run_from(depth + 1, to + i * l.to_step, from + i * l.from_step);
}

} // namespace tessera::detail
