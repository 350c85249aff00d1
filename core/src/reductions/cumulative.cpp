#include <tessera/core/error.hpp>
#include <tessera/core/reductions/cumulative.hpp>

#include <string>

namespace tessera::detail {

void throw_negative_order(index_t n) {
  throw argument_error("diff of order " + std::to_string(n) + "; it must not be negative");
}

void throw_too_short(const char* name, index_t needed, index_t found) {
  throw shape_error(std::string(name) + " of " + std::to_string(found) +
                    " values along the axis; " + std::to_string(needed) + " are needed");
}

} // namespace tessera::detail
