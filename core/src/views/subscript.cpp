#include <tessera/core/error.hpp>
#include <tessera/core/views/subscript.hpp>

#include <fmt/core.h>

namespace tessera::detail {

void throw_index(index_t index, std::size_t axis, const index_t* shape, std::size_t ndim) {
  throw index_error(fmt::format("subscript {} is outside axis {} of shape {}", index, axis,
                                tuple_text(shape, ndim)));
}

} // namespace tessera::detail
