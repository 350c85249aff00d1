#include "selection/hand_select.hpp"

namespace bench {

long hand_count(const bool* mask, long n) {
  long count = 0;
  for (long i = 0; i < n; ++i) count += mask[i] ? 1 : 0;
  return count;
}

long hand_select(double* to, const double* from, const bool* mask, long n) {
  long at = 0;
  for (long i = 0; i < n; ++i) {
    to[at] = from[i];
    at += mask[i] ? 1 : 0;
  }
  return at;
}

} // namespace bench
