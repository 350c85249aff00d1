// The sum of a rank's numbers as one writes it by hand.
#pragma once

namespace bench {

/// Adds in as many partial sums as keep a processor's adders busy.
double hand_sum(const double* x, long n);

} // namespace bench
