#include "stencils/stencil_errors.hpp"

#include <tessera/core/error.hpp>
#include <tessera/distributed/stencils/stencil_fields.hpp>

#include <fmt/core.h>

#include <algorithm>

namespace tessera::detail {

void check_fields(const global_block* const* arrays, std::size_t outputs, std::size_t count) {
  const global_block& first = *arrays[0];
  for (std::size_t k = 1; k < count; ++k) {
    const global_block& other = *arrays[k];
    if (!other.comm().same_ranks(first.comm()))
      throw argument_error("apply: arrays over different communicators");
    if (other.axes() != first.axes())
      throw argument_error(fmt::format("apply: arrays of different distributions: {}, and {}",
                                       distribution_text(first), distribution_text(other)));
  }
  for (std::size_t k = 0; k < outputs; ++k)
    if (std::find(arrays + k + 1, arrays + count, arrays[k]) != arrays + count)
      throw argument_error(
          fmt::format("apply: array {} of those to compute is also read or computed twice; cells "
                      "would be computed from cells already replaced",
                      k));
}

index_t common_band(const global_block* const* arrays, std::size_t outputs, std::size_t count) {
  const std::size_t ndim = arrays[0]->axes().size();
  index_t bytes = 0; // of all rows that one row of cells touches at the same place
  for (std::size_t k = 0; k < count; ++k) {
    const halo_axis& width = arrays[k]->halo()[0];
    const index_t planes = k < outputs ? 1 : width.lower + width.upper + 1;
    const index_t elements = ndim > 1 ? arrays[k]->layout().strides[ndim - 2] : 0;
    bytes += planes * elements * arrays[k]->itemsize();
  }
  return rows_per_band(bytes, 1);
}

} // namespace tessera::detail
