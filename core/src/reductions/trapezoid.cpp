#include <tessera/core/reductions/trapezoid.hpp>

#include <tessera/core/error.hpp>

#include <fmt/core.h>

namespace tessera::detail {

void throw_places(index_t places, index_t values) {
  throw shape_error(fmt::format("trapezoid of {} values along the axis at {} places; there must be "
                                "as many of both",
                                values, places));
}

} // namespace tessera::detail
