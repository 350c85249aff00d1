// Timing of alternatives against each other.
#pragma once

#include <mpi.h>

#include <functional>
#include <string>
#include <vector>

namespace bench {

/// One way to do the work: how to do it once, and how often for one sample worth timing.
struct candidate {
  std::string name;
  std::function<void()> run;
  int inner = 1;
  /// Does it so often, and returns the seconds, where it runs in a process of its own.
  std::function<double(int)> run_elsewhere = nullptr;
};

/// Of one run of a candidate, in seconds, the slowest rank's.
struct timing {
  double median;
  double minimum;
  bool is_undisturbed; // no other program ran meanwhile
};

/// Time of one run of each candidate, told from samples during which no rank had to make way for
/// another program. Where there are few of them, more are taken, in the end all are counted.
///
/// The candidates take turns within each repetition, so that what disturbs the machine disturbs all
/// of them. Collective.
std::vector<timing> timings(MPI_Comm comm, const std::vector<candidate>& candidates,
                            long repetitions);
/// The medians of `repetitions` samples, disturbed or not.
std::vector<double> median_seconds(MPI_Comm comm, const std::vector<candidate>& candidates,
                                   long repetitions);

/// How often to run something that takes about `seconds`, for one sample worth timing.
int inner_repetitions(double seconds);

/// The same for each candidate by itself, where one may take a thousand times as long as another:
/// tries them out and sets their `inner`. Collective.
void calibrate(MPI_Comm comm, std::vector<candidate>& candidates);

} // namespace bench
