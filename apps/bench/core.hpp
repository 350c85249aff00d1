// The benchmark `tessera-bench core`.
#pragma once

#include <tessera/core/shape.hpp>

#include <string>

namespace bench {

struct core_options {
  tessera::index_t repetitions = 11;
  std::string only; ///< the case to run; empty: all
  bool large = false;
};

/// Local arrays of Tessera against plain loops and other libraries, from sizes where the cost of a
/// call shows to far beyond the caches. Prints a table. Local.
void run_core(const core_options& options);

} // namespace bench
