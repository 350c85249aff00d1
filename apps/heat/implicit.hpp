// Time steps of any length: an equation solved in each.
#pragma once

#include "checkpoints.hpp"
#include "output.hpp"
#include "report.hpp"

namespace heat {

/// The scheme that --scheme names, implicit (backward Euler) or crank-nicolson, to the end of the
/// run. Each step is solved by conjugate gradients, from the field before it. Collective.
/// @throws tessera::convergence_error on all ranks where one cannot be.
template <std::size_t N>
effort march_implicitly(const options& o, field<N>& u, const stage& start, output<N>& files,
                        checkpoints<N>& saved);

/// --scheme steady: what the field becomes in the end, with its outermost points as they are.
/// Collective.
template <std::size_t N> effort solve_steady(const options& o, field<N>& u, output<N>& files);

} // namespace heat
