#include <tessera/core/signals/windows.hpp>

#include <tessera/core/error.hpp>

#include <fmt/core.h>

#include <cmath>
#include <numbers>

namespace tessera {

namespace {

/// f of the place in the window, from -1 to 1.
template <class F> ndarray<double, 1> window(index_t n, F f) {
  if (n < 0) throw shape_error(fmt::format("a window of {} values", n));
  ndarray<double, 1> result(shape_t<1>{n});
  const auto last = static_cast<double>(n - 1);
  for (index_t i = 0; i < n; ++i) {
    const double place = n == 1 ? 0.0 : static_cast<double>(2 * i + 1 - n) / last;
    result.data()[i] = n == 1 ? 1.0 : f(place);
  }
  return result;
}

double cosine(double place) { return std::cos(std::numbers::pi * place); }

} // namespace

ndarray<double, 1> bartlett(index_t n) {
  return window(n, [](double x) { return 1.0 - std::abs(x); });
}
ndarray<double, 1> blackman(index_t n) {
  return window(n, [](double x) { return 0.42 + 0.5 * cosine(x) + 0.08 * cosine(2.0 * x); });
}
ndarray<double, 1> hamming(index_t n) {
  return window(n, [](double x) { return 0.54 + 0.46 * cosine(x); });
}
ndarray<double, 1> hanning(index_t n) {
  return window(n, [](double x) { return 0.5 + 0.5 * cosine(x); });
}
ndarray<double, 1> kaiser(index_t n, double beta) {
  const double most = std::cyl_bessel_i(0.0, std::abs(beta));
  return window(n, [beta, most](double x) {
    return std::cyl_bessel_i(0.0, std::abs(beta) * std::sqrt(1.0 - x * x)) / most;
  });
}

} // namespace tessera
