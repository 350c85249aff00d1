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

void hand_column_sums(const double* x, long rows, long n, double* __restrict sums) {
  for (long k = 0; k < n; ++k) sums[k] = 0;
  long r = 0;
  for (; r + 4 <= rows; r += 4) {
    const double* const row = x + r * n;
    for (long k = 0; k < n; ++k)
      sums[k] += (row[k] + row[n + k]) + (row[2 * n + k] + row[3 * n + k]);
  }
  for (; r < rows; ++r)
    for (long k = 0; k < n; ++k) sums[k] += x[r * n + k];
}

void hand_row_sums(const double* x, long rows, long n, double* sums) {
  for (long r = 0; r < rows; ++r) sums[r] = hand_sum(x + r * n, n);
}

} // namespace bench
