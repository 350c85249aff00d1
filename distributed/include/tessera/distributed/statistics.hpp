/// @file
/// Histograms and quantiles of global arrays, exact and without gathering. The other statistics of
/// <tessera/core/statistics.hpp> are reductions, which <tessera/distributed/reduce.hpp> brings
/// together. All are collective; all ranks get the result.
#pragma once

#include <tessera/core/histogram.hpp>
#include <tessera/core/statistics.hpp>
#include <tessera/distributed/create.hpp>
#include <tessera/distributed/reduce.hpp>

namespace tessera {

namespace detail {

void add_counts(const communicator& comm, ndarray<index_t, 1>& counts);

/// Calls treat(elements, n) with those of this rank as double, some thousands at a time.
template <class Node, class F> void for_own_doubles(const own_part<Node>& own, const Node& node, F treat) {
  if (size_of(own.shape()) == 0) return;
  const auto part = own.of(node);
  for_chunks(make_expression(to_double(), node_reference{&part}),
             [&treat](const double* elements, index_t n, index_t) { treat(elements, n); });
}

template <class A>
void count_over_ranks(const A& a, bool equal_widths, histogram_result& result) {
  const auto& node = as_node(a);
  const own_part<std::remove_cvref_t<decltype(node)>> own(node);
  for_own_doubles(own, node, [&](const double* values, index_t n) {
    count_in_bins(values, n, equal_widths, result);
  });
  add_counts(own.comm(), result.counts);
}

/// A quantile of all ranks' values, which are `total` and at least one; they may be reordered.
double quantile_over_ranks(const communicator& comm, double* values, index_t count, index_t total,
                           double q);

template <class A> auto global_quantile(const A& a, double q, const char* name) {
  const auto& node = as_node(a);
  const auto shape = node.shape();
  const index_t total = size_of(shape);
  if (total == 0) throw_empty_reduction(name, shape.data(), A::ndim);
  const own_part<std::remove_cvref_t<decltype(node)>> own(node);
  ndarray<double, 1> values(shape_t<1>{size_of(own.shape())});
  double* to = values.data();
  for_own_doubles(own, node, [&to](const double* elements, index_t n) {
    for (index_t i = 0; i < n; ++i) *to++ = elements[i];
  });
  return static_cast<quantile_type<typename A::value_type>>(
      quantile_over_ranks(own.comm(), values.data(), values.size(), total, q));
}

} // namespace detail

/// Counts elements in bins of equal width, as the local `histogram`. One Allreduce of the counts.
/// @throws argument_error on all ranks.
template <global_operand A>
histogram_result histogram(const A& a, index_t bins, double low, double high) {
  histogram_result result = detail::equal_bins(bins, low, high);
  detail::count_over_ranks(a, true, result);
  return result;
}
/// The same between given edges, which every rank has.
template <global_operand A, local_operand E>
histogram_result histogram(const A& a, const E& edges) {
  histogram_result result{{}, ndarray<double, 1>(edges)};
  detail::check_edges(result.edges.data(), result.edges.size());
  result.counts = ndarray<index_t, 1>(shape_t<1>{result.edges.size() - 1}, index_t{0});
  detail::count_over_ranks(a, false, result);
  return result;
}

/// The value below which a share q of all elements lies, as the local `quantile`: the same bits. Each
/// rank sorts a copy of its own elements; then the ranks find the element by counting, in at most 35
/// Allreduces of 120 bytes.
/// @throws argument_error on all ranks.
template <global_operand A> auto quantile(const A& a, double q) {
  detail::check_quantile(q, "quantile");
  return detail::global_quantile(a, q, "quantile");
}
/// The same with q in percent.
template <global_operand A> auto percentile(const A& a, double q) {
  detail::check_quantile(q / 100.0, "percentile");
  return detail::global_quantile(a, q / 100.0, "percentile");
}
/// The middle element, or the mean of the middle two.
template <global_operand A> auto median(const A& a) {
  return detail::global_quantile(a, 0.5, "median");
}

} // namespace tessera
