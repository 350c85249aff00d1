// What a run prints.
#pragma once

#include "checkpoints.hpp"
#include "field.hpp"
#include "options.hpp"

namespace heat {

/// What a run took.
struct effort {
  index_t first = 0; // step that it went on from
  stage reached;
  double seconds = 0; // in steps and frames
};

/// Local; for rank 0.
template <std::size_t N>
void print_parameters(const options& o, const field<N>& u, const stage& start);

/// A run that ends before its last step, on stderr. Local; for rank 0.
void print_cut(const options& o, index_t step);

/// Nothing with --quiet. Collective.
template <std::size_t N>
void print_results(const options& o, const field<N>& u, const effort& spent);

} // namespace heat
