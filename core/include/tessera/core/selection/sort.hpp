/// @file
/// Sorting: `sort`, `argsort`, `partition`, `lexsort`. NaN comes last, as in NumPy.
///
/// Its parts lie in sort.cpp and argsort.cpp.
#pragma once

#include <tessera/core/selection/take.hpp>
#include <tessera/core/threads/pieces.hpp>

namespace tessera {

namespace detail {

/// Sorts adjacent numbers. Compiled for all; see loop_type_of. Where they are, by vector
/// instructions (see decision 30); NaN and zeros keep their order.
template <class T> void sort_adjacent(T* values, index_t n);
/// The subscripts that sort them; equal elements keep their order.
template <class T> void argsort_adjacent(const T* values, index_t n, index_t* places);
/// Brings the element that would be k-th to its place, smaller ones before and others after it.
template <class T> void partition_adjacent(T* values, index_t n, index_t k);

/// Lines of a view along one axis, for visit_lines.
template <class R, std::size_t N> struct line_target {
  view<R, N> elements;
  std::size_t axis;
  index_t k; ///< of partition_adjacent

  [[nodiscard]] R* line(index_t output) const {
    index_t offset = 0;
    for (std::size_t d = N; d-- > 0;) {
      if (d == axis) continue;
      offset += output % elements.shape()[d] * elements.strides()[d];
      output /= elements.shape()[d];
    }
    return elements.data() + offset;
  }
  void store(index_t output, const R* values, index_t n) const {
    R* const to = line(output);
    for (index_t i = 0; i < n; ++i) to[i * elements.strides()[axis]] = values[i];
  }
};

/// Calls `treat` for each line of `a` along an axis, with `target` as context.
template <class A, class Target>
void treat_lines(const A& a, std::size_t axis, line_function treat, Target& target) {
  constexpr std::size_t N = A::ndim;
  const auto& node = as_node(a);
  bool reduced[N]{};
  reduced[axis] = true;
  panel_source_of<N, std::remove_cvref_t<decltype(node)>> source(node, reduced);
  visit_lines(source.get(), treat, &target);
}

/// f(adjacent values, n) on every line of a view, in place.
template <class T, std::size_t N, class F>
void change_lines(const view<T, N>& a, std::size_t axis, line_function treat, index_t k, F f) {
  if (a.size() == 0) return;
  const index_t n = a.shape()[axis];
  if (a.is_contiguous() && axis == N - 1) {
    const index_t lines = a.size() / n;
    if (lines == 1) return f(a.data(), n);
    for_parts(lines, least_piece / n + 1, 1, [&](index_t begin, index_t end) {
      for (index_t line = begin; line < end; ++line) f(a.data() + line * n, n);
    });
  } else {
    line_target<T, N> target{a, axis, k};
    treat_lines(a, axis, treat, target);
  }
}

template <class T, std::size_t N>
void sort_line(std::byte* line, index_t n, index_t output, void* context) {
  auto* const values = reinterpret_cast<T*>(line);
  sort_adjacent(reinterpret_cast<loop_type_of<T>*>(values), n);
  static_cast<const line_target<T, N>*>(context)->store(output, values, n);
}
template <class T, std::size_t N>
void partition_line(std::byte* line, index_t n, index_t output, void* context) {
  auto* const values = reinterpret_cast<T*>(line);
  const auto& target = *static_cast<const line_target<T, N>*>(context);
  partition_adjacent(reinterpret_cast<loop_type_of<T>*>(values), n, target.k);
  target.store(output, values, n);
}
template <class T, std::size_t N>
void argsort_line(std::byte* line, index_t n, index_t output, void* context) {
  const auto& target = *static_cast<const line_target<index_t, N>*>(context);
  index_t* const to = target.line(output);
  const index_t step = target.elements.strides()[target.axis];
  const auto* const values = reinterpret_cast<const loop_type_of<T>*>(line);
  if (step == 1) return argsort_adjacent(values, n, to);
  ndarray<index_t, 1> places(shape_t<1>{n});
  argsort_adjacent(values, n, places.data());
  target.store(output, places.data(), n);
}

/// k counted from the end when negative, and checked.
index_t checked_kth(index_t k, index_t n);

} // namespace detail

/// Sorts the elements of an array or view where they are, each line along an axis (the last unless
/// named) on its own. Zeros of both signs are equal, and all NaN are: as elements that are equal,
/// they keep their order.
template <class T, std::size_t N>
void sort_in_place(const view<T, N>& a, const axis_list<1>& along = {{-1}}) {
  detail::change_lines(a, detail::checked_axis(along.axes[0], N), &detail::sort_line<T, N>, 0,
                       [](T* values, index_t n) {
                         detail::sort_adjacent(reinterpret_cast<detail::loop_type_of<T>*>(values),
                                               n);
                       });
}
template <class T, std::size_t N>
void sort_in_place(ndarray<T, N>& a, const axis_list<1>& along = {{-1}}) {
  sort_in_place(a.view(), along);
}

/// A sorted copy, each line along an axis (the last unless named) on its own.
template <local_operand A> auto sort(const A& a, const axis_list<1>& along = {{-1}}) {
  ndarray<typename A::value_type, A::ndim> result(a);
  sort_in_place(result, along);
  return result;
}

/// A copy in which the element at k is what it would be if sorted, smaller ones come before it, and
/// others after it; each line along an axis on its own.
/// @throws index_error for k outside the axis.
template <local_operand A>
auto partition(const A& a, index_t k, const axis_list<1>& along = {{-1}}) {
  using T = typename A::value_type;
  constexpr std::size_t N = A::ndim;
  ndarray<T, N> result(a);
  const std::size_t axis = detail::checked_axis(along.axes[0], N);
  k = detail::checked_kth(k, result.shape(axis));
  detail::change_lines(
      result.view(), axis, &detail::partition_line<T, N>, k, [k](T* values, index_t n) {
        detail::partition_adjacent(reinterpret_cast<detail::loop_type_of<T>*>(values), n, k);
      });
  return result;
}

/// The subscripts that sort each line along an axis (the last unless named). Equal elements keep
/// their order.
template <local_operand A>
ndarray<index_t, A::ndim> argsort(const A& a, const axis_list<1>& along = {{-1}}) {
  constexpr std::size_t N = A::ndim;
  ndarray<index_t, N> result(detail::as_node(a).shape());
  const std::size_t axis = detail::checked_axis(along.axes[0], N);
  detail::line_target<index_t, N> target{result.view(), axis, 0};
  if (result.size() > 0)
    detail::treat_lines(a, axis, &detail::argsort_line<typename A::value_type, N>, target);
  return result;
}

/// The subscripts that sort by several keys of one axis; the last key counts most.
template <local_operand First, local_operand... More>
ndarray<index_t, 1> lexsort(const First& first, const More&... more) {
  ndarray<index_t, 1> places = argsort(first);
  const auto refine = [&places](const auto& key) {
    places = take(places, argsort(take(key, places)));
  };
  (refine(more), ...);
  return places;
}

} // namespace tessera
