/// @file
/// Makes `quantile`, `percentile`, `median` and `histogram` work on global arrays, exactly and
/// without gathering; quantiles are those of all elements, with the bits of the local array's. The
/// other statistics of <tessera/core/statistics.hpp> are reductions, which
/// <tessera/distributed/reduce.hpp> brings together. All are collective; all ranks get the result.
#pragma once

#include <tessera/core/histogram.hpp>
#include <tessera/core/statistics.hpp>
#include <tessera/distributed/copy.hpp>
#include <tessera/distributed/reduce.hpp>

namespace tessera {

namespace detail {

void add_counts(const communicator& comm, ndarray<index_t, 1>& counts);

/// Calls treat(elements, n) with those of this rank as double, some thousands at a time.
template <class Node, class F>
void for_own_doubles(const own_part<Node>& own, const Node& node, F treat) {
  if (size_of(own.shape()) == 0) return;
  const auto part = own.of(node);
  for_chunks(make_expression(to_double(), node_reference{&part}),
             [&treat](const double* elements, index_t n, index_t) { treat(elements, n); });
}

template <class A> void count_over_ranks(const A& a, bool equal_widths, histogram_result& result) {
  const auto& node = as_node(a);
  const own_part<std::remove_cvref_t<decltype(node)>> own(node);
  for_own_doubles(own, node, [&](const double* values, index_t n) {
    count_in_bins(values, n, equal_widths, result);
  });
  add_counts(own.comm(), result.counts);
}

/// Quantiles of all ranks' values, which are `total` and at least one; they may be reordered.
void find_quantiles_over_ranks(const communicator& comm, double* values, index_t count,
                               index_t total, const quantile_request& request);

/// Each rank sorts a copy of its own elements; then the ranks find an element by counting, four
/// bits at a time: 33 Allreduces of 120 bytes or fewer for each quantile.
template <class Node>
requires Node::is_global struct quantile_finder<Node> {
  template <std::size_t N, bool Keep, std::size_t K>
  static void run(const Node& node, const reduced_axes<N, Keep, K>& axes,
                  quantile_request& request) {
    static_assert(K == N, "quantiles of global arrays are those of all elements");
    const own_part<Node> own(node);
    ndarray<double, 1> values(shape_t<1>{size_of(own.shape())});
    double* to = values.data();
    for_own_doubles(own, node, [&to](const double* elements, index_t n) {
      for (index_t i = 0; i < n; ++i) *to++ = elements[i];
    });
    find_quantiles_over_ranks(own.comm(), values.data(), values.size(), axes.count, request);
  }
};

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

} // namespace tessera
