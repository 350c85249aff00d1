#include <tessera/core/error.hpp>
#include <tessera/core/ndarray.hpp>

#include <fmt/core.h>

namespace tessera::detail {

void throw_ragged(index_t expected, index_t found) {
  throw shape_error(fmt::format(
      "nested lists of different sizes: {} elements in one, {} in another", expected, found));
}

void check_room(std::size_t bytes, const index_t* shape, std::size_t ndim, index_t itemsize) {
  const index_t size = checked_size(shape, ndim, itemsize);
  if (static_cast<index_t>(bytes) < size * itemsize)
    throw shape_error(fmt::format("shape {} has {} elements of {} bytes, the memory has {} bytes",
                                  tuple_text(shape, ndim), size, itemsize, bytes));
}

} // namespace tessera::detail
