#include <tessera/core/selection/sort_by.hpp>

#include <tessera/core/error.hpp>

#include <fmt/core.h>

namespace tessera::detail {

void check_topk(index_t k, index_t n) {
  if (k < 0 || k > n)
    throw argument_error(fmt::format("topk: there are no {} among {} elements", k, n));
}

} // namespace tessera::detail
