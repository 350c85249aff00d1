/// @file
/// Linear interpolation of global arrays in a table that every rank has.
#pragma once

#include <tessera/core/signals/interp.hpp>
#include <tessera/distributed/arrays/copy.hpp>

namespace tessera {

/// As the local `interp`, of each element of a global array, view or expression, in a table that
/// every rank has; a new array that is distributed as copies are (see `copy`). Collective, without
/// messages.
/// @throws shape_error, argument_error on all ranks for what is no table.
template <global_operand X, local_operand P, local_operand V>
requires(P::ndim == 1 && V::ndim == 1) auto interp(const X& x, const P& places, const V& values,
                                                   const interp_options& options = {}) {
  const detail::interpolation_table table(ndarray<double, 1>(places), ndarray<double, 1>(values),
                                          options);
  return copy(map(detail::look_up{&table}, x));
}

} // namespace tessera
