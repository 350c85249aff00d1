#include <tessera/core/error.hpp>
#include <tessera/core/reductions/reduce.hpp>

#include <string>

namespace tessera::detail {

void throw_wide_range(double low, double high) {
  throw argument_error("ptp from " + std::to_string(low) + " to " + std::to_string(high) +
                       ": the distance does not fit into 64 bits; convert to double first");
}

void throw_product(const char* name, const index_t* a, std::size_t a_ndim, const index_t* b,
                   std::size_t b_ndim) {
  throw shape_error(std::string(name) + " of shapes " + tuple_text(a, a_ndim) + " and " +
                    tuple_text(b, b_ndim) + ": the axes that are summed over differ in size");
}

} // namespace tessera::detail
