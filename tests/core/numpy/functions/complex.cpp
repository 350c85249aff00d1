// Complex elements, alone and beside real ones.
#include "function.hpp"

#include <tessera/core.hpp>
#include <tessera/core/complex.hpp>

using namespace tessera;

namespace {

using c8 = std::complex<float>;
using c16 = std::complex<double>;

#define OF_TWO(name, A, B, expression)                                                             \
  const add_function name(#name, [](arguments& in, results& out) {                                 \
    const auto first = in.array<A, 2>();                                                           \
    const auto second = in.array<B, 2>();                                                          \
    const auto& a = first.elements;                                                                \
    [[maybe_unused]] const auto& b = second.elements;                                              \
    out(expression);                                                                               \
  });
OF_TWO(complex_sum_DD, c16, c16, a + b - 2.0 * a)
OF_TWO(complex_product_DD, c16, c16, a* b)
OF_TWO(complex_quotient_DD, c16, c16, a / b)
OF_TWO(complex_product_Fd, c8, double, a* b)
OF_TWO(complex_sum_Fi, c8, std::int32_t, a + b)
OF_TWO(complex_quotient_dF, double, c8, a / b)
OF_TWO(complex_scalar_fd, float, double, a* c16(1, 2))
OF_TWO(complex_equal_DF, c16, c8, (a == b) || (a != a))
OF_TWO(complex_functions_DD, c16, c16, exp(a / (1.0 + abs(a))) * sqrt(b) * log(1.5 + abs(b)))
OF_TWO(complex_parts_DF, c16, c8, real(a) + imag(b) * real(conj(a)) - imag(conj(b)))
OF_TWO(complex_angle_DF, c16, c8, angle(a) * arg(b))
OF_TWO(complex_abs_DF, c16, c8, abs(a) + abs(b))
OF_TWO(complex_where_DF, c16, c8, where(real(a) > imag(a), a, b))
OF_TWO(complex_isnan_DF, c16, c8, isnan(a) || isinf(b) || !isfinite(a))

const add_function complex_written("complex_written_DF", [](arguments& in, results& out) {
  const auto first = in.array<c16, 2>();
  const auto second = in.array<c8, 2>();
  auto a = first.elements;
  real(a) = imag(second.elements) * 2.0F;
  imag(a(all, slice(none, none, 2))) += 1.0;
  out(a.copy());
});

} // namespace
