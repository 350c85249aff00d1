/// @file
/// Variance, quantiles, averages; reductions that leave out NaN.
#pragma once

#include <tessera/core/statistics/average.hpp>
#include <tessera/core/statistics/variance.hpp>

namespace tessera {

namespace detail {

/// Quantiles of lines of doubles, in place; out of line in statistics.cpp.
struct quantile_request {
  const double* q; ///< 0 to 1
  index_t count;   ///< of q
  double* results; ///< those of one q after those of another
  index_t outputs; ///< of each q
  /// Where a mask is false there is `left_out()`, which is taken out first.
  bool has_holes = false;
};
/// A NaN that no computation gives.
double left_out();
/// Takes out what stands where a mask is false; how many elements are left.
index_t close_holes(double* values, index_t n);
void check_quantile(double q, const char* name);
/// The position, among n sorted elements, of the last one that is not above a quantile; and the
/// quantile, from that element and the next one.
index_t place_of_quantile(index_t n, double q);
double quantile_between(double low, double high, index_t n, double q);
void quantile_of_line(std::byte* line, index_t n, index_t output, void* request);

/// The type of a quantile.
template <class T>
using quantile_type = std::conditional_t<std::is_same_v<T, float>, float, double>;

/// Finds quantiles of nodes. Specialised for global ones.
template <class Node> struct quantile_finder {
  static_assert(!Node::is_global, "include <tessera/distributed/functions/statistics.hpp>");

  template <class Axes>
  static void run(const Node& node, const Axes& axes, quantile_request& request) {
    const auto wide = make_expression(widen(), node_reference{&node});
    panel_source_of<Node::ndim, std::remove_const_t<decltype(wide)>> source(wide, axes.reduced);
    visit_lines(source.get(), &quantile_of_line, &request);
  }
};

/// Quantiles of all lines along the axes, as many as `request` wants, into `results`.
template <class A, class Axes, class... Options>
void find_quantiles(const A& a, const Axes& axes, quantile_request request, const char* name,
                    const Options&... options) {
  const auto& node = as_node(a);
  if (axes.count == 0 && request.outputs > 0)
    throw_empty_reduction(name, node.shape().data(), A::ndim);
  if constexpr (with_mask<Options...>) {
    const auto wide = make_expression(widen(), node_reference{&node});
    const auto kept = masked_node(wide, mask_of(options...), left_out());
    request.has_holes = true;
    quantile_finder<std::remove_const_t<decltype(kept)>>::run(kept, axes, request);
  } else {
    quantile_finder<std::remove_cvref_t<decltype(node)>>::run(node, axes, request);
  }
}

template <class A, class... Options>
auto quantile_of(const A& a, double q, const char* name, const Options&... options) {
  using T = quantile_type<typename A::value_type>;
  const auto axes = reduced_axes_of(as_node(a).shape(), options...);
  if constexpr (reduces_all<A::ndim, Options...>) {
    double result = 0.0;
    find_quantiles(a, axes, {&q, 1, &result, 1}, name, options...);
    return static_cast<T>(result);
  } else {
    ndarray<double, axes.result_ndim> results(axes.shape);
    find_quantiles(a, axes, {&q, 1, results.data(), results.size()}, name, options...);
    if constexpr (std::is_same_v<T, double>)
      return results;
    else
      return ndarray<T, axes.result_ndim>(results);
  }
}

/// Those of several q, which become the first axis.
template <class A, class... Options>
auto quantiles_of(const A& a, const view<const double, 1>& q, const char* name,
                  const Options&... options) {
  using T = quantile_type<typename A::value_type>;
  const auto axes = reduced_axes_of(as_node(a).shape(), options...);
  constexpr std::size_t M = axes.result_ndim + 1;
  shape_t<M> shape{q.size()};
  for (std::size_t d = 1; d < M; ++d) shape[d] = axes.shape[d - 1];
  for (index_t i = 0; i < q.size(); ++i) check_quantile(q(i), name);
  ndarray<double, M> results(shape);
  const index_t outputs = size_of(axes.shape);
  find_quantiles(a, axes, {q.data(), q.size(), results.data(), outputs}, name, options...);
  return ndarray<T, M>(std::move(results));
}

/// Numbers from 0 to 1, which are given in parts of `whole`.
template <std::size_t K> ndarray<double, 1> shares_of(const double (&q)[K], double whole) {
  ndarray<double, 1> shares(shape_t<1>{static_cast<index_t>(K)});
  for (std::size_t k = 0; k < K; ++k) shares.data()[k] = q[k] / whole;
  return shares;
}

/// Several q in an array.
template <class Q>
concept list_of_quantiles = local_operand<Q> && Q::ndim == 1 && !selection_operand<Q>;

} // namespace detail

/// The value below which a share q of the elements lies, from 0 to 1, linear between elements as
/// NumPy's default; the elements are taken as double, and a zero is +0. A NaN anywhere is the
/// result. Of several q, as a list or an array, the results lie along a first axis: `quantile(a,
/// {0.25, 0.75}, axis(0))`. Where a mask leaves nothing of a line, it is NaN.
/// @throws argument_error for q outside [0, 1], and when there is nothing to reduce.
template <array_operand A, class Q, reduce_option... Options>
requires std::is_arithmetic_v<Q>
auto quantile(const A& a, Q share, const Options&... options) {
  const auto q = static_cast<double>(share);
  detail::check_quantile(q, "quantile");
  return detail::quantile_of(a, q, "quantile", options...);
}
template <array_operand A, std::size_t K, reduce_option... Options>
auto quantile(const A& a, const double (&q)[K], const Options&... options) {
  return detail::quantiles_of(a, detail::shares_of(q, 1.0), "quantile", options...);
}
template <array_operand A, detail::list_of_quantiles Q, reduce_option... Options>
auto quantile(const A& a, const Q& q, const Options&... options) {
  return detail::quantiles_of(a, ndarray<double, 1>(q), "quantile", options...);
}

/// The same with q in percent.
template <array_operand A, class Q, reduce_option... Options>
requires std::is_arithmetic_v<Q>
auto percentile(const A& a, Q share, const Options&... options) {
  const auto q = static_cast<double>(share);
  detail::check_quantile(q / 100.0, "percentile");
  return detail::quantile_of(a, q / 100.0, "percentile", options...);
}
template <array_operand A, std::size_t K, reduce_option... Options>
auto percentile(const A& a, const double (&q)[K], const Options&... options) {
  return detail::quantiles_of(a, detail::shares_of(q, 100.0), "percentile", options...);
}
template <array_operand A, detail::list_of_quantiles Q, reduce_option... Options>
auto percentile(const A& a, const Q& q, const Options&... options) {
  return detail::quantiles_of(a, ndarray<double, 1>(q / 100.0), "percentile", options...);
}

/// The middle element, or the mean of the middle two, as double; a zero is +0, as in NumPy.
template <array_operand A, reduce_option... Options>
auto median(const A& a, const Options&... options) {
  return detail::quantile_of(a, 0.5, "median", options...);
}

namespace detail {

struct is_not_nan {
  template <class T> bool operator()(const T& x) const { return x == x; }
};
/// A mask that leaves out NaN.
template <class A> auto numbers_of(const A& a) { return masked(elementwise(is_not_nan(), a)); }

} // namespace detail

/// `sum`, `mean`, `min`, `max`, `var`, `std` that leave out NaN. Where nothing else is, sums are
/// zero and the others NaN, as in NumPy; of `nanmin` and `nanmax` that holds along axes with
/// nothing but NaN too.
template <array_operand A, reduce_option... Options>
auto nansum(const A& a, const Options&... options) {
  return sum(a, options..., detail::numbers_of(a));
}
template <array_operand A, reduce_option... Options>
auto nanmean(const A& a, const Options&... options) {
  return mean(a, options..., detail::numbers_of(a));
}
template <array_operand A, reduce_option... Options>
auto nanvar(const A& a, const Options&... options) {
  return detail::variance(a, {}, options..., detail::numbers_of(a));
}
template <array_operand A, reduce_option... Options>
auto nanstd(const A& a, const Options&... options) {
  return detail::square_root(nanvar(a, options...));
}

namespace detail {

/// An extremum among numbers, and NaN where there are none.
template <bool Largest, class A, class... Options>
auto extremum_of_numbers(const A& a, const Options&... options) {
  using T = typename A::value_type;
  auto found = reduce<extremum_reduction<Largest>>(a, options..., numbers_of(a));
  const auto count = count_of(a, options..., numbers_of(a));
  const T nan = std::numeric_limits<T>::quiet_NaN();
  if constexpr (array_operand<decltype(found)>)
    found.assign(where(count == 0, nan, found));
  else if (count == 0)
    found = nan;
  return found;
}

} // namespace detail

template <array_operand A, reduce_option... Options>
auto nanmin(const A& a, const Options&... options) {
  return detail::extremum_of_numbers<false>(a, options...);
}
template <array_operand A, reduce_option... Options>
auto nanmax(const A& a, const Options&... options) {
  return detail::extremum_of_numbers<true>(a, options...);
}

} // namespace tessera
