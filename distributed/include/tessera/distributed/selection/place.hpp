/// @file
/// Values in place of those where a mask is true, from the beginning again when they run out.
#pragma once

#include <tessera/distributed/selection/masked_view.hpp>

namespace tessera {

namespace detail {

/// What is assigned to, as a view of a global array.
template <class A> auto global_target(A& a) {
  if constexpr (is_global_view<std::remove_const_t<A>>)
    return a;
  else
    return a.view();
}

} // namespace detail

/// Assigns values where a mask is true: the first where it is true first, in row-major order, and
/// so on, from the beginning again when they run out. They are local, on every rank, or global,
/// however distributed. Collective; costs what `u(mask) = values` does.
/// @throws shape_error on all ranks when the mask has another shape, or when there are no values.
///
///     place(u, u > 1.0, ndarray{1.0, 2.0});
template <global_operand A, array_operand M, array_operand V>
void place(A&& a, const M& mask, const V& values) {
  using T = typename std::remove_cvref_t<A>::value_type;
  const auto truth = detail::elementwise(detail::is_true(), mask);
  detail::assign_chosen(detail::global_target(a), truth, detail::chosen_values<T>(values, true));
}

} // namespace tessera
