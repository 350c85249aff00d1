#include <tessera/core/error.hpp>
#include <tessera/core/selection/mask.hpp>

#include <string>

namespace tessera::detail {

void throw_mask_subscript(const index_t* mask, std::size_t mask_ndim, const index_t* shape,
                          std::size_t ndim) {
  throw shape_error("a mask of shape " + tuple_text(mask, mask_ndim) +
                    " as a subscript of an array of shape " + tuple_text(shape, ndim) +
                    "; they must be equal");
}

void throw_mask_values(index_t values, index_t chosen) {
  throw shape_error(std::to_string(values) + " values for " + std::to_string(chosen) +
                    " chosen elements");
}

} // namespace tessera::detail
