#include <tessera/core/error.hpp>
#include <tessera/core/reductions/cumulative.hpp>

#include <fmt/core.h>

namespace tessera::detail {

void throw_negative_order(index_t n) {
  throw argument_error(fmt::format("diff of order {}; it must not be negative", n));
}

void throw_too_short(const char* name, index_t needed, index_t found) {
  throw shape_error(
      fmt::format("{} of {} values along the axis; {} are needed", name, found, needed));
}

} // namespace tessera::detail
