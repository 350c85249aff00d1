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
    if (std::find(arrays + k + 1, arrays + outputs, arrays[k]) != arrays + outputs)
      throw argument_error(
          fmt::format("apply: array {} of those to compute is named twice among them", k));
}

void plan_fields(field_plan& plan, global_block* const* arrays, std::size_t outputs,
                 std::size_t count, const known_reach& reach) {
  global_block* const* const read = arrays + outputs;
  const std::size_t inputs = count - outputs;
  const std::size_t ndim = arrays[0]->axes().size();
  plan_stencil(plan.cells, read, inputs, reach);
  for (std::size_t k = 0; k < inputs; ++k) {
    const bool in_place = std::find(arrays, read, read[k]) != read;
    const bool cell_alone = reach.is_exact && !reads_neighbours(reach.ranges + k * ndim, ndim);
    if (in_place && reach.is_exact && !cell_alone) throw_replaced_neighbour(k, inputs);
    // What is not known of the kernel shows when it runs.
    if (in_place && !reach.is_exact) plan.cells.is_watched = true;
    if (!in_place && !cell_alone) plan.exchanged.push_back(read[k]);
  }
}

void throw_replaced_neighbour(std::size_t field, std::size_t count) {
  throw argument_error(fmt::format(
      "apply: array {} of {} that are read is also computed, and the kernel reads neighbours in "
      "it, "
      "which may have been replaced; read the cell alone there, or compute another array",
      field, count));
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
