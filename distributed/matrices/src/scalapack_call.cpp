#include "scalapack_call.hpp"

#include <tessera/core/complex.hpp>
#include <tessera/core/error.hpp>
#include <tessera/distributed/collectives.hpp>
#include <tessera/matrices/operands.hpp>

#include <fmt/core.h>

#include <cmath>
#include <limits>

namespace tessera::detail {

int agreed_info(const communicator& comm, const char* function, int info) {
  const std::int64_t refused = allreduce_min(comm, std::int64_t{info});
  if (refused < 0)
    throw argument_error(fmt::format("ScaLAPACK's {} refuses its argument {}", function, -refused));
  return static_cast<int>(allreduce_max(comm, std::int64_t{info}));
}

int work_size(double told, double epsilon) {
  const double size = std::ceil(told * (1 + 2 * epsilon));
  if (size > std::numeric_limits<int>::max())
    throw argument_error("a matrix that is too large for ScaLAPACK: use more ranks");
  return static_cast<int>(size);
}

template <class T>
void require_finite(const communicator& comm, const char* name, cyclic_matrix& m) {
  const auto is_finite = [](const T& x) {
    if constexpr (is_complex<T>)
      return std::isfinite(x.real()) && std::isfinite(x.imag());
    else
      return std::isfinite(x);
  };
  bool all = true;
  m.for_each<T>([&](const T& x, index_t, index_t) { all = all && is_finite(x); });
  if (allreduce_min(comm, std::int64_t{all ? 1 : 0}) == 0)
    throw argument_error(fmt::format("{} of a matrix with an infinity or a NaN", name));
}

template void require_finite<float>(const communicator&, const char*, cyclic_matrix&);
template void require_finite<double>(const communicator&, const char*, cyclic_matrix&);
template void require_finite<std::complex<float>>(const communicator&, const char*, cyclic_matrix&);
template void require_finite<std::complex<double>>(const communicator&, const char*,
                                                   cyclic_matrix&);

void require_square(const char* name, const view_ref& a) {
  if (a.shape[0] != a.shape[1])
    throw shape_error(
        fmt::format("{} of shape {}: the matrix must be square", name, tuple_text(a.shape, 2)));
}

void require_equations(const char* name, const view_ref& a, const view_ref& b) {
  if (a.shape[0] != b.shape[0])
    throw shape_error(fmt::format("{} of shapes {} and {}: both must have as many rows", name,
                                  tuple_text(a.shape, 2), tuple_text(b.shape, 2)));
}

} // namespace tessera::detail
