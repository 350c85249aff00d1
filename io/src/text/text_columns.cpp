#include "text/text_columns.hpp"

#include <tessera/core/error.hpp>

#include <fmt/core.h>

namespace tessera::detail {

void check_filling(double value, bool fits_type, dtype type) {
  if (!fits_type)
    throw argument_error(fmt::format("loadtxt: filling_values is {:f}, which is no value of {}",
                                     value, to_string(type)));
}

} // namespace tessera::detail
