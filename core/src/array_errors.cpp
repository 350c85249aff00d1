#include <tessera/core/cumulative.hpp>
#include <tessera/core/error.hpp>
#include <tessera/core/ndarray.hpp>
#include <tessera/core/take.hpp>

#include <string>

namespace tessera::detail {

void throw_index(index_t index, std::size_t axis, const index_t* shape, std::size_t ndim) {
  throw index_error("subscript " + std::to_string(index) + " is outside axis " +
                    std::to_string(axis) + " of shape " + tuple_text(shape, ndim));
}

void throw_ragged(index_t expected, index_t found) {
  throw shape_error("nested lists of different sizes: " + std::to_string(expected) +
                    " elements in one, " + std::to_string(found) + " in another");
}

void check_room(std::size_t bytes, const index_t* shape, std::size_t ndim, index_t itemsize) {
  const index_t size = checked_size(shape, ndim, itemsize);
  if (static_cast<index_t>(bytes) < size * itemsize)
    throw shape_error("shape " + tuple_text(shape, ndim) + " has " + std::to_string(size) +
                      " elements of " + std::to_string(itemsize) + " bytes, the memory has " +
                      std::to_string(bytes) + " bytes");
}

void throw_mask(const index_t* mask, std::size_t mask_ndim, const index_t* shape,
                std::size_t ndim) {
  throw shape_error("a mask of shape " + tuple_text(mask, mask_ndim) +
                    " does not fit an array of shape " + tuple_text(shape, ndim));
}

void throw_negative_order(index_t n) {
  throw argument_error("diff of order " + std::to_string(n) + "; it must not be negative");
}

void throw_too_short(const char* name, index_t needed, index_t found) {
  throw shape_error(std::string(name) + " of " + std::to_string(found) +
                    " values along the axis; " + std::to_string(needed) + " are needed");
}

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

void throw_along_axis(const index_t* indices, const index_t* shape, std::size_t ndim,
                      std::size_t axis) {
  throw shape_error("subscripts of shape " + tuple_text(indices, ndim) + " along axis " +
                    std::to_string(axis) + " of an array of shape " + tuple_text(shape, ndim) +
                    "; the other axes must be equal");
}

void throw_wide_range(double low, double high) {
  throw argument_error("ptp from " + std::to_string(low) + " to " + std::to_string(high) +
                       ": the distance does not fit into 64 bits; convert to double first");
}

void throw_empty_reduction(const char* name, const index_t* shape, std::size_t ndim) {
  throw argument_error(std::string(name) + " of an empty array, shape " + tuple_text(shape, ndim));
}

void throw_masked_reduction(const char* name, const index_t* shape, std::size_t ndim) {
  throw argument_error(std::string(name) + " of shape " + tuple_text(shape, ndim) +
                       ": the mask leaves nothing to choose from");
}

void throw_product(const char* name, const index_t* a, std::size_t a_ndim, const index_t* b,
                   std::size_t b_ndim) {
  throw shape_error(std::string(name) + " of shapes " + tuple_text(a, a_ndim) + " and " +
                    tuple_text(b, b_ndim) + ": the axes that are summed over differ in size");
}

} // namespace tessera::detail
