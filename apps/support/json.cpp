#include "json.hpp"

#include <cmath>

namespace apps {

std::string json_line(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

double whole_microseconds(double seconds) { return std::round(seconds * 1e6) / 1e6; }

} // namespace apps
