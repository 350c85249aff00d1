#include <tessera/core/error.hpp>
#include <tessera/distributed/stencils/cell_totals.hpp>

namespace tessera::detail {

void throw_no_cells() {
  throw argument_error(
      "apply: op::min or op::max of no cells: the stencil leaves all of them alone");
}

} // namespace tessera::detail
