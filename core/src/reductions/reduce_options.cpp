#include <tessera/core/error.hpp>
#include <tessera/core/reductions/reduce_options.hpp>

#include <fmt/core.h>

namespace tessera::detail {

void throw_mask(const index_t* mask, std::size_t mask_ndim, const index_t* shape,
                std::size_t ndim) {
  throw shape_error(fmt::format("a mask of shape {} does not fit an array of shape {}",
                                tuple_text(mask, mask_ndim), tuple_text(shape, ndim)));
}

void throw_empty_reduction(const char* name, const index_t* shape, std::size_t ndim) {
  throw argument_error(
      fmt::format("{} of an empty array, shape {}", name, tuple_text(shape, ndim)));
}

void throw_masked_reduction(const char* name, const index_t* shape, std::size_t ndim) {
  throw argument_error(fmt::format("{} of shape {}: the mask leaves nothing to choose from", name,
                                   tuple_text(shape, ndim)));
}

} // namespace tessera::detail
