/// @file
/// Reductions of global arrays and of expressions of them. All are collective, cost one Allreduce,
/// and give the same bits under every distribution and number of ranks.
#pragma once

#include <tessera/core/reduce.hpp>
#include <tessera/distributed/collectives.hpp>
#include <tessera/distributed/global_array.hpp>

namespace tessera {

/// A global array, or an expression that holds one.
template <class X>
concept global_operand = array_operand<X> && std::remove_cvref_t<X>::is_global;

namespace detail {

void merge(const communicator& comm, exact_sum& sum);
void merge(const communicator& comm, std::uint64_t& sum);

template <class T> void merge(const communicator& comm, sum_accumulator<T>& partial) {
  if constexpr (is_complex<T>) {
    merge(comm, partial.real_part);
    merge(comm, partial.imaginary_part);
  } else {
    merge(comm, partial.total);
  }
}

template <class T> void merge(const communicator& comm, extrema_accumulator<T>& partial) {
  // A NaN fails to compare; it travels as a flag. The smallest travels as minus the largest would.
  if constexpr (std::is_floating_point_v<T>) {
    T values[3] = {static_cast<T>(-partial.least), partial.most, partial.has_nan ? T{1} : T{0}};
    allreduce(comm, values, 3, mpi_type<T>(), MPI_MAX);
    partial.least = -values[0];
    partial.most = values[1];
    partial.has_nan = values[2] > 0;
  } else {
    partial.least = allreduce_min(comm, partial.least);
    partial.most = allreduce_max(comm, partial.most);
  }
}

/// The accumulator of one rank's elements of an expression, and of all ranks' after `merge`.
template <class Accumulator, class Node> Accumulator accumulated_over_ranks(const Node& node) {
  Accumulator partial;
  const communicator* comm = nullptr;
  node.visit([&](const auto& leaf) {
    if (comm != nullptr) return;
    comm = &leaf.array->comm();
    check_distributions(*comm, leaf.array->distribution(), node);
    accumulate(node, leaf.elements.shape(), partial);
  });
  merge(*comm, partial);
  return partial;
}

template <class Node>
extrema_accumulator<typename Node::value_type> global_extrema(const Node& node, const char* name) {
  const auto shape = node.shape();
  if (size_of(shape) == 0) throw_empty_reduction(name, shape.data(), Node::ndim);
  return accumulated_over_ranks<extrema_accumulator<typename Node::value_type>>(node);
}

} // namespace detail

/// Sum of all elements, on all ranks. Floating-point sums are exact and rounded once (see
/// exact_sum): a message of 568 bytes.
template <global_operand A> auto sum(const A& a) {
  return detail::accumulated_over_ranks<detail::sum_accumulator<typename A::value_type>>(
             detail::as_node(a))
      .value();
}

/// Smallest element, on all ranks. A NaN anywhere is the result.
/// @throws argument_error for an empty array.
template <global_operand A> auto min(const A& a) {
  return detail::global_extrema(detail::as_node(a), "min").minimum();
}

/// Largest element, on all ranks. A NaN anywhere is the result.
/// @throws argument_error for an empty array.
template <global_operand A> auto max(const A& a) {
  return detail::global_extrema(detail::as_node(a), "max").maximum();
}

/// Arithmetic mean, from the exact sum; integers give double.
/// @throws argument_error for an empty array.
template <global_operand A> auto mean(const A& a) {
  const auto& node = detail::as_node(a);
  const auto shape = node.shape();
  if (size_of(shape) == 0) detail::throw_empty_reduction("mean", shape.data(), A::ndim);
  return detail::accumulated_over_ranks<detail::sum_accumulator<typename A::value_type>>(node).mean(
      size_of(shape));
}

/// Sum of the products of corresponding elements; complex numbers are not conjugated.
template <global_operand A, global_operand B> auto dot(const A& a, const B& b) {
  return sum(a * b);
}

/// Square root of the sum of squared magnitudes.
template <global_operand A> auto norm(const A& a) {
  return detail::sqrt_of(sum(detail::elementwise(detail::square_of_magnitude(), a)));
}

namespace detail {

std::uint64_t hash_row(const std::byte* elements, index_t itemsize, index_t n, index_t first);

} // namespace detail

/// A number that tells whether two global arrays have the same bits: a hash of every element and
/// its global index, the same under every distribution and number of ranks. Collective.
template <class T, std::size_t N> std::uint64_t checksum(const global_array<T, N>& a) {
  const view<const T, N> mine = a.owned();
  const shape_t<N> global = row_major_strides(a.shape());
  std::uint64_t total = 0;
  // Rows along the last axis; the others as one counter.
  const index_t n = mine.shape()[N - 1];
  const index_t rows = n > 0 ? mine.size() / n : 0;
  for (index_t r = 0; r < rows; ++r) {
    index_t rest = r;
    index_t offset = 0;
    index_t first = a.block().lower[N - 1];
    for (std::size_t d = N - 1; d-- > 0;) {
      const index_t i = rest % mine.shape()[d];
      rest /= mine.shape()[d];
      offset += i * mine.strides()[d];
      first += (a.block().lower[d] + i) * global[d];
    }
    total += detail::hash_row(reinterpret_cast<const std::byte*>(mine.data() + offset), sizeof(T),
                              n, first);
  }
  return allreduce_sum(a.comm(), total);
}

} // namespace tessera
