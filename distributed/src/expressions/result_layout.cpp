#include <tessera/core/error.hpp>
#include <tessera/distributed/expressions/evaluation.hpp>

#include <fmt/core.h>

#include <algorithm>

namespace tessera::detail {

result_layout::result_layout(const operand_ref* operands, std::size_t count, const index_t* shape,
                             std::size_t ndim) {
  for (std::size_t k = 0; k < count; ++k) {
    const view_ref* const view = operands[k].view();
    if (view == nullptr || view->ndim != ndim || !std::equal(shape, shape + ndim, view->shape))
      continue;
    ref_ = *view;
    go_to_middle(operands, count);
    return;
  }
  for (std::size_t k = 0; k < count; ++k)
    if (const view_ref* const view = operands[k].view())
      if (take_repeated(*view, shape, ndim)) return;
  throw argument_error(
      fmt::format("no global array in an expression of shape {} has this shape itself along the "
                  "axes that are divided between ranks, so there is no distribution to compute it "
                  "in; assign it to a global array",
                  tuple_text(shape, ndim)));
}

namespace {

/// Are both views of arrays with one distribution, as large, with their axes along the same ones?
bool may_be_shifted(const view_ref& a, const view_ref& b) {
  if (a.ndim != b.ndim || !std::equal(a.shape, a.shape + a.ndim, b.shape) ||
      (a.block != b.block && a.block->axes() != b.block->axes()))
    return false;
  for (std::size_t m = 0; m < a.ndim; ++m)
    if (a.walks[m].axis != b.walks[m].axis || a.walks[m].step != b.walks[m].step) return false;
  return true;
}

} // namespace

void result_layout::go_to_middle(const operand_ref* operands, std::size_t count) {
  for (std::size_t m = 0; m < ref_.ndim; ++m) walks_[m] = ref_.walks[m];
  for (std::size_t m = 0; m < ref_.ndim; ++m) {
    const index_t first = ref_.walks[m].first;
    index_t least = first;
    index_t most = first;
    for (std::size_t k = 0; k < count; ++k) {
      const view_ref* const view = operands[k].view();
      if (view == nullptr || !may_be_shifted(ref_, *view)) continue;
      least = std::min(least, view->walks[m].first);
      most = std::max(most, view->walks[m].first);
    }
    const index_t half = (most - least) / 2;
    walks_[m].first = first == least  ? least + half
                      : first == most ? most - half
                                      : (least + most) / 2;
  }
  ref_.walks = walks_;
}

/// Takes a view as if it were as large as the result; not where that would repeat elements along an
/// axis that is divided between ranks.
bool result_layout::take_repeated(const view_ref& operand, const index_t* shape, std::size_t ndim) {
  const std::size_t before = ndim - operand.ndim; // axes that the operand does not have
  std::copy(shape, shape + ndim, shape_);
  for (std::size_t d = 0; d < operand.block->axes().size(); ++d) fixed_[d] = operand.fixed[d];
  for (std::size_t m = 0; m < ndim; ++m) {
    walks_[m] = m < before ? axis_walk{} : operand.walks[m - before];
    const bool is_repeated = m >= before && operand.shape[m - before] != shape[m];
    const int axis = walks_[m].axis;
    if (!is_repeated || axis < 0) continue;
    if (operand.block->axes()[static_cast<std::size_t>(axis)].parts() > 1) return false;
    fixed_[axis] = walks_[m].first;
    walks_[m] = {};
  }
  ref_ = operand;
  ref_.ndim = ndim;
  ref_.shape = shape_;
  ref_.walks = walks_;
  ref_.fixed = fixed_;
  return true;
}

} // namespace tessera::detail
