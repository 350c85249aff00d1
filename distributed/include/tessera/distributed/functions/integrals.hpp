/// @file
/// Integrals along an axis over ranks, and differences of all elements.
#pragma once

#include <tessera/core/reductions/trapezoid.hpp>
#include <tessera/distributed/functions/cumulative.hpp>
#include <tessera/distributed/functions/rearrange.hpp>
#include <tessera/distributed/reduce.hpp>

namespace tessera {

/// The integral along an axis of values that are `dx` apart, as the local `trapezoid`: the same
/// bits under every distribution, but where products are smaller than the smallest normal number. A
/// number where there is one axis, otherwise a local array that every rank has. It costs what `sum`
/// does, and a copy of the array. Collective.
/// @throws argument_error on all ranks for an axis that is not there.
template <global_operand A>
auto trapezoid(const A& values, double dx = 1.0, const axis_list<1>& along = {{-1}}) {
  using T = detail::mean_type<typename A::value_type>;
  const std::size_t axis = detail::checked_axis(along.axes[0], A::ndim);
  const auto& node = detail::as_node(values);
  const index_t n = node.shape()[axis];
  auto parts = detail::copied<T>(
      detail::make_expression(detail::converted_to<T>(), detail::node_reference{&node}));
  const auto halve = [&](index_t at) {
    auto end = detail::part_of_axis(parts.view(), axis, at, 1);
    end.assign(end * 0.5);
  };
  if (n < 2) {
    parts = T{};
  } else {
    parts = parts * dx;
    halve(0);
    halve(n - 1);
  }
  if constexpr (A::ndim == 1)
    return sum(parts);
  else
    return sum(parts, along);
}
/// The same of values that are 1 apart.
template <global_operand A> auto trapezoid(const A& values, const axis_list<1>& along) {
  return trapezoid(values, 1.0, along);
}

/// The same of values at given places along the axis, which every rank has. It costs what `sum`
/// does; elements of cyclic arrays travel to equal blocks first.
/// @throws shape_error on all ranks for another number of places than of values.
template <global_operand A, local_operand X>
requires(X::ndim == 1) auto trapezoid(const A& values, const X& places,
                                      const axis_list<1>& along = {{-1}}) {
  const auto& node = detail::as_node(values);
  const ndarray<double, 1> x(places);
  if (detail::is_any_cyclic(node)) return detail::integral_at(detail::in_blocks(node), x, along);
  return detail::integral_at(values, x, along);
}

/// Differences of neighbours in row-major order, along one axis; in equal blocks. Collective.
template <global_operand A> auto ediff1d(const A& a) { return diff(ravel(a)); }
/// The same with other values behind them, and before them, which every rank has.
template <global_operand A, local_operand E, local_operand B>
requires(E::ndim == 1 && B::ndim == 1) auto ediff1d(const A& a, const E& to_end,
                                                    const B& to_begin) {
  const auto differences = ediff1d(a);
  const index_t before = detail::as_node(to_begin).shape()[0];
  const index_t after = detail::as_node(to_end).shape()[0];
  auto result = pad(differences, {{before, after}});
  const index_t n = result.shape()[0];
  result(slice(0, before)).assign(to_begin);
  result(slice(n - after, n)).assign(to_end);
  return result;
}

} // namespace tessera
