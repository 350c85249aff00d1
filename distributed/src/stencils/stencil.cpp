#include <tessera/core/error.hpp>
#include <tessera/distributed/stencils/stencil.hpp>

#include <algorithm>
#include <string>

namespace tessera::detail {

namespace {
// Measured on processors with 2 MiB of second-level cache; smaller ones lose little by it.
constexpr index_t cache_bytes = 768 * 1024;
constexpr index_t fewest_rows = 8;

/// Of this rank.
index_t cells_of(const global_block& block) {
  index_t cells = 1;
  for (std::size_t d = 0; d < block.axes().size(); ++d) cells *= block.owned(d).size();
  return cells;
}
} // namespace

void check_apply(bool same_array) {
  if (same_array)
    throw argument_error("apply(v, u, kernel): v and u are the same array; cells would be computed "
                         "from cells already replaced");
}

void note_moved(const global_block* const* arrays, std::size_t count, index_t steps) {
  if (!profile_is_recorded()) return;
  for (std::size_t k = 0; k < count; ++k)
    count_moved(steps * arrays[k]->itemsize() * cells_of(*arrays[k]));
}

bool is_out_of_cache(index_t bytes) { return bytes > 2 * cache_bytes; }

index_t rows_per_band(index_t row_bytes, index_t planes) {
  const index_t rows = cache_bytes / (std::max<index_t>(row_bytes, 1) * planes);
  return std::max(rows, fewest_rows);
}

} // namespace tessera::detail
