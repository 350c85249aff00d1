// The sums of a rank's numbers as one writes them by hand.
#pragma once

namespace bench {

/// Adds in as many partial sums as keep a processor's adders busy.
double hand_sum(const double* x, long n);

/// Adds up rows of n numbers, one after another in memory.
void hand_column_sums(const double* x, long rows, long n, double* sums);
/// The sum of each row.
void hand_row_sums(const double* x, long rows, long n, double* sums);

} // namespace bench
