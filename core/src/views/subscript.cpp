#include <tessera/core/error.hpp>
#include <tessera/core/views/subscript.hpp>

#include <string>

namespace tessera::detail {

void throw_index(index_t index, std::size_t axis, const index_t* shape, std::size_t ndim) {
  throw index_error("subscript " + std::to_string(index) + " is outside axis " +
                    std::to_string(axis) + " of shape " + tuple_text(shape, ndim));
}

} // namespace tessera::detail
