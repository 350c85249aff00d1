#include <tessera/core/error.hpp>
#include <tessera/core/reductions/reduce_options.hpp>

#include <string>

namespace tessera::detail {

void throw_mask(const index_t* mask, std::size_t mask_ndim, const index_t* shape,
                std::size_t ndim) {
  throw shape_error("a mask of shape " + tuple_text(mask, mask_ndim) +
                    " does not fit an array of shape " + tuple_text(shape, ndim));
}

void throw_empty_reduction(const char* name, const index_t* shape, std::size_t ndim) {
  throw argument_error(std::string(name) + " of an empty array, shape " + tuple_text(shape, ndim));
}

void throw_masked_reduction(const char* name, const index_t* shape, std::size_t ndim) {
  throw argument_error(std::string(name) + " of shape " + tuple_text(shape, ndim) +
                       ": the mask leaves nothing to choose from");
}

} // namespace tessera::detail
