/// @file
/// Makes `quantile`, `percentile`, `median` and `histogram` work on global arrays, exactly and
/// without gathering; quantiles, of all elements and along axes, have the bits of the local
/// array's. The other statistics of <tessera/core/statistics/statistics.hpp> are reductions, which
/// <tessera/distributed/reduce.hpp> brings together. All are collective; all ranks get the result.
#pragma once

#include <tessera/core/statistics/histogram.hpp>
#include <tessera/core/statistics/statistics.hpp>
#include <tessera/distributed/arrays/copy.hpp>
#include <tessera/distributed/reduce.hpp>

namespace tessera {

namespace detail {

void add_counts(const communicator& comm, ndarray<index_t, 1>& counts);

/// Calls treat(elements, n) with those of this rank as double, some thousands at a time.
template <class Node, class F>
void for_own_doubles(const own_part<Node>& own, const Node& node, F treat) {
  const auto treat_all = [&] {
    if (size_of(own.shape()) == 0) return;
    const auto part = own.of(node);
    for_chunks(make_expression(to_double(), node_reference{&part}),
               [&treat](const double* elements, index_t n, index_t) { treat(elements, n); });
  };
  if constexpr (may_throw<Node>)
    collectively(own.comm(), treat_all);
  else
    treat_all();
}

/// Every rank counts its own; one Allreduce of the counts.
template <class Node>
requires Node::is_global struct bin_counter<Node> {
  static void run(const Node& node, bool equal_widths, histogram_result& result) {
    const own_part<Node> own(node);
    for_own_doubles(own, node, [&](const double* values, index_t n) {
      count_in_bins(values, n, equal_widths, result);
    });
    add_counts(own.comm(), result.counts);
  }
};

/// Quantiles of all ranks' values, which are `total`; they may be reordered. NaN of none.
void find_quantiles_over_ranks(const communicator& comm, double* values, index_t count,
                               index_t total, const quantile_request& request);

/// An array of an expression's elements in double, of which each rank has whole lines along the
/// reduced axes.
template <class Node> auto whole_lines(const Node& node, const bool* reduced) {
  constexpr std::size_t N = Node::ndim;
  const auto shape = node.shape();
  const auto elements = copied<double>(make_expression(widen(), node_reference{&node}));
  grid_dims<N> dims{};
  for (std::size_t d = 0; d < N; ++d) dims[d] = reduced[d] ? 1 : 0;
  choose_grid(elements.comm().size(), N, dims.data(), shape.data());
  global_array<double, N> lines(process_grid<N>::sharing(elements.comm(), dims), shape);
  lines.view().assign(elements.view());
  return lines;
}

/// Of all elements: each rank sorts a copy of its own; then the ranks find an element by counting,
/// four bits at a time: 33 Allreduces of 120 bytes or fewer for each quantile. Along some axes: the
/// elements travel, so that each rank has whole lines.
template <class Node>
requires Node::is_global struct quantile_finder<Node> {
  template <std::size_t N, bool Keep, std::size_t K>
  static void run(const Node& node, const reduced_axes<N, Keep, K>& axes,
                  quantile_request& request) {
    if constexpr (K == N)
      of_all(node, axes.count, request);
    else
      along(node, axes, request);
  }

private:
  static void of_all(const Node& node, index_t total, quantile_request& request) {
    const own_part<Node> own(node);
    ndarray<double, 1> values(shape_t<1>{size_of(own.shape())});
    double* to = values.data();
    for_own_doubles(own, node, [&to](const double* elements, index_t n) {
      for (index_t i = 0; i < n; ++i) *to++ = elements[i];
    });
    index_t count = values.size();
    if (request.has_holes) {
      count = close_holes(values.data(), count);
      total = allreduce_sum(own.comm(), count);
    }
    find_quantiles_over_ranks(own.comm(), values.data(), count, total, request);
  }

  template <class Axes>
  static void along(const Node& node, const Axes& axes, quantile_request& request) {
    constexpr std::size_t N = Node::ndim;
    const auto lines = whole_lines(node, axes.reduced);
    shape_t<N> outputs = lines.shape();
    for (std::size_t d = 0; d < N; ++d) outputs[d] = axes.reduced[d] ? 1 : outputs[d];
    global_array<double, N> found(lines.grid(), outputs);
    const index_t count = size_of(found.local_shape());
    ndarray<double, 1> mine(shape_t<1>{request.count * count});
    quantile_request own = request;
    own.results = mine.data();
    own.outputs = count;
    const view<const double, N> part = lines.owned();
    using part_node = std::remove_cvref_t<decltype(as_node(part))>;
    if (count > 0) quantile_finder<part_node>::run(as_node(part), axes, own);
    for (index_t i = 0; i < request.count; ++i) {
      writable_part(found).assign(
          view<const double, N>(mine.data() + i * count, found.local_shape()));
      const ndarray<double, N> whole = found.gather_all();
      for (index_t k = 0; k < whole.size(); ++k)
        request.results[i * request.outputs + k] = whole.data()[k];
    }
  }
};

} // namespace detail

} // namespace tessera
