#include <tessera/core/fixed/fixed_solve.hpp>

#include <tessera/core/error.hpp>

#include <fmt/core.h>

#include <string>

namespace tessera::detail {

void throw_singular(const char* name, const std::string& matrix) {
  throw argument_error(fmt::format(
      "{}: the matrix\n{}\nis singular: it has no inverse. Look at det() of it first, or "
      "use linalg::lstsq() or linalg::pinv() of its view()",
      name, matrix));
}

} // namespace tessera::detail
