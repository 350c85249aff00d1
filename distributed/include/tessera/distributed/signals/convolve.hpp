/// @file
/// Convolution and correlation over ranks.
#pragma once

#include <tessera/core/signals/convolve.hpp>
#include <tessera/distributed/functions/axes.hpp>
#include <tessera/distributed/functions/rearrange.hpp>

namespace tessera {

namespace detail {

/// All ranks of an array, in a line.
template <class T> process_grid<1> grid_of_line(const global_view<const T, 1>& values) {
  const communicator& comm = values.node().block->comm();
  return process_grid<1>::sharing(comm, {comm.size()});
}

/// Those places of the convolution of a sequence with a kernel that is not longer. Each rank has
/// what stands before its results in a halo.
template <class T>
global_array<T, 1> convolved_over_ranks(const global_view<const T, 1>& values,
                                        const ndarray<T, 1>& kernel, const convolve_range& range) {
  const index_t reach = kernel.size() - 1;
  halo<1> width;
  width.upper[0] = reach;
  const process_grid<1> grid = grid_of_line(values);
  global_array<T, 1> padded(grid, {range.count + reach}, width);
  padded = T{};
  const index_t skipped = reach - range.first; // zeros in front
  part_of(padded.view(), 0, skipped, 1, values.shape()[0]).assign(values);
  padded.update_halo();
  global_array<T, 1> sums(grid, padded.distribution());
  const auto to = writable_part(sums);
  const global_array<T, 1>& from = padded;
  const index_t left = range.count - sums.block().lower[0]; // behind those there is nothing to sum
  const index_t own = left < to.size() ? left : to.size();
  if (own > 0) convolve_row(from.padded().data(), kernel.data(), kernel.size(), to.data(), own);
  global_array<T, 1> result(grid, {range.count});
  result.view().assign(part_of(sums.view(), 0, 0, 1, range.count));
  return result;
}

/// A global sequence and one that every rank has, the second backwards where they are correlated.
template <class T, class A>
global_array<T, 1> convolved_with(const A& a, const ndarray<T, 1>& kernel,
                                  const convolve_range& range) {
  const auto held = global_elements_of<T>(a);
  const global_view<const T, 1> values = global_view_of(held);
  if (kernel.size() <= values.shape()[0]) return convolved_over_ranks<T>(values, kernel, range);
  const ndarray<T, 1> shorter = values.gather_all();
  return {grid_of_line(values), convolved<T>(kernel, shorter, range)};
}

/// All of a sequence, on every rank.
template <class T, class X> ndarray<T, 1> everywhere(const X& x) {
  if constexpr (X::is_global) {
    const auto held = global_elements_of<T>(x);
    return global_view_of(held).gather_all();
  } else
    return ndarray<T, 1>(x);
}

} // namespace detail

/// @name Convolution over ranks
/// As the local functions, the same bits under every distribution: of a global sequence and another
/// one, which is local or is gathered. Results are in equal blocks. A halo as wide as the kernel is
/// exchanged, and two copies of the sequence made. **The second sequence must fit on every rank**,
/// and if it is longer than the first one, that must too. Collective.
/// @throws argument_error on all ranks where one of them has no values.
/// @{
template <global_operand A, array_operand V>
requires(A::ndim == 1 && V::ndim == 1) auto convolve(const A& a, const V& v,
                                                     convolve_mode mode = convolve_mode::full) {
  using T = detail::convolved_type<typename A::value_type, typename V::value_type>;
  const auto kernel = detail::everywhere<T>(v);
  const index_t n = detail::as_node(a).shape()[0];
  return detail::convolved_with<T>(
      a, kernel, detail::range_of_convolution(n, kernel.size(), mode, "convolve"));
}
template <global_operand A, array_operand V>
requires(A::ndim == 1 && V::ndim == 1) auto correlate(const A& a, const V& v,
                                                      convolve_mode mode = convolve_mode::valid) {
  using T = detail::convolved_type<typename A::value_type, typename V::value_type>;
  const auto kernel = detail::mirrored(detail::everywhere<T>(v));
  const index_t n = detail::as_node(a).shape()[0];
  auto range = detail::range_of_convolution(n, kernel.size(), mode, "correlate");
  if (kernel.size() > n) range.first = n + kernel.size() - 1 - range.count - range.first;
  return detail::convolved_with<T>(a, kernel, range);
}
/// @}

} // namespace tessera
