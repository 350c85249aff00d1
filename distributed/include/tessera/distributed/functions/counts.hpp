/// @file
/// How often integers occur over ranks, and in which bin each element lies.
#pragma once

#include <tessera/core/expressions/map.hpp>
#include <tessera/core/selection/search.hpp>
#include <tessera/distributed/functions/statistics.hpp>

#include <limits>
#include <type_traits>

namespace tessera {

namespace detail {

/// In how many of the edges an element lies behind.
template <class C, class T> struct bin_of {
  const ndarray<T, 1>* edges; // in ascending order
  side where_equal;
  bool is_descending;
  template <class X> index_t operator()(const X& x) const noexcept {
    const index_t place = sorted_place(edges->view(), static_cast<C>(x), where_equal);
    return is_descending ? edges->size() - place : place;
  }
};

/// How many counts there are of integers from zero on, at least so many. Collective.
/// @throws as the local one, on all ranks.
template <global_operand A> index_t counts_of(const A& a, index_t at_least) {
  static_assert(std::is_integral_v<typename A::value_type>, "counts of integers");
  check_at_least(at_least);
  if (size_of(as_node(a).shape()) == 0) return at_least;
  const auto least = static_cast<index_t>(min(a));
  const auto largest = static_cast<index_t>(max(a));
  if (least < 0) throw_count(least);
  if (largest < 0 || largest == (std::numeric_limits<index_t>::max)()) throw_count(largest);
  return largest + 1 > at_least ? largest + 1 : at_least;
}

} // namespace detail

/// How often each integer from zero on is among the elements of a global array, view or expression;
/// at least `at_least` counts. A local array that every rank has. Collective; three Allreduces, one
/// of them of all counts, 8 bytes each. Sums of weights are in
/// <tessera/distributed/subscripts/weighted_counts.hpp>.
/// @throws argument_error on all ranks for a negative one, or where `at_least` is; memory_error.
///
///     const auto counts = bincount(cells);
template <global_operand A> ndarray<index_t, 1> bincount(const A& a, index_t at_least = 0) {
  using T = typename A::value_type;
  const auto& node = detail::as_node(a);
  const index_t most = detail::counts_of(a, at_least);
  const detail::own_part<std::remove_cvref_t<decltype(node)>> own(node);
  ndarray<index_t, 1> counts;
  collectively(own.comm(), [&] {
    counts = ndarray<index_t, 1>(shape_t<1>{most}, index_t{0});
    if (size_of(own.shape()) == 0) return;
    detail::for_chunks(own.of(node), [&](const T* values, index_t n, index_t) {
      for (index_t i = 0; i < n; ++i) ++counts.data()[static_cast<index_t>(values[i])];
    });
  });
  detail::add_counts(own.comm(), counts);
  return counts;
}

/// As the local `digitize`, of each element of a global array, view or expression, among edges that
/// every rank has; a new array that is distributed as copies are (see `copy`). Collective, without
/// messages.
///
///     auto bins = digitize(u, linspace(0.0, 1.0, 11));
template <global_operand A, local_operand E>
auto digitize(const A& a, const E& edges, side where_equal = side::right) {
  using T = typename E::value_type;
  ndarray<T, 1> ascending(edges);
  const index_t n = ascending.size();
  const bool is_descending = n > 1 && ascending(n - 1) < ascending(0);
  if (is_descending) ascending = ndarray<T, 1>(ascending(slice(none, none, -1)));
  using C = promoted<T, typename A::value_type>;
  return copy(map(detail::bin_of<C, T>{&ascending, where_equal, is_descending}, a));
}

} // namespace tessera
