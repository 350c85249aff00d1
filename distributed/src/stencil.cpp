#include <tessera/core/error.hpp>
#include <tessera/distributed/stencil.hpp>

#include <algorithm>

namespace tessera::detail {

namespace {
constexpr index_t cache_bytes = 512 * 1024; // of the planes in use, well inside a second-level cache
constexpr index_t fewest_rows = 8;
}

void check_apply(bool same_array) {
  if (same_array)
    throw argument_error("apply(v, u, kernel): v and u are the same array; cells would be computed "
                         "from cells already replaced");
}

index_t rows_per_band(index_t row_bytes, index_t planes) {
  const index_t rows = cache_bytes / (std::max<index_t>(row_bytes, 1) * planes);
  return std::max(rows, fewest_rows);
}

} // namespace tessera::detail
