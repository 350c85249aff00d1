#include <tessera/core/error.hpp>
#include <tessera/core/selection/take.hpp>

#include <fmt/core.h>

namespace tessera::detail {

void throw_along_axis(const index_t* indices, const index_t* shape, std::size_t ndim,
                      std::size_t axis) {
  throw shape_error(fmt::format(
      "subscripts of shape {} along axis {} of an array of shape {}; the other axes must be equal",
      tuple_text(indices, ndim), axis, tuple_text(shape, ndim)));
}

} // namespace tessera::detail
