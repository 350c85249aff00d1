#include <tessera/core/shapes/apply_along_axis.hpp>

#include <tessera/core/error.hpp>

#include <fmt/core.h>

namespace tessera::detail {

void throw_line_length(index_t line, index_t found, index_t expected) {
  throw shape_error(
      fmt::format("apply_along_axis: the function gave {} elements for line {} and {} "
                  "for the first; there must be as many for all",
                  found, line, expected));
}

} // namespace tessera::detail
