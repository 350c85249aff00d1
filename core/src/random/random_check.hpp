// Checks of the parameters of distributions.
#pragma once

namespace tessera::detail {

/// @throws argument_error "random: <distribution> with <parameter> <value>" unless `good`.
void check(const char* distribution, bool good, const char* parameter, double value);

} // namespace tessera::detail
