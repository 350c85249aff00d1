/// @file
/// Makes the reductions of core work over ranks, of global arrays, their views and expressions of
/// them. All are collective, all ranks get the result, and it has the same bits under every
/// distribution and number of ranks (but for `prod` and `fast_sum` of floating-point numbers, whose
/// roundings depend on the blocks). Arrays of different distributions throw argument_error.
///
/// Whole reductions cost one Allreduce; that of an exact sum has 568 bytes. Those along axes give
/// local arrays that every rank has, so that they broadcast against what they were made of:
/// `u - mean(u, axis(0))`. They cost one Allgather of the partial results; exact sums that ranks
/// have parts of, where they are many, an Alltoall of 8 to 24 bytes each and an Allgather of the
/// sums. Also `checksum`.
#pragma once

#include <tessera/core/reductions/reduce.hpp>
#include <tessera/core/reductions/reduce_numbers.hpp>
#include <tessera/core/statistics/checksum.hpp>
#include <tessera/distributed/collectives.hpp>
#include <tessera/distributed/functions/reduce_axes.hpp>
#include <tessera/distributed/global_array.hpp>

namespace tessera {

namespace detail {

void merge(const communicator& comm, exact_sum& sum);
void merge(const communicator& comm, std::uint64_t& sum);
void merge(const communicator& comm, integer_total& sum);

template <class T>
requires(!is_fixed<T>) void merge(const communicator& comm, sum_accumulator<T>& partial) {
  if constexpr (is_complex<T>) {
    merge(comm, partial.real_part);
    merge(comm, partial.imaginary_part);
  } else {
    merge(comm, partial.total);
  }
}

template <class T> void merge(const communicator& comm, total_accumulator<T>& partial) {
  merge(comm, partial.total);
}

template <class T, bool Largest>
requires(!is_fixed<T>) void merge(const communicator& comm,
                                  extremum_accumulator<T, Largest>& partial) {
  const T own = partial.value();
  partial.best = Largest ? allreduce_max(comm, own) : allreduce_min(comm, own);
  partial.has_nan = partial.best != partial.best;
}

template <class T, class Part>
void merge(const communicator& comm, accumulators_of_numbers<T, Part>& partial) {
  for (Part& part : partial.parts) merge(comm, part);
}

/// Products and fast sums are rounded in the order of the ranks.
template <class T> void merge(const communicator& comm, product_accumulator<T>& partial) {
  auto product = product_accumulator<T>().total;
  for (const auto& factor : allgather(comm, partial.total)) product = product * factor;
  partial.total = product;
}
template <class T> void merge(const communicator& comm, fast_sum_accumulator<T>& partial) {
  T sum{};
  for (const T& term : allgather(comm, partial.total)) sum += term;
  partial.total = sum;
}

/// Reduces this rank's elements, then merges the ranks' results.
template <class Node>
requires Node::is_global struct reducer<Node> {
  template <class Accumulator> static Accumulator run(const Node& node) {
    const operand_refs<Node> operands(node);
    const result_layout place(operands.data(), operands.size(), node.shape().data(), Node::ndim);
    Accumulator result = own_part<Accumulator>(node, operands, place);
    merge(place.comm(), result);
    return result;
  }

  /// Reduces this rank's elements. Collective.
  template <class Accumulator>
  static Accumulator own_part(const Node& node, const operand_refs<Node>& operands,
                              const result_layout& place) {
    agree_on_node<Accumulator>(place.comm(), node);
    evaluation boxes(place.ref(), false, operands.data(), operands.size(),
                     number_of_types<Accumulator, Node>());
    Accumulator result;
    const auto add_boxes = [&] {
      while (boxes.next()) {
        part_maker make(boxes, operands.data());
        const auto part = make(node);
        shape_t<Node::ndim> shape;
        for (std::size_t d = 0; d < Node::ndim; ++d) shape[d] = boxes.shape()[d];
        accumulate(part, shape, result);
      }
    };
    if constexpr (may_throw<Node>) {
      boxes.join(); // messages are for all ranks, whatever one of them throws
      collectively(place.comm(), add_boxes);
    } else {
      add_boxes();
    }
    return result;
  }
};

} // namespace detail

/// A number that tells whether two arrays have the same bits: a hash of every element and its
/// global index, the same under every distribution and number of ranks, and that of a local array
/// with the same elements. Collective.
template <class T, std::size_t N> std::uint64_t checksum(const global_array<T, N>& a) {
  const view<const T, N> mine = a.owned();
  const shape_t<N> global = row_major_strides(a.shape());
  std::uint64_t total = 0;
  const axis_distribution& last = a.distribution().axis(N - 1);
  const int part = a.grid().coords()[N - 1];
  // Rows along the last axis; the others as one counter.
  const index_t n = mine.shape()[N - 1];
  const index_t rows = n > 0 ? mine.size() / n : 0;
  for (index_t r = 0; r < rows; ++r) {
    index_t rest = r;
    index_t offset = 0;
    shape_t<N> local{};
    for (std::size_t d = N - 1; d-- > 0;) {
      local[d] = rest % mine.shape()[d];
      rest /= mine.shape()[d];
      offset += local[d] * mine.strides()[d];
    }
    for (index_t& i = local[N - 1]; i < n;) {
      const shape_t<N> index = a.distribution().to_global(a.comm().rank(), local);
      index_t first = 0;
      for (std::size_t d = 0; d < N; ++d) first += index[d] * global[d];
      const index_t length = last.stretch_length(part, i);
      total += detail::hash_elements(mine.data() + offset + i, length, first);
      i += length;
    }
  }
  return allreduce_sum(a.comm(), total);
}

} // namespace tessera
