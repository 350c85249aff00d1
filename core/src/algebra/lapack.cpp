#include "algebra/lapack_matrix.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/reductions/reduce.hpp>

#include <fmt/core.h>

#include <string>

namespace tessera::detail {

void check_lapack(const char* name, blas_int info) {
  if (info >= 0) return;
  if (info == LAPACK_WORK_MEMORY_ERROR || info == LAPACK_TRANSPOSE_MEMORY_ERROR)
    throw memory_error(std::string("no memory for the work space of ") + name);
  throw argument_error(fmt::format("LAPACK rejects argument {} of {}", -info, name));
}

std::string place_in_stack(std::size_t ndim, index_t number) {
  return ndim <= 2 ? "" : fmt::format(" (matrix {} of the stack)", number);
}

namespace {

/// Zero for a finite number, else NaN.
struct times_zero {
  template <class T> auto operator()(const T& x) const {
    if constexpr (is_complex<T>)
      return x.real() * 0 + x.imag() * 0;
    else
      return x * 0;
  }
};

} // namespace

template <class T> void require_finite(const char* name, const matrix<const T>& m) {
  if (m.rows == 0 || m.columns == 0) return;
  if (sum(elementwise(times_zero(), m.elements()) != real_of<T>(0)) > 0)
    throw argument_error(std::string(name) + " of a matrix with an infinity or a NaN");
}

template void require_finite(const char*, const matrix<const float>&);
template void require_finite(const char*, const matrix<const double>&);
template void require_finite(const char*, const matrix<const std::complex<float>>&);
template void require_finite(const char*, const matrix<const std::complex<double>>&);

} // namespace tessera::detail
