#include "hand/hand_sum.hpp"

namespace bench {

double hand_sum(const double* x, long n) {
  constexpr long sums = 64;
  double partial[sums] = {};
  long i = 0;
  for (; i + sums <= n; i += sums)
    for (long k = 0; k < sums; ++k) partial[k] += x[i + k];
  double total = 0;
  for (; i < n; ++i) total += x[i];
  for (const double p : partial) total += p;
  return total;
}

} // namespace bench
