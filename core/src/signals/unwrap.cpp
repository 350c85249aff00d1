#include <tessera/core/signals/unwrap.hpp>

#include <tessera/core/error.hpp>

#include <fmt/core.h>

namespace tessera::detail {

void check_period(double period) {
  if (!(period > 0.0))
    throw argument_error(fmt::format("unwrap with a period of {}; it must be positive", period));
}

} // namespace tessera::detail
