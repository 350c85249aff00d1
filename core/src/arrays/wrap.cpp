#include <tessera/core/arrays/wrap.hpp>
#include <tessera/core/error.hpp>

#include <fmt/core.h>

namespace tessera::detail {

namespace {

/// Adds to `sum` the distance of an axis's last element from its first; false on overflow.
bool add_axis(index_t n, index_t stride, index_t& sum) {
  index_t length = 0;
  return !__builtin_mul_overflow(n - 1, stride, &length) &&
         !__builtin_add_overflow(sum, length, &sum);
}

} // namespace

void check_wrapped(const void* data, const index_t* shape, std::size_t ndim, index_t itemsize) {
  if (checked_size(shape, ndim, itemsize) > 0 && data == nullptr)
    throw shape_error(
        fmt::format("shape {} has elements, but the pointer is null", tuple_text(shape, ndim)));
}

void check_filled(index_t count, const index_t* shape, std::size_t ndim, index_t itemsize) {
  const index_t size = checked_size(shape, ndim, itemsize);
  if (size != count)
    throw shape_error(fmt::format("shape {} has {} elements, the memory {}",
                                  tuple_text(shape, ndim), size, count));
}

void check_inside(index_t count, index_t offset, const index_t* shape, const index_t* strides,
                  std::size_t ndim, index_t itemsize) {
  if (checked_size(shape, ndim, itemsize) == 0) {
    if (offset < 0 || offset > count)
      throw shape_error(
          fmt::format("offset {} is outside the memory's {} elements", offset, count));
    return;
  }
  index_t first = offset;
  index_t last = offset;
  bool counted = true;
  for (std::size_t d = 0; d < ndim; ++d)
    counted = counted && add_axis(shape[d], strides[d], strides[d] < 0 ? first : last);
  if (!counted || first < 0 || last >= count)
    throw shape_error(fmt::format(
        "shape {} with strides {} and offset {} reaches outside the memory's {} elements",
        tuple_text(shape, ndim), tuple_text(strides, ndim), offset, count));
}

} // namespace tessera::detail
