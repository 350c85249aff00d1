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
  if (!places.empty()) return false;
  index_t step = 1;
  for (std::size_t d = shape.size(); d-- > 0;) {
    if (shape[d] != 1 && strides[d] != step) return false;
    step *= shape[d];
  }
  return true;
}

index_t region::longest_stretch() const {
  if (!places.empty() && shape.size() == 1) return places.mean_stretch();
  index_t run = 1;
  const std::size_t first = places.empty() ? 0 : 1;
  for (std::size_t d = first; d < shape.size();) {
    const bool goes_on = shape[d] > 1 && (strides[d] == run || strides[d] == -run);
    if (goes_on) run *= shape[d];
    d = goes_on ? first : d + 1;
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

region listed(const std::vector<index_t>& places) {
  const auto n = static_cast<index_t>(places.size());
  const index_t first = n > 0 ? places[0] : 0;
  const index_t step = n > 1 ? places[1] - first : 1;
  for (std::size_t k = 1; k < places.size(); ++k)
    if (places[k] - places[k - 1] != step || step < 1)
      return {0, {n}, {0}, place_list(places.data(), n)};
  return {first, {n}, {step}};
}

strided_copy::strided_copy(const region& to, const region& from, index_t itemsize,
                           const combiner& combine)
    : combine_(combine), bytes_(to.size() * itemsize) {
  if (bytes_ == 0) return;
  list_first_axis(to, from, itemsize);
  const std::ptrdiff_t inner = listed_.count > 0 ? 1 : 0;
  std::vector<index_t> shape(to.shape.begin() + inner, to.shape.end());
  std::vector<index_t> to_strides(to.strides.begin() + inner, to.strides.end());
  std::vector<index_t> from_strides(from.strides.begin() + inner, from.strides.end());
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
  if (combine.row == nullptr) loops_.resize(arrange_copy(loops_.data(), loops.ndim, item_));
  if (listed_.count > 0 && loops_.empty()) find_runs();
}

void strided_copy::run(std::byte* to, const std::byte* from) const {
  if (bytes_ == 0) return;
  to += to_offset_;
  from += from_offset_;
  if (listed_.count > 0)
    run_listed(to, from);
  else
    run_one(to, from);
}

void strided_copy::run_one(std::byte* to, const std::byte* from) const {
  if (combine_.row != nullptr)
    combine_from(0, to, from);
  else
    run_copy({loops_.data(), loops_.size(), item_, bytes_}, to, from);
}

void strided_copy::combine_from(std::size_t depth, std::byte* to, const std::byte* from) const {
  const copy_loop l = loops_.empty() ? copy_loop{1, 0, 0} : loops_[depth];
  if (depth + 1 >= loops_.size()) return combine_.row(to, l.to_step, from, l.from_step, l.count);
  for (index_t i = 0; i < l.count; ++i)
    combine_from(depth + 1, to + i * l.to_step, from + i * l.from_step);
}

} // namespace tessera::detail
