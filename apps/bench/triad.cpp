#include "triad.hpp"

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

double triad::bytes() const { return 3.0 * sizeof(double) * static_cast<double>(size); }

} // namespace bench
