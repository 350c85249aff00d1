/// @file
/// Sums of weights for each integer, over ranks.
#pragma once

#include <tessera/distributed/arrays/create.hpp>
#include <tessera/distributed/arrays/redistribute.hpp>
#include <tessera/distributed/functions/counts.hpp>
#include <tessera/distributed/subscripts/take.hpp>

namespace tessera {

/// The sums of the weights of each integer from zero on, at least `at_least` of them: a local array
/// that every rank has, of double. Weights are added in the order of the array, so that the sums
/// have NumPy's bits on any number of ranks. Collective: every weight travels to the rank that adds
/// its kind, and the sums to all.
/// @throws argument_error on all ranks for a negative integer, or where `at_least` is; shape_error
/// where there are not as many weights; memory_error.
///
///     const auto charge = bincount(cells, charges);
template <global_operand A, global_operand W>
requires(A::ndim == 1 && W::ndim == 1) ndarray<double, 1> bincount(const A& a, const W& weights,
                                                                   index_t at_least = 0) {
  detail::check_weights(a, weights);
  const index_t most = detail::counts_of(a, at_least);
  const auto kinds = detail::in_blocks(detail::as_node(astype<index_t>(a)));
  global_array<double, 1> of_each(kinds.grid(), kinds.distribution());
  redistribute(copy(astype<double>(weights)), of_each);
  const communicator& comm = kinds.comm();
  auto sums = zeros(process_grid<1>::sharing(comm, {comm.size()}), shape_t<1>{most});
  if (most > 0) add_at(sums, kinds, of_each);
  return sums.gather_all();
}

} // namespace tessera
