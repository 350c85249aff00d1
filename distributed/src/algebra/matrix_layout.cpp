#include "algebra/matrix_layout.hpp"

#include "expressions/alignment.hpp"

#include <algorithm>

namespace tessera::detail {

namespace {

bool lies_in_parts(const view_ref& view, std::size_t m) {
  const axis_walk& walk = view.walks[m];
  if (walk.axis == axis_walk::none) return view.shape[m] == 1;
  return walk.shift == 0 && walk.step != 0 &&
         !view.block->axes()[static_cast<std::size_t>(walk.axis)].is_cyclic();
}

std::vector<interval> parts_along(const view_ref& view, std::size_t m) {
  const axis_walk& walk = view.walks[m];
  if (walk.axis == axis_walk::none) return {{0, view.shape[m]}};
  const axis_distribution& rule = view.block->axes()[static_cast<std::size_t>(walk.axis)];
  std::vector<interval> parts;
  for (int part = 0; part < rule.parts(); ++part) {
    const interval own = places_in(walk, view.shape[m], rule.block(part));
    parts.push_back(own.empty() ? interval{} : own);
  }
  return parts;
}

} // namespace

bool matrix_layout::fits(const view_ref& view) {
  return lies_in_parts(view, 0) && lies_in_parts(view, 1) &&
         (view.walks[0].axis < 0 || view.walks[0].axis != view.walks[1].axis);
}

matrix_layout::matrix_layout(const view_ref& view) {
  const global_block& block = *view.block;
  for (std::size_t m = 0; m < 2; ++m) {
    parts_[m] = parts_along(view, m);
    const axis_walk& walk = view.walks[m];
    ascends_ = ascends_ && (walk.axis < 0 || walk.step > 0);
    if (walk.axis >= 0) rank_steps_[m] = block.rank_stride(static_cast<std::size_t>(walk.axis));
  }
  for (std::size_t d = 0; d < block.axes().size(); ++d)
    if (walk_along(view, d) < 0)
      first_rank_ += block.axes()[d].owner(view.fixed[d]) * block.rank_stride(d);
  if (block.is_in_grid()) find_own(view);
}

void matrix_layout::find_own(const view_ref& view) {
  const global_block& block = *view.block;
  own_.offset = block.layout().origin;
  index_t* const steps[] = {&own_.row_step, &own_.column_step};
  interval* const parts[] = {&own_.rows, &own_.columns};
  for (std::size_t m = 0; m < 2; ++m) {
    const axis_walk& walk = view.walks[m];
    const auto d = static_cast<std::size_t>(std::max(walk.axis, 0));
    *parts[m] = parts_[m][walk.axis < 0 ? 0 : static_cast<std::size_t>(block.part(d))];
    if (walk.axis < 0 || parts[m]->empty()) continue;
    const index_t stride = block.layout().strides[d];
    *steps[m] = stride * walk.step;
    own_.offset += block.local(d, walk.first + parts[m]->lower * walk.step) * stride;
  }
  for (std::size_t d = 0; d < block.axes().size(); ++d) {
    if (walk_along(view, d) >= 0) continue;
    if (block.axes()[d].owner(view.fixed[d]) != block.part(d)) own_ = {};
    if (own_.empty()) return;
    own_.offset += block.local(d, view.fixed[d]) * block.layout().strides[d];
  }
}

std::size_t part_with(const std::vector<interval>& parts, const interval& wanted) {
  if (wanted.empty()) return 0;
  const auto found = std::find_if(parts.begin(), parts.end(), [&](const interval& part) {
    return part.lower <= wanted.lower && wanted.upper <= part.upper;
  });
  return static_cast<std::size_t>(found - parts.begin());
}

} // namespace tessera::detail
