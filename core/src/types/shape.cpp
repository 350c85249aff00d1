#include <tessera/core/error.hpp>
#include <tessera/core/shape.hpp>

#include <fmt/core.h>

#include <string>

namespace tessera::detail {

std::string tuple_text(const index_t* values, std::size_t count) {
  std::string text = "(";
  for (std::size_t d = 0; d < count; ++d) {
    if (d > 0) text += ", ";
    text += std::to_string(values[d]);
  }
  return text += count == 1 ? ",)" : ")";
}

index_t checked_size(const index_t* shape, std::size_t ndim, index_t itemsize) {
  index_t bytes = itemsize;
  bool overflow = false;
  bool empty = false;
  for (std::size_t d = 0; d < ndim; ++d) {
    if (shape[d] < 0)
      throw shape_error(fmt::format("shape {} has a negative size", tuple_text(shape, ndim)));
    // Strides are as large as if axes without elements had one.
    empty = empty || shape[d] == 0;
    overflow = overflow || __builtin_mul_overflow(bytes, shape[d] == 0 ? 1 : shape[d], &bytes);
  }
  if (overflow)
    throw shape_error(
        fmt::format("shape {} with elements of {} bytes has more bytes than an index can count",
                    tuple_text(shape, ndim), itemsize));
  return empty ? 0 : bytes / itemsize;
}

void broadcast_onto(index_t* onto, std::size_t onto_ndim, const index_t* shape, std::size_t ndim) {
  index_t* const last = onto + (onto_ndim - ndim);
  for (std::size_t d = 0; d < ndim; ++d)
    if (last[d] != shape[d] && last[d] != 1 && shape[d] != 1)
      throw_broadcast(onto, onto_ndim, shape, ndim);
  for (std::size_t d = 0; d < ndim; ++d)
    if (last[d] == 1) last[d] = shape[d];
}

void throw_broadcast(const index_t* a, std::size_t a_ndim, const index_t* b, std::size_t b_ndim) {
  throw shape_error(fmt::format("shape {} does not broadcast with {}", tuple_text(a, a_ndim),
                                tuple_text(b, b_ndim)));
}

} // namespace tessera::detail
