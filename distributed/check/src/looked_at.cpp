#include "looked_at.hpp"

#include <fmt/core.h>

namespace tessera::detail {

void end_after(const char* call, const std::exception& failure) {
  end_job(fmt::format("comparing {}: {}", call, failure.what()), true);
}

} // namespace tessera::detail
