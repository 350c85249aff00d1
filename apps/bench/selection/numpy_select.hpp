// NumPy's choice of elements by a mask, in one process beside the ranks.
#pragma once

#include "measure.hpp"

#include <tessera/core/shape.hpp>
#include <tessera/distributed/communicator.hpp>

#include <vector>

namespace bench {

/// Adds `a[mask]` of so many elements, where there is a NumPy; the ranks sleep meanwhile.
/// Collective.
void add_numpy_select(std::vector<candidate>& ways, const tessera::communicator& world,
                      tessera::index_t n);

} // namespace bench
