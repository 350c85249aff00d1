// Elements that a mask chooses, as one writes it by hand.
#pragma once

namespace bench {

/// How many of n are true.
long hand_count(const bool* mask, long n);
/// Writes those of n elements whose mask is true one behind another: each where the next one goes,
/// without a branch, so that there is room for one more.
long hand_select(double* to, const double* from, const bool* mask, long n);

} // namespace bench
