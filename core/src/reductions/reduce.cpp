#include <tessera/core/error.hpp>
#include <tessera/core/reductions/reduce.hpp>

#include <fmt/core.h>

namespace tessera::detail {

void throw_wide_range(double low, double high) {
  throw argument_error(fmt::format(
      "ptp from {:f} to {:f}: the distance does not fit into 64 bits; convert to double first", low,
      high));
}

void throw_product(const char* name, const index_t* a, std::size_t a_ndim, const index_t* b,
                   std::size_t b_ndim) {
  throw shape_error(
      fmt::format("{} of shapes {} and {}: the axes that are summed over differ in size", name,
                  tuple_text(a, a_ndim), tuple_text(b, b_ndim)));
}

} // namespace tessera::detail
