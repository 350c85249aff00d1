#include <tessera/core/elements/power.hpp>
#include <tessera/core/error.hpp>

#include <string>

namespace tessera::detail {

double power_of_ten(int exponent) {
  double result = 1;
  for (; exponent > 0; --exponent) result *= 10;
  return result;
}

void throw_negative_power(index_t exponent) {
  throw argument_error("integers to the power " + std::to_string(exponent) +
                       " are no integers; convert the array first, as in astype<double>(a)");
}

} // namespace tessera::detail
