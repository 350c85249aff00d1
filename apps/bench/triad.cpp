#include "triad.hpp"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace bench {

namespace {
constexpr std::size_t size = std::size_t{1} << 24U;
}

triad::triad() : a_(size, 0.0), b_(size, 1.0), c_(size, 2.0) {}

void triad::run() {
  double* __restrict__ a = a_.data();
  const double* __restrict__ b = b_.data();
  const double* __restrict__ c = c_.data();
  for (std::size_t i = 0; i < size; ++i) a[i] = b[i] + 3.0 * c[i];
}

void triad::run_past_the_cache() {
#ifdef __SSE2__
  double* __restrict__ a = a_.data();
  const double* __restrict__ b = b_.data();
  const double* __restrict__ c = c_.data();
  const __m128d factor = _mm_set1_pd(3.0);
  for (std::size_t i = 0; i < size; i += 2)
    _mm_stream_pd(a + i, _mm_add_pd(_mm_loadu_pd(b + i), _mm_mul_pd(factor, _mm_loadu_pd(c + i))));
  _mm_sfence();
#else
  run();
#endif
}

double triad::bytes() const { return 3.0 * sizeof(double) * static_cast<double>(size); }

} // namespace bench
