/// @file
/// Running sums and products, and differences, of global arrays. Results are global arrays,
/// distributed as copies of what they are made of (see `copy`), running sums of cyclic ones in
/// equal blocks. All are collective.
#pragma once

#include <tessera/core/reductions/cumulative.hpp>
#include <tessera/distributed/arrays/copy.hpp>
#include <tessera/distributed/arrays/create.hpp>
#include <tessera/distributed/functions/reduce_axes.hpp>

namespace tessera {

namespace detail {

/// Scans go from rank to rank along an axis: a rank begins with what the one before it ended with.
class scan_chain {
public:
  /// `bytes` is the size of one plane across the axis.
  scan_chain(const global_block& block, std::size_t axis, index_t bytes);

  [[nodiscard]] bool has_before() const { return before_ >= 0; }
  /// Waits for the last plane of the rank before.
  void receive(void* plane) const;
  /// Hands the own last plane on, if a rank follows.
  void send(const void* plane) const;

private:
  const communicator& comm_;
  int before_ = -1;
  int after_ = -1;
  index_t bytes_;
};

/// @throws argument_error on all ranks when the axis is cyclic.
void check_scan(const global_block& block, std::size_t axis);

/// Replaces elements by f(the one before along an axis, the element), in the order of the axis. The
/// array has no halo.
template <class T, std::size_t N, class F>
void scan_over_ranks(global_array<T, N>& a, std::size_t axis, F f) {
  check_scan(*a.view().node().block, axis);
  const auto part = writable_part(a);
  if (part.size() == 0) return;
  index_t outer = 1;
  index_t inner = 1;
  for (std::size_t d = 0; d < N; ++d) (d < axis ? outer : inner) *= d == axis ? 1 : part.shape()[d];
  const index_t length = part.shape()[axis];
  ndarray<T, 2> plane(shape_t<2>{outer, inner});
  const auto row = [&](index_t o, index_t i) { return part.data() + (o * length + i) * inner; };
  const scan_chain chain(*a.view().node().block, axis,
                         plane.size() * static_cast<index_t>(sizeof(T)));
  if (chain.has_before()) {
    chain.receive(plane.data());
    for (index_t o = 0; o < outer; ++o)
      for (index_t j = 0; j < inner; ++j)
        row(o, 0)[j] = f(plane.data()[o * inner + j], row(o, 0)[j]);
  }
  scan(part.data(), outer, length, inner, f);
  for (index_t o = 0; o < outer; ++o)
    for (index_t j = 0; j < inner; ++j) plane.data()[o * inner + j] = row(o, length - 1)[j];
  chain.send(plane.data());
}

template <class F, class A> auto cumulate_over_ranks(F f, const A& a, const axis_list<1>& along) {
  const std::size_t axis = checked_axis(along.axes[0], A::ndim);
  const auto& node = as_node(a);
  const auto elements = is_any_cyclic(node) ? in_blocks(node) : copy(a);
  auto result = empty_like<sum_type<typename A::value_type>>(elements);
  result = elements;
  scan_over_ranks(result, axis, f);
  return result;
}
template <class F, class A> auto cumulate_over_ranks(F f, const A& a) {
  static_assert(A::ndim == 1, "name the axis: the order of all elements is across the ranks");
  return cumulate_over_ranks(f, a, axis_list<1>{{0}});
}

/// A view of the elements first, ..., first + count - 1 of one axis.
template <class T, std::size_t N>
global_view<T, N> part_of_axis(const global_view<T, N>& v, std::size_t axis, index_t first,
                               index_t count) {
  auto node = v.node();
  node.layout.shape[axis] = count;
  if (count > 0) node.layout.walks[axis].first += first * node.layout.walks[axis].step;
  return global_view<T, N>(node);
}

} // namespace detail

/// @name Running sums and differences over ranks
/// New arrays, distributed as copies of what they are made of (see `copy`), running sums of cyclic
/// ones in equal blocks. All are collective.
/// @throws argument_error on all ranks for a wrong axis.
/// @{

/// Running sum along an axis, which may be left out where there is but one. Integers give 64 bits.
/// Floating-point numbers are added one after another and rounded at each step, as in a local array
/// and in NumPy: the same bits under every distribution. So along an axis that is divided, each
/// rank waits for the one before it.
template <global_operand A, class... Axis> auto cumsum(const A& a, const Axis&... axis) {
  return detail::cumulate_over_ranks(detail::arithmetic<detail::raw_plus>(), a, axis...);
}

/// Running product; as `cumsum`.
template <global_operand A, class... Axis> auto cumprod(const A& a, const Axis&... axis) {
  return detail::cumulate_over_ranks(detail::arithmetic<detail::raw_multiply>(), a, axis...);
}

/// Differences of neighbours along an axis, as the local `diff`. It needs no halo: elements at the
/// ends of blocks travel. With a halo, `u(slice(1, none)) - u(slice(none, -1))` is lazy and makes
/// no copies.
/// @throws argument_error for a negative n, on all ranks.
template <global_operand A>
auto diff(const A& a, index_t n = 1, const axis_list<1>& along = {{-1}}) {
  using T = typename A::value_type;
  const std::size_t axis = detail::checked_axis(along.axes[0], A::ndim);
  if (n < 0) detail::throw_negative_order(n);
  auto result = copy(a);
  for (; n > 0; --n) {
    const index_t count = result.shape()[axis] > 0 ? result.shape()[axis] - 1 : 0;
    auto after = copy(detail::part_of_axis(result.view(), axis, 1, count));
    auto before = empty_like(after);
    before.view() = detail::part_of_axis(result.view(), axis, 0, count);
    if constexpr (std::is_same_v<T, bool>)
      after = after != before;
    else
      after = after - before;
    result = std::move(after);
  }
  return result;
}
/// The same, once, along an axis.
template <global_operand A> auto diff(const A& a, const axis_list<1>& along) {
  return diff(a, 1, along);
}

/// Slopes along an axis, as the local `gradient`, the same bits. It needs no halo: elements at the
/// ends of blocks travel.
/// @throws shape_error for fewer than two values, on all ranks.
template <global_operand A>
auto gradient(const A& a, double step = 1.0, const axis_list<1>& along = {{-1}}) {
  using T = detail::mean_type<typename A::value_type>;
  const std::size_t axis = detail::checked_axis(along.axes[0], A::ndim);
  const auto elements = copy(a);
  const index_t n = elements.shape()[axis];
  if (n < 2) detail::throw_too_short("gradient", 2, n);
  auto values = empty_like<T>(elements);
  values = elements;
  const auto of = [axis](auto& u, index_t first, index_t count) {
    return detail::part_of_axis(u.view(), axis, first, count);
  };
  // The neighbours of each element, where it is.
  auto after = empty_like(values);
  auto before = empty_like(values);
  of(after, 0, n - 1).assign(of(values, 1, n - 1));
  of(before, 1, n - 1).assign(of(values, 0, n - 1));
  auto result = empty_like(values);
  const auto h = static_cast<T>(step);
  of(result, 0, 1) = (of(after, 0, 1) - of(values, 0, 1)) / h;
  of(result, 1, n - 2) = (of(after, 1, n - 2) - of(before, 1, n - 2)) / static_cast<T>(2.0 * step);
  of(result, n - 1, 1) = (of(values, n - 1, 1) - of(before, n - 1, 1)) / h;
  return result;
}
/// @}

} // namespace tessera
