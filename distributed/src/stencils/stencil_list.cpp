#include <tessera/core/error.hpp>
#include <tessera/distributed/stencils/stencil_list.hpp>

#include <fmt/core.h>

namespace tessera::detail {

void throw_list_of(std::size_t arrays) {
  throw argument_error(fmt::format("apply: a list of {} arrays; a std::vector has 1 to {}: a "
                                   "std::array, or a std::span of a fixed length, any number",
                                   arrays, most_listed));
}

void throw_lists_differ(std::size_t to, std::size_t from) {
  throw argument_error(
      fmt::format("apply: a list of {} arrays to compute from one of {}", to, from));
}

} // namespace tessera::detail
