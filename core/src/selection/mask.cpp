#include <tessera/core/error.hpp>
#include <tessera/core/selection/mask.hpp>

#include <fmt/core.h>

namespace tessera::detail {

void throw_mask_subscript(const index_t* mask, std::size_t mask_ndim, const index_t* shape,
                          std::size_t ndim) {
  throw shape_error(
      fmt::format("a mask of shape {} as a subscript of an array of shape {}; they must be equal",
                  tuple_text(mask, mask_ndim), tuple_text(shape, ndim)));
}

void throw_mask_values(index_t values, index_t chosen) {
  throw shape_error(fmt::format("{} values for {} chosen elements", values, chosen));
}

} // namespace tessera::detail
