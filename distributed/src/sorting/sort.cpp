#include <tessera/distributed/sorting/sort.hpp>

namespace tessera::detail {

std::vector<index_t> boundaries_of(const axis_distribution& axis, int ranks) {
  std::vector<index_t> result{0};
  for (int r = 0; r < ranks; ++r)
    result.push_back(r < axis.parts() ? axis.block(r).upper : axis.size());
  return result;
}

} // namespace tessera::detail
