#include "copies/copy_loops.hpp"

#include <tessera/core/copies/strided_copy.hpp>

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

index_t region::longest_stretch() const {
  index_t run = 1;
  for (std::size_t d = 0; d < shape.size();) {
    const bool goes_on = shape[d] > 1 && (strides[d] == run || strides[d] == -run);
    if (goes_on) run *= shape[d];
    d = goes_on ? 0 : d + 1;
  }
  return run;
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
  loop_nest loops{shape.data(), shape.size(), operands, 2};
  order_loops(loops);
  // Running a backward axis forward moves an operand's first element.
  to_offset_ = to.offset * itemsize + (operands[0].data - &origin);
  from_offset_ = from.offset * itemsize + (operands[1].data - &origin);
  item_ = itemsize;
  loops_.resize(loops.ndim);
  list_loops(loops, loops_.data());
  if (combine == nullptr) loops_.resize(arrange_copy(loops_.data(), loops.ndim, item_));
}

void strided_copy::run(std::byte* to, const std::byte* from) const {
  if (bytes_ == 0) return;
  to += to_offset_;
  from += from_offset_;
  if (combine_ != nullptr)
    combine_from(0, to, from);
  else
    run_copy({loops_.data(), loops_.size(), item_, bytes_}, to, from);
}

void strided_copy::combine_from(std::size_t depth, std::byte* to, const std::byte* from) const {
  const copy_loop l = loops_.empty() ? copy_loop{1, 0, 0} : loops_[depth];
  if (depth + 1 >= loops_.size()) return combine_(to, l.to_step, from, l.from_step, l.count);
  for (index_t i = 0; i < l.count; ++i)
    combine_from(depth + 1, to + i * l.to_step, from + i * l.from_step);
}

} // namespace tessera::detail
