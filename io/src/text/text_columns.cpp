#include "text/text_columns.hpp"

#include <tessera/core/error.hpp>

namespace tessera::detail {

void check_filling(double value, bool fits_type, dtype type) {
  if (!fits_type)
    throw argument_error("loadtxt: filling_values is " + std::to_string(value) +
                         ", which is no value of " + to_string(type));
}

} // namespace tessera::detail
