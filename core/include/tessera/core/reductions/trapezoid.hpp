/// @file
/// Integrals by the trapezoidal rule, along an axis.
#pragma once

#include <tessera/core/reductions/cumulative.hpp>

namespace tessera {

namespace detail {

/// What the values of an axis are multiplied with, from the distances to their neighbours: half of
/// both together. Axis `axis` of N has them, the others one element.
template <class T, std::size_t N, class Distance>
ndarray<T, N> trapezoid_weights(index_t n, std::size_t axis, Distance distance) {
  shape_t<N> shape{};
  for (std::size_t d = 0; d < N; ++d) shape[d] = d == axis ? n : 1;
  ndarray<T, N> weights(shape);
  for (index_t i = 0; i < n; ++i) {
    const double before = i > 0 ? distance(i - 1) : 0.0;
    const double after = i + 1 < n ? distance(i) : 0.0;
    weights.data()[i] = static_cast<T>(0.5 * (before + after));
  }
  return weights;
}

/// The exact sum along an axis of what is weighted; of the only axis it is a number.
template <class A, class W>
auto weighted_sum(const A& values, const W& weights, const axis_list<1>& along) {
  if constexpr (A::ndim == 1)
    return sum(values * weights);
  else
    return sum(values * weights, along);
}

[[noreturn]] void throw_places(index_t places, index_t values);

/// The integral of values at places along an axis.
template <class A>
auto integral_at(const A& values, const ndarray<double, 1>& x, const axis_list<1>& along) {
  using T = typename parts_of<mean_type<typename A::value_type>>::type;
  const std::size_t axis = checked_axis(along.axes[0], A::ndim);
  const index_t n = as_node(values).shape()[axis];
  if (x.size() != n) throw_places(x.size(), n);
  const auto distance = [&x](index_t i) { return x.data()[i + 1] - x.data()[i]; };
  return weighted_sum(values, trapezoid_weights<T, A::ndim>(n, axis, distance), along);
}

} // namespace detail

/// The integral along an axis (the last unless named) of values that are `dx` apart, by the
/// trapezoidal rule: the exact sum of the values times their weights, each product rounded. Of an
/// array of one axis it is a number, of others an array of the other axes. Integers are taken as
/// double. Fewer than two values give 0.
///
///     trapezoid(y, 0.1)
///     trapezoid(y, 0.1, axis(0))
template <local_operand A>
auto trapezoid(const A& values, double dx = 1.0, const axis_list<1>& along = {{-1}}) {
  using T = detail::mean_type<typename A::value_type>;
  const std::size_t axis = detail::checked_axis(along.axes[0], A::ndim);
  const index_t n = detail::as_node(values).shape()[axis];
  return detail::weighted_sum(
      values,
      detail::trapezoid_weights<typename detail::parts_of<T>::type, A::ndim>(
          n, axis, [dx](index_t) { return dx; }),
      along);
}
template <local_operand A> auto trapezoid(const A& values, const axis_list<1>& along) {
  return trapezoid(values, 1.0, along);
}

/// The same of values at given places along the axis.
/// @throws shape_error for another number of places than of values.
template <local_operand A, local_operand X>
requires(X::ndim == 1) auto trapezoid(const A& values, const X& places,
                                      const axis_list<1>& along = {{-1}}) {
  return detail::integral_at(values, ndarray<double, 1>(places), along);
}

} // namespace tessera
