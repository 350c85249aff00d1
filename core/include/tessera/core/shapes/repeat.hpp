/// @file
/// Arrays whose elements come from others at shifted or repeated places: roll, tile, repeat.
#pragma once

#include <tessera/core/ndarray.hpp>
#include <tessera/core/shapes/axes.hpp>
#include <tessera/core/shapes/reshape.hpp>

namespace tessera {

namespace detail {

/// A shift brought into [0, n).
index_t shift_within(index_t shift, index_t n);
/// Sum of the counts. @throws argument_error for a negative one, shape_error when there are not n.
index_t total_of_counts(const index_t* counts, index_t size, index_t n);
[[noreturn]] void throw_negative_count(index_t count);

template <class T, std::size_t N>
void copy_rolled(const view<T, N>& to, const view<const T, N>& from, std::size_t axis,
                 index_t shift) {
  const index_t n = from.shape()[axis];
  const index_t s = shift_within(shift, n);
  part_of(to, axis, s, n - s).assign(part_of(from, axis, 0, n - s));
  part_of(to, axis, 0, s).assign(part_of(from, axis, n - s, s));
}

} // namespace detail

/// The elements moved by `shift` places along an axis; those that leave at one end come back at the
/// other. Without an axis, the array is treated as if it had one.
/// @throws argument_error for a wrong axis.
template <local_operand A> auto roll(const A& a, index_t shift, axis_list<1> along) {
  const std::size_t d = detail::checked_axis(along.axes[0], A::ndim);
  const auto from = detail::elements_of(a);
  detail::evaluated<A> result(from.shape());
  detail::copy_rolled<typename A::value_type, A::ndim>(result.view(), detail::view_of(from), d,
                                                       shift);
  return result;
}
template <array_operand A> auto roll(const A& a, index_t shift) {
  return reshape(roll(ravel(a), shift, axis(0)), a.shape());
}
/// One shift for each axis named: `roll(a, {1, -2}, axis(0, 1))`.
template <local_operand A, std::size_t K>
requires(K > 1) auto roll(const A& a, const index_t (&shifts)[K], axis_list<K> along) {
  auto result = roll(a, shifts[0], axis(along.axes[0]));
  for (std::size_t k = 1; k < K; ++k) result = roll(result, shifts[k], axis(along.axes[k]));
  return result;
}

/// Every element `count` times in a row along an axis. Without an axis, the array is treated as if
/// it had one.
/// @throws argument_error for a wrong axis or a negative count.
template <local_operand A> auto repeat(const A& a, index_t count, axis_list<1> along) {
  constexpr std::size_t N = A::ndim;
  if (count < 0) detail::throw_negative_count(count);
  const std::size_t d = detail::checked_axis(along.axes[0], N);
  shape_t<N> shape = a.shape();
  shape_t<N + 1> parts{};
  for (std::size_t k = 0; k < N; ++k) parts[k + (k > d)] = shape[k];
  parts[d + 1] = count;
  if (__builtin_mul_overflow(shape[d], count, &shape[d])) detail::throw_negative_count(count);
  detail::evaluated<A> result(shape);
  if (result.size() == 0) return result;
  const auto from = detail::elements_of(a);
  const auto v = detail::view_of(from);
  const auto copies = reshape(result, parts);
  // Rows of a few equal elements would be loops too short; so all first copies are written, then
  // all second ones, ...
  if (count <= 8)
    for (index_t i = 0; i < count; ++i) detail::at_subscript(copies, d + 1, i).assign(v);
  else
    copies.assign(expand_dims(v, static_cast<index_t>(d + 1)));
  return result;
}
template <array_operand A> auto repeat(const A& a, index_t count) {
  return repeat(ravel(a), count, axis(0));
}
/// Element i `counts(i)` times; there is one count for each subscript of the axis.
template <local_operand A, local_operand C>
requires(C::ndim == 1 &&
         std::is_integral_v<typename C::value_type>) auto repeat(const A& a, const C& counts,
                                                                 axis_list<1> along) {
  const std::size_t d = detail::checked_axis(along.axes[0], A::ndim);
  const ndarray<index_t, 1> times(counts);
  const auto from = detail::elements_of(a);
  shape_t<A::ndim> shape = from.shape();
  shape[d] = detail::total_of_counts(times.data(), times.size(), shape[d]);
  detail::evaluated<A> result(shape);
  index_t filled = 0;
  for (index_t i = 0; i < times.size(); ++i) {
    detail::part_of(result.view(), d, filled, times(i))
        .assign(detail::part_of(detail::view_of(from), d, i, 1));
    filled += times(i);
  }
  return result;
}
template <array_operand A, local_operand C>
requires(C::ndim == 1 && std::is_integral_v<typename C::value_type>) auto repeat(const A& a,
                                                                                 const C& counts) {
  return repeat(ravel(a), counts, axis(0));
}

/// The whole array side by side, `reps[d]` times along axis d: `tile(a, {2, 3})`. Missing axes of
/// the array, or missing numbers, stand in front, with one element and once.
/// @throws argument_error for a negative number.
template <local_operand A, std::size_t K> auto tile(const A& a, const index_t (&reps)[K]) {
  constexpr std::size_t N = A::ndim > K ? A::ndim : K;
  shape_t<N> shape{};
  shape_t<2 * N> parts{}; // of the result: repetition and subscript, axis after axis
  shape_t<2 * N> once{};
  for (std::size_t d = 0; d < N; ++d) {
    const index_t n = d + A::ndim < N ? 1 : a.shape()[d + A::ndim - N];
    const index_t count = d + K < N ? 1 : reps[d + K - N];
    if (count < 0 || __builtin_mul_overflow(n, count, &shape[d]))
      detail::throw_negative_count(count);
    parts[2 * d] = count;
    once[2 * d] = 1;
    parts[2 * d + 1] = once[2 * d + 1] = n;
  }
  ndarray<typename A::value_type, N> result(shape);
  if (result.size() > 0) reshape(result, parts).assign(reshape(a, once));
  return result;
}
template <local_operand A, class Reps>
requires detail::is_integer<Reps>
auto tile(const A& a, Reps reps) {
  const index_t last_axis[1] = {static_cast<index_t>(reps)};
  return tile(a, last_axis);
}

} // namespace tessera
