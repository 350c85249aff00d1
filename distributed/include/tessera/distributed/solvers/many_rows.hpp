/// @file
/// Passes over as many arrays as there are at run time, as the bases of GMRES.
#pragma once

#include <tessera/distributed/functions/reduction_message.hpp>
#include <tessera/distributed/solvers/operator_pass.hpp>

#include <vector>

namespace tessera::detail {

/// The most arrays of a pass; loops have room for 64 operands.
inline constexpr std::size_t most_arrays = 60;

template <class T, class Body> struct many_rows_pass {
  std::size_t count;
  const Body& body;

  static void plane(std::byte* const* corners, const index_t* steps, index_t rows, index_t n,
                    const void* pass) {
    const auto& self = *static_cast<const many_rows_pass*>(pass);
    T* row[most_arrays];
    for (index_t r = 0; r < rows; ++r)
      for (index_t first = 0; first < n; first += longest_stretch) {
        for (std::size_t k = 0; k < self.count; ++k)
          row[k] = reinterpret_cast<T*>(corners[k]) + r * steps[k] + first;
        self.body(n - first < longest_stretch ? n - first : longest_stretch, row);
      }
  }
};

/// Calls `body(n, rows)` for stretches of all rows of some arrays of one distribution, of which the
/// first is written. Local.
template <class T, std::size_t N, class Body>
void pass_many(const Body& body, const std::vector<global_array<T, N>*>& arrays) {
  loop_operand operands[most_arrays];
  shape_t<N> strides[most_arrays];
  const shape_t<N> shape = arrays[0]->local_shape();
  for (std::size_t k = 0; k < arrays.size(); ++k) {
    const view<const T, N> part =
        k == 0 ? view<const T, N>(writable_part(*arrays[0])) : std::as_const(*arrays[k]).owned();
    strides[k] = part.strides();
    operands[k] = {reinterpret_cast<std::byte*>(const_cast<T*>(part.data())), sizeof(T),
                   strides[k].data()};
  }
  const many_rows_pass<T, Body> pass{arrays.size(), body};
  run_planes(shape.data(), N, operands, arrays.size(), N > 1 ? shape[N > 1 ? N - 2 : 0] + 1 : 1,
             &many_rows_pass<T, Body>::plane, &pass);
}

/// Sums over the ranks, all in one message. Collective.
std::vector<double> sums_of_ranks(const communicator& comm, const std::vector<exact_sum>& parts);

} // namespace tessera::detail
