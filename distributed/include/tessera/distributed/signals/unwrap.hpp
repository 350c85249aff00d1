/// @file
/// Phases without their jumps, over ranks.
#pragma once

#include <tessera/core/signals/unwrap.hpp>
#include <tessera/distributed/functions/cumulative.hpp>

namespace tessera {

/// As the local `unwrap`, the same bits under every distribution; a new array, distributed as that
/// of `cumsum` is. What is to be added is summed up along the axis, so that along one that is
/// divided each rank waits for the one before it. Collective.
/// @throws argument_error on all ranks for a wrong axis, and a period that is not positive.
template <global_operand A>
auto unwrap(const A& a, const unwrap_options& options = {}, const axis_list<1>& along = {{-1}}) {
  const std::size_t axis = detail::checked_axis(along.axes[0], A::ndim);
  detail::check_period(options.period);
  const auto& node = detail::as_node(a);
  const auto wide =
      detail::make_expression(detail::converted_to<double>(), detail::node_reference{&node});
  auto result =
      detail::is_any_cyclic(node) ? detail::in_blocks(wide) : detail::copied<double>(wide);
  const index_t n = result.shape()[axis];
  if (n < 2) return result;
  const auto of = [axis](auto& u, index_t first, index_t count) {
    return detail::part_of_axis(u.view(), axis, first, count);
  };
  auto before = empty_like(result);
  before = result;
  of(before, 1, n - 1).assign(of(result, 0, n - 1));
  const auto corrections =
      cumsum(detail::make_expression(detail::jump_correction(options), detail::capture(before),
                                     detail::capture(result)),
             axis_list<1>{{static_cast<index_t>(axis)}});
  auto steps = of(result, 1, n - 1);
  steps.assign(steps + of(corrections, 1, n - 1));
  return result;
}
/// The same with a period of 2 pi.
template <global_operand A> auto unwrap(const A& a, const axis_list<1>& along) {
  return unwrap(a, unwrap_options{}, along);
}

} // namespace tessera
