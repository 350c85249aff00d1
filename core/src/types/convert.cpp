#include <tessera/core/error.hpp>
#include <tessera/core/types/convert.hpp>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

namespace tessera::detail {

void throw_does_not_fit(std::uint64_t value, bool negative, std::size_t bytes, bool is_signed) {
  const std::string type = (is_signed ? "int" : "uint") + std::to_string(8 * bytes);
  const std::string text =
      negative ? std::to_string(static_cast<std::int64_t>(value)) : std::to_string(value);
  throw argument_error("the scalar " + text + " does not fit elements of type " + type +
                       "; convert the array first, as in astype<std::int64_t>(a)");
}

void throw_not_held(double value, std::size_t bytes, bool is_signed) {
  char number[32];
  std::snprintf(number, sizeof number, "%.17g", value);
  char shorter[32];
  std::snprintf(shorter, sizeof shorter, "%.15g", value);
  if (std::strtod(shorter, nullptr) == value) std::memcpy(number, shorter, sizeof number);
  const std::string type =
      bytes == 0 ? "bool" : (is_signed ? "int" : "uint") + std::to_string(8 * bytes);
  throw argument_error("the scalar " + std::string(number) + " does not fit elements of type " +
                       type + "; to cut it off, convert it first, as in astype<int>(1.5)");
}

} // namespace tessera::detail
