/// @file
/// Sorted arrays and sets: `searchsorted`, `unique`, `isin`, `union1d` and their like.
#pragma once

#include <tessera/core/selection/distinct.hpp>
#include <tessera/core/selection/sort.hpp>

namespace tessera {

/// Where among equal elements `searchsorted` points to.
enum class side { left, right };

namespace detail {

/// The order of sorted arrays: NaN comes last.
template <class T> constexpr bool sorts_before(const T& a, const T& b) {
  if constexpr (std::is_floating_point_v<T>) return a < b || (b != b && a == a);
  return a < b;
}

template <class T> bool sorts_equal(const T& a, const T& b) {
  return !sorts_before(a, b) && !sorts_before(b, a);
}

/// The number of elements before `x`, or not after it. No branch depends on the data.
template <class C, class T>
index_t sorted_place(const view<const T, 1>& sorted, const C& x, side where_equal) {
  index_t first = 0;
  for (index_t n = sorted.shape()[0]; n > 0;) {
    const index_t half = n / 2;
    const auto middle = static_cast<C>(sorted.data()[(first + half) * sorted.strides()[0]]);
    const bool after =
        where_equal == side::left ? sorts_before(middle, x) : !sorts_before(x, middle);
    first = after ? first + half + 1 : first;
    n = after ? n - half - 1 : half;
  }
  return first;
}

template <class A> auto flat_values(const A& a) {
  const auto shape = as_node(a).shape();
  ndarray<typename A::value_type, 1> result(shape_t<1>{size_of(shape)});
  view<typename A::value_type, A::ndim>(result.data(), shape).assign(a);
  return result;
}

} // namespace detail

/// Where values would be inserted into a sorted array of one axis to keep it sorted: before equal
/// elements, or after them with `side::right`.
template <local_operand S, local_operand V>
auto searchsorted(const S& sorted, const V& values, side where_equal = side::left) {
  static_assert(S::ndim == 1, "one axis");
  using C = promoted<typename S::value_type, typename V::value_type>;
  const auto owner = detail::readable(sorted);
  const view<const typename S::value_type, 1> from = owner;
  ndarray<index_t, V::ndim> result(detail::as_node(values).shape());
  const auto wanted = detail::flat_values(values);
  for (index_t i = 0; i < wanted.size(); ++i)
    result.data()[i] = detail::sorted_place(from, static_cast<C>(wanted.data()[i]), where_equal);
  return result;
}
template <local_operand S, scalar_operand V>
index_t searchsorted(const S& sorted, const V& value, side where_equal = side::left) {
  return searchsorted(sorted, ndarray<V, 1>{value}, where_equal)(0);
}

namespace detail {

/// The different numbers, where a small table is enough to find them; see find_few_distinct.
template <class T>
bool find_few(const view<const T, 1>& values, bool with_inverse, distinct_places& found) {
  if constexpr (has_compiled_loops<T>)
    return find_few_distinct(reinterpret_cast<const loop_type_of<T>*>(values.data()), values.size(),
                             with_inverse, found);
  else
    return false;
}

} // namespace detail

/// The different elements, sorted. All NaN are one element, zeros of both signs another; the first
/// of them stands for all.
template <local_operand A> auto unique(const A& a) {
  using T = typename A::value_type;
  auto values = detail::flat_values(a);
  detail::distinct_places few;
  if (detail::find_few<T>(values, false, few)) return take(values, few.firsts);
  sort_in_place(values);
  index_t count = 0;
  for (index_t i = 0; i < values.size(); ++i)
    if (count == 0 || !detail::sorts_equal(values.data()[i], values.data()[count - 1]))
      values.data()[count++] = values.data()[i];
  return ndarray<T, 1>(values(slice(0, count)));
}

/// What `unique_all` gives.
template <class T> struct unique_elements {
  ndarray<T, 1> values;        ///< sorted
  ndarray<index_t, 1> indices; ///< where each is first, in row-major order
  ndarray<index_t, 1> inverse; ///< which of the values each element is, in row-major order
  ndarray<index_t, 1> counts;  ///< how often each is there
};

/// The different elements, sorted; where they are, and how many.
template <local_operand A> auto unique_all(const A& a) {
  using T = typename A::value_type;
  const auto values = detail::flat_values(a);
  detail::distinct_places few;
  if (detail::find_few<T>(values, true, few))
    return unique_elements<T>{take(values, few.firsts), few.firsts, std::move(few.inverse),
                              few.counts};
  const auto order = argsort(values);
  const index_t n = values.size();
  unique_elements<T> result{values, order, ndarray<index_t, 1>(order.shape()), order};
  index_t count = 0;
  for (index_t i = 0; i < n; ++i) {
    const T value = values.data()[order.data()[i]];
    if (count == 0 || !detail::sorts_equal(value, result.values.data()[count - 1])) {
      result.values.data()[count] = value;
      result.indices.data()[count] = order.data()[i];
      result.counts.data()[count++] = 0;
    }
    ++result.counts.data()[count - 1];
    result.inverse.data()[order.data()[i]] = count - 1;
  }
  result.values = ndarray<T, 1>(result.values(slice(0, count)));
  result.indices = ndarray<index_t, 1>(result.indices(slice(0, count)));
  result.counts = ndarray<index_t, 1>(result.counts(slice(0, count)));
  return result;
}

/// Which elements are among others? NaN is not.
template <local_operand A, local_operand B> auto isin(const A& a, const B& others) {
  using C = promoted<typename A::value_type, typename B::value_type>;
  const ndarray<typename B::value_type, 1> sorted = sort(detail::flat_values(others));
  const view<const typename B::value_type, 1> from = sorted;
  const auto values = detail::flat_values(a);
  ndarray<bool, A::ndim> result(detail::as_node(a).shape());
  for (index_t i = 0; i < values.size(); ++i) {
    const auto x = static_cast<C>(values.data()[i]);
    const index_t k = detail::sorted_place(from, x, side::left);
    result.data()[i] = k < sorted.size() && static_cast<C>(sorted.data()[k]) == x;
  }
  return result;
}

/// The different elements of both, sorted.
template <local_operand A, local_operand B> auto union1d(const A& a, const B& b) {
  using T = promoted<typename A::value_type, typename B::value_type>;
  const auto left = detail::flat_values(a);
  const auto right = detail::flat_values(b);
  ndarray<T, 1> both(shape_t<1>{left.size() + right.size()});
  both(slice(0, left.size())) = left;
  both(slice(left.size(), none)) = right;
  return unique(both);
}

/// The different elements that are in both, sorted.
template <local_operand A, local_operand B> auto intersect1d(const A& a, const B& b) {
  using T = promoted<typename A::value_type, typename B::value_type>;
  const auto left = unique(a);
  return ndarray<T, 1>(left(isin(left, b)));
}

/// The different elements that are in the first but not in the second, sorted.
template <local_operand A, local_operand B> auto setdiff1d(const A& a, const B& b) {
  const auto left = unique(a);
  return ndarray(left(!isin(left, b)));
}

/// The different elements that are in one of both but not in the other, sorted.
template <local_operand A, local_operand B> auto setxor1d(const A& a, const B& b) {
  return union1d(setdiff1d(a, b), setdiff1d(b, a));
}

} // namespace tessera
