#include <tessera/core/elements/power.hpp>
#include <tessera/core/error.hpp>

#include <fmt/core.h>

namespace tessera::detail {

double power_of_ten(int exponent) {
  double result = 1;
  for (; exponent > 0; --exponent) result *= 10;
  return result;
}

void throw_negative_power(index_t exponent) {
  throw argument_error(fmt::format(
      "integers to the power {} are no integers; convert the array first, as in astype<double>(a)",
      exponent));
}

} // namespace tessera::detail
