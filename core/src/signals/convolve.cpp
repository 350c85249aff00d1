#include <tessera/core/signals/convolve.hpp>

#include <tessera/core/complex.hpp>
#include <tessera/core/error.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <cstdint>

namespace tessera::detail {

namespace {

constexpr index_t stretch = 1024; ///< results that stay in the cache while the kernel passes

template <class T> void add_scaled(T* to, const T& factor, const T* from, index_t n) {
  if constexpr (std::is_integral_v<T>) {
    for (index_t i = 0; i < n; ++i)
      to[i] = static_cast<T>(modular(to[i]) + modular(factor) * modular(from[i]));
  } else if constexpr (is_complex<T>) { // operator* would look for infinities
    for (index_t i = 0; i < n; ++i) to[i] += raw_multiply()(factor, from[i]);
  } else {
    for (index_t i = 0; i < n; ++i) to[i] += factor * from[i];
  }
}

} // namespace

convolve_range range_of_convolution(index_t n, index_t m, convolve_mode mode, const char* name) {
  if (n == 0 || m == 0)
    throw argument_error(fmt::format("{} of {} and {} values; neither must be empty", name, n, m));
  const index_t shorter = std::min(n, m);
  const index_t longer = std::max(n, m);
  if (mode == convolve_mode::same) return {(shorter - 1) / 2, longer};
  if (mode == convolve_mode::valid) return {shorter - 1, longer - shorter + 1};
  return {0, n + m - 1};
}

template <class T> void convolve_row(const T* from, const T* kernel, index_t m, T* to, index_t n) {
  for (index_t first = 0; first < n; first += stretch) {
    const index_t count = std::min(stretch, n - first);
    std::fill_n(to + first, count, T{});
    for (index_t k = 0; k < m; ++k)
      add_scaled(to + first, kernel[k], from + first + (m - 1 - k), count);
  }
}

#define TESSERA_CONVOLVE(T) template void convolve_row<T>(const T*, const T*, index_t, T*, index_t);
TESSERA_CONVOLVE(std::int64_t)
TESSERA_CONVOLVE(std::uint64_t)
TESSERA_CONVOLVE(float)
TESSERA_CONVOLVE(double)
TESSERA_CONVOLVE(std::complex<float>)
TESSERA_CONVOLVE(std::complex<double>)
#undef TESSERA_CONVOLVE

} // namespace tessera::detail
