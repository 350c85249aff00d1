// Timing of alternatives against each other.
#pragma once

#include <mpi.h>

#include <functional>
#include <string>
#include <vector>

namespace bench {

/// One way to do the work, and how to do it once.
struct candidate {
  std::string name;
  std::function<void()> run;
};

/// Median time of one run of each candidate, in seconds, the slowest rank's.
///
/// The candidates take turns within each repetition, so that what disturbs the machine disturbs all
/// of them; runs that are too short to time are repeated `inner` times. Collective.
std::vector<double> median_seconds(MPI_Comm comm, const std::vector<candidate>& candidates,
                                   int repetitions, int inner);

/// How often to run something that takes about `seconds`, for one sample worth timing.
int inner_repetitions(double seconds);

} // namespace bench
