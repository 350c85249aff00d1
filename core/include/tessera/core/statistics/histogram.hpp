/// @file
/// Counting elements in bins.
#pragma once

#include <tessera/core/selection/search.hpp>

#include <limits>

namespace tessera {

/// How many elements lie in each bin, and the edges of the bins.
struct histogram_result {
  ndarray<index_t, 1> counts;
  ndarray<double, 1> edges; ///< one more than counts
};

namespace detail {

/// Makes n bins of equal width as NumPy does, also when `low` and `high` are equal.
histogram_result equal_bins(index_t n, double low, double high);
void check_edges(const double* edges, index_t n);
/// Counts values in bins; those outside count nowhere, and the last edge belongs to the last bin.
void count_in_bins(const double* values, index_t n, bool equal_widths, histogram_result& result);
[[noreturn]] void throw_count(index_t value);
/// @throws argument_error for a negative number of counts.
void check_at_least(index_t at_least);
/// @throws shape_error unless there is a weight for each integer.
void check_weights(const index_t* shape, const index_t* weights, std::size_t ndim);
template <class A, class W> void check_weights(const A& a, const W& weights) {
  const auto shape = as_node(a).shape();
  const auto other = as_node(weights).shape();
  check_weights(shape.data(), other.data(), A::ndim);
}

struct to_double {
  template <class T> double operator()(const T& x) const { return static_cast<double>(x); }
};

/// Counts the elements of nodes. Specialised for global ones.
template <class Node> struct bin_counter {
  static_assert(!Node::is_global, "include <tessera/distributed/functions/statistics.hpp>");

  static void run(const Node& node, bool equal_widths, histogram_result& result) {
    for_chunks(make_expression(to_double(), node_reference{&node}),
               [&](const double* values, index_t n, index_t) {
                 count_in_bins(values, n, equal_widths, result);
               });
  }
};

template <class A> void count_all(const A& a, bool equal_widths, histogram_result& result) {
  const auto& node = as_node(a);
  bin_counter<std::remove_cvref_t<decltype(node)>>::run(node, equal_widths, result);
}

} // namespace detail

/// Counts elements in bins of equal width from `low` to `high`. Each bin has its lower edge, the
/// last one its upper edge too: every element between the ends is counted in one bin, also where
/// doubles are too far apart for bins of that width, and some have none. Elements are taken as
/// double. Where `low` and `high` are equal, they are moved half a unit apart on each side, or as
/// far as doubles there are.
/// @throws argument_error for no bins, or ends that are not finite or in the wrong order.
template <array_operand A>
histogram_result histogram(const A& a, index_t bins, double low, double high) {
  histogram_result result = detail::equal_bins(bins, low, high);
  detail::count_all(a, true, result);
  return result;
}

/// The same from the smallest to the largest element.
template <array_operand A> histogram_result histogram(const A& a, index_t bins = 10) {
  if (detail::as_node(a).shape() == shape_t<A::ndim>{} || size_of(detail::as_node(a).shape()) == 0)
    return histogram(a, bins, 0.0, 1.0);
  return histogram(a, bins, static_cast<double>(min(a)), static_cast<double>(max(a)));
}

/// The same between given edges, in increasing order.
/// @throws argument_error unless they increase.
template <array_operand A, array_operand E> histogram_result histogram(const A& a, const E& edges) {
  histogram_result result{{}, ndarray<double, 1>(edges)};
  detail::check_edges(result.edges.data(), result.edges.size());
  result.counts = ndarray<index_t, 1>(shape_t<1>{result.edges.size() - 1}, index_t{0});
  detail::count_all(a, false, result);
  return result;
}

namespace detail {

/// How many counts there are of integers from zero on, at least so many.
/// @throws argument_error for a negative one, or where `at_least` is.
template <class T> index_t counts_of(const T* values, index_t n, index_t at_least) {
  static_assert(std::is_integral_v<T>, "counts of integers");
  check_at_least(at_least);
  index_t most = at_least;
  for (index_t i = 0; i < n; ++i) {
    const auto x = static_cast<index_t>(values[i]);
    if (x < 0 || x == (std::numeric_limits<index_t>::max)()) throw_count(x);
    most = x + 1 > most ? x + 1 : most;
  }
  return most;
}

} // namespace detail

/// How often each integer from zero on is there; at least `at_least` counts.
/// @throws argument_error for a negative one, or where `at_least` is.
template <local_operand A> ndarray<index_t, 1> bincount(const A& a, index_t at_least = 0) {
  const auto values = detail::flat_values(a);
  const index_t most = detail::counts_of(values.data(), values.size(), at_least);
  ndarray<index_t, 1> counts(shape_t<1>{most}, index_t{0});
  for (index_t i = 0; i < values.size(); ++i)
    ++counts.data()[static_cast<index_t>(values.data()[i])];
  return counts;
}

/// The sums of the weights of each integer from zero on, added one after another; at least
/// `at_least` of them.
/// @throws argument_error for a negative integer, or where `at_least` is; shape_error where there
/// are not as many weights.
///
///     const auto charge = bincount(cells, charges);
template <local_operand A, local_operand W>
requires(A::ndim == W::ndim) ndarray<double, 1> bincount(const A& a, const W& weights,
                                                         index_t at_least = 0) {
  detail::check_weights(a, weights);
  const auto values = detail::flat_values(a);
  const auto of_each = detail::flat_values(weights);
  const index_t most = detail::counts_of(values.data(), values.size(), at_least);
  ndarray<double, 1> sums(shape_t<1>{most}, 0.0);
  for (index_t i = 0; i < values.size(); ++i)
    sums.data()[static_cast<index_t>(values.data()[i])] += static_cast<double>(of_each.data()[i]);
  return sums;
}

/// In which bin each element lies. Among edges that increase, it is the number of those that are
/// not above the element, with `side::left` of those below it; among edges that decrease, the
/// number of those above it, with `side::left` not below it.
template <local_operand A, local_operand E>
auto digitize(const A& a, const E& edges, side where_equal = side::right) {
  const ndarray<typename E::value_type, 1> bins(edges);
  const index_t n = bins.size();
  if (n < 2 || !(bins(n - 1) < bins(0))) return searchsorted(bins, a, where_equal);
  auto result = searchsorted(bins(slice(none, none, -1)), a, where_equal);
  result.assign(n - result);
  return result;
}

} // namespace tessera
