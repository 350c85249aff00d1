#include <tessera/core/error.hpp>
#include <tessera/core/types/convert.hpp>
#include <tessera/core/types/number_text.hpp>

#include <fmt/core.h>

#include <cstdlib>
#include <string>

namespace tessera::detail {

void throw_does_not_fit(std::uint64_t value, bool negative, std::size_t bytes, bool is_signed) {
  const std::string type = fmt::format("{}{}", is_signed ? "int" : "uint", 8 * bytes);
  const std::string text =
      negative ? std::to_string(static_cast<std::int64_t>(value)) : std::to_string(value);
  throw argument_error(fmt::format("the scalar {} does not fit elements of type {}; convert the "
                                   "array first, as in astype<std::int64_t>(a)",
                                   text, type));
}

void throw_not_held(double value, std::size_t bytes, bool is_signed) {
  std::string number = fmt::format("{:.15g}", value);
  if (std::strtod(number.c_str(), nullptr) != value) number = digits17_text(value);
  const std::string type =
      bytes == 0 ? "bool" : fmt::format("{}{}", is_signed ? "int" : "uint", 8 * bytes);
  throw argument_error(fmt::format("the scalar {} does not fit elements of type {}; to cut it off, "
                                   "convert it first, as in astype<int>(1.5)",
                                   number, type));
}

} // namespace tessera::detail
