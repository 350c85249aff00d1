#include <tessera/core/types/number_text.hpp>

#include <fmt/core.h>

namespace tessera::detail {

std::string digits17_text(double value) { return fmt::format("{:.17g}", value); }

} // namespace tessera::detail
