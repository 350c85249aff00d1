#include <tessera/core/error.hpp>
#include <tessera/core/ndarray.hpp>

#include <string>

namespace tessera::detail {

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

} // namespace tessera::detail
