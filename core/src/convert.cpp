#include <tessera/core/convert.hpp>
#include <tessera/core/error.hpp>

#include <string>

namespace tessera::detail {

void throw_does_not_fit(std::uint64_t value, bool negative, std::size_t bytes, bool is_signed) {
  const std::string type = (is_signed ? "int" : "uint") + std::to_string(8 * bytes);
  const std::string text =
      negative ? std::to_string(static_cast<std::int64_t>(value)) : std::to_string(value);
  throw argument_error("the scalar " + text + " does not fit elements of type " + type +
                       "; convert the array first, as in astype<std::int64_t>(a)");
}

} // namespace tessera::detail
