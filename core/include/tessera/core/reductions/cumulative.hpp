/// @file
/// Running sums and products, differences, the trapezoidal rule.
#pragma once

#include <tessera/core/reductions/reduce.hpp>

namespace tessera {

namespace detail {

/// Replaces elements by f(the one before along the middle axis, the element).
template <class T, class F> void scan(T* data, index_t outer, index_t length, index_t inner, F f) {
  for (index_t o = 0; o < outer; ++o) {
    for (index_t i = 1; i < length; ++i) {
      T* const row = data + (o * length + i) * inner;
      for (index_t j = 0; j < inner; ++j) row[j] = f(row[j - inner], row[j]);
    }
  }
}

template <class T, std::size_t N, class F> void scan_axis(ndarray<T, N>& a, std::size_t axis, F f) {
  index_t outer = 1;
  index_t inner = 1;
  for (std::size_t d = 0; d < N; ++d) (d < axis ? outer : inner) *= d == axis ? 1 : a.shape(d);
  if (a.size() > 0) scan(a.data(), outer, a.shape(axis), inner, f);
}

template <class A> auto flat_copy(const A& a) {
  using R = sum_type<typename A::value_type>;
  const auto shape = as_node(a).shape();
  ndarray<R, 1> result(shape_t<1>{size_of(shape)});
  view<R, A::ndim>(result.data(), shape).assign(a);
  return result;
}

template <class F, class A> auto cumulate(F f, const A& a) {
  auto result = flat_copy(a);
  scan_axis(result, 0, f);
  return result;
}
template <class F, class A> auto cumulate(F f, const A& a, const axis_list<1>& along) {
  ndarray<sum_type<typename A::value_type>, A::ndim> result(as_node(a).shape());
  result.assign(a);
  scan_axis(result, checked_axis(along.axes[0], A::ndim), f);
  return result;
}

/// A view of the elements first, first + 1, ... first + count - 1 of one axis.
template <class T, std::size_t N>
view<T, N> part_of_axis(const view<T, N>& v, std::size_t axis, index_t first, index_t count) {
  shape_t<N> shape = v.shape();
  shape[axis] = count;
  return {v.data() + (count > 0 ? first * v.strides()[axis] : 0), shape, v.strides()};
}

[[noreturn]] void throw_negative_order(index_t n);
[[noreturn]] void throw_too_short(const char* name, index_t needed, index_t found);

} // namespace detail

/// Running sum: of all elements in row-major order, or along one axis. Integers give 64 bits.
/// Floating-point numbers are added one after another and rounded at each step.
template <array_operand A, class... Axis> auto cumsum(const A& a, const Axis&... axis) {
  return detail::cumulate(detail::arithmetic<detail::raw_plus>(), a, axis...);
}

/// Running product; as `cumsum`.
template <array_operand A, class... Axis> auto cumprod(const A& a, const Axis&... axis) {
  return detail::cumulate(detail::arithmetic<detail::raw_multiply>(), a, axis...);
}

/// `cumsum` and `cumprod` under the array standard's names.
template <array_operand A, class... Axis> auto cumulative_sum(const A& a, const Axis&... axis) {
  return cumsum(a, axis...);
}
template <array_operand A, class... Axis> auto cumulative_prod(const A& a, const Axis&... axis) {
  return cumprod(a, axis...);
}

/// Differences of neighbours along an axis (the last unless named), n times over; each time the
/// axis is one shorter. Differences of bool tell where they differ.
/// @throws argument_error for a negative n.
template <array_operand A>
auto diff(const A& a, index_t n = 1, const axis_list<1>& along = {{-1}}) {
  using T = typename A::value_type;
  constexpr std::size_t N = A::ndim;
  const std::size_t axis = detail::checked_axis(along.axes[0], N);
  if (n < 0) detail::throw_negative_order(n);
  ndarray<T, N> result(a);
  for (; n > 0; --n) {
    const view<const T, N> from = result;
    const index_t count = from.shape()[axis] > 0 ? from.shape()[axis] - 1 : 0;
    const auto after = detail::part_of_axis(from, axis, 1, count);
    const auto before = detail::part_of_axis(from, axis, 0, count);
    if constexpr (std::is_same_v<T, bool>)
      result = ndarray<T, N>(after != before);
    else
      result = ndarray<T, N>(after - before);
  }
  return result;
}
template <array_operand A> auto diff(const A& a, const axis_list<1>& along) {
  return diff(a, 1, along);
}

/// Differences of neighbours in row-major order, along one axis.
template <local_operand A> auto ediff1d(const A& a) {
  using T = typename A::value_type;
  const auto shape = detail::as_node(a).shape();
  ndarray<T, 1> values(shape_t<1>{size_of(shape)});
  view<T, A::ndim>(values.data(), shape).assign(a);
  return diff(values);
}
/// The same with other values behind them, and before them.
template <local_operand A, local_operand E, local_operand B>
requires(E::ndim == 1 && B::ndim == 1) auto ediff1d(const A& a, const E& to_end,
                                                    const B& to_begin) {
  const auto differences = ediff1d(a);
  const index_t before = to_begin.shape()[0];
  const index_t inside = differences.size();
  const index_t after = to_end.shape()[0];
  ndarray<typename A::value_type, 1> result(shape_t<1>{before + inside + after});
  detail::part_of_axis(result.view(), 0, 0, before) = to_begin;
  detail::part_of_axis(result.view(), 0, before, inside) = differences;
  detail::part_of_axis(result.view(), 0, before + inside, after) = to_end;
  return result;
}

/// Slopes of values that are `step` apart along an axis (the last unless named): from both
/// neighbours inside, from one at the ends.
/// @throws shape_error for fewer than two values.
template <local_operand A>
auto gradient(const A& a, double step = 1.0, const axis_list<1>& along = {{-1}}) {
  using T = detail::mean_type<typename A::value_type>;
  constexpr std::size_t N = A::ndim;
  const std::size_t axis = detail::checked_axis(along.axes[0], N);
  const ndarray<T, N> values(a);
  const index_t n = values.shape(axis);
  if (n < 2) detail::throw_too_short("gradient", 2, n);
  ndarray<T, N> result(values.shape());
  const view<const T, N> from = values;
  const auto of = [axis](const auto& v, index_t first, index_t count) {
    return detail::part_of_axis(v, axis, first, count);
  };
  const auto h = static_cast<T>(step);
  of(result.view(), 0, 1) = (of(from, 1, 1) - of(from, 0, 1)) / h;
  of(result.view(), 1, n - 2) =
      (of(from, 2, n - 2) - of(from, 0, n - 2)) / static_cast<T>(2.0 * step);
  of(result.view(), n - 1, 1) = (of(from, n - 1, 1) - of(from, n - 2, 1)) / h;
  return result;
}

namespace detail {

/// Elements that do not wrap around when they are added: integers in double.
template <class A> auto in_reals(const A& a) {
  if constexpr (std::is_integral_v<typename A::value_type>)
    return ndarray<double, A::ndim>(a);
  else
    return readable(a);
}

/// The parts of an axis without its first element and without its last.
template <class A> struct neighbours {
  using T = mean_type<typename A::value_type>;

  explicit neighbours(const A& a) : elements(in_reals(a)) {}
  [[nodiscard]] auto after() const { return part(1); }
  [[nodiscard]] auto before() const { return part(0); }

private:
  [[nodiscard]] view<const T, 1> part(index_t first) const {
    const index_t n = elements.size();
    return part_of_axis(view<const T, 1>(elements), 0, first, n > 0 ? n - 1 : 0);
  }

  decltype(in_reals(std::declval<const A&>())) elements;
};

} // namespace detail

/// The integral of values that are `step` apart, by the trapezoidal rule. Integers are taken as
/// double.
template <local_operand A> auto trapz(const A& values, double step = 1.0) {
  static_assert(A::ndim == 1, "values along one axis");
  const detail::neighbours<A> y(values);
  return sum(step * (y.after() + y.before()) / 2.0);
}

/// The integral of values at given places.
template <local_operand A, local_operand X> auto trapz(const A& values, const X& places) {
  static_assert(A::ndim == 1 && X::ndim == 1, "values along one axis");
  const detail::neighbours<A> y(values);
  const detail::neighbours<X> x(places);
  return sum((x.after() - x.before()) * (y.after() + y.before()) / 2.0);
}

} // namespace tessera
