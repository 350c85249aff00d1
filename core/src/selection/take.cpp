#include <tessera/core/error.hpp>
#include <tessera/core/selection/take.hpp>

#include <string>

namespace tessera::detail {

void throw_along_axis(const index_t* indices, const index_t* shape, std::size_t ndim,
                      std::size_t axis) {
  throw shape_error("subscripts of shape " + tuple_text(indices, ndim) + " along axis " +
                    std::to_string(axis) + " of an array of shape " + tuple_text(shape, ndim) +
                    "; the other axes must be equal");
}

} // namespace tessera::detail
