#include <tessera/distributed/sorting/lexsort.hpp>

#include <tessera/core/error.hpp>

#include <fmt/core.h>

namespace tessera::detail {

std::vector<index_t> boundaries_of(const axis_distribution& axis, int ranks) {
  std::vector<index_t> result{0};
  for (int r = 0; r < ranks; ++r)
    result.push_back(r < axis.parts() ? axis.block(r).upper : axis.size());
  return result;
}

index_t own_begin(const communicator& comm, index_t count) { return exclusive_scan(comm, count); }

void check_key_shape(index_t first, index_t other) {
  if (first != other)
    throw shape_error(
        fmt::format("lexsort: keys of {} and of {} elements; all have as many", first, other));
}

} // namespace tessera::detail
