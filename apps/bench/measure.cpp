#include "measure.hpp"

#include <algorithm>
#include <sys/resource.h>

namespace bench {

namespace {

constexpr double shortest_sample = 2e-3; // seconds; far above the clock's and a barrier's noise
constexpr int most_inner = 10000;

long times_interrupted() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_nivcsw;
}

struct timed_sample {
  double seconds;
  bool is_undisturbed;
};

timed_sample timed(MPI_Comm comm, const candidate& c) {
  MPI_Barrier(comm);
  if (c.run_elsewhere) return {c.run_elsewhere(c.inner) / c.inner, true};
  const long interrupted = times_interrupted();
  const double start = MPI_Wtime();
  for (int i = 0; i < c.inner; ++i) c.run();
  double found[2] = {(MPI_Wtime() - start) / c.inner, 0};
  if (times_interrupted() > interrupted) found[1] = 1;
  MPI_Allreduce(MPI_IN_PLACE, found, 2, MPI_DOUBLE, MPI_MAX, comm);
  return {found[0], found[1] == 0};
}

double sample(MPI_Comm comm, const candidate& c) { return timed(comm, c).seconds; }

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

} // namespace

namespace {

using samples_of_each = std::vector<std::vector<timed_sample>>;

/// Each once, the first of them another one each time.
void take_turns(MPI_Comm comm, const std::vector<candidate>& candidates, long round,
                samples_of_each& samples) {
  for (std::size_t k = 0; k < candidates.size(); ++k) {
    const std::size_t turn = (k + static_cast<std::size_t>(round)) % candidates.size();
    samples[turn].push_back(timed(comm, candidates[turn]));
  }
}

std::vector<double> seconds_of(const std::vector<timed_sample>& samples, bool only_undisturbed) {
  std::vector<double> seconds;
  for (const timed_sample& s : samples)
    if (s.is_undisturbed || !only_undisturbed) seconds.push_back(s.seconds);
  return seconds;
}

bool are_enough(const samples_of_each& samples, std::size_t wanted) {
  return std::all_of(samples.begin(), samples.end(),
                     [=](const auto& of_one) { return seconds_of(of_one, true).size() >= wanted; });
}

samples_of_each warm(MPI_Comm comm, const std::vector<candidate>& candidates) {
  for (const candidate& c : candidates) sample(comm, c);
  return samples_of_each(candidates.size());
}

} // namespace

std::vector<timing> timings(MPI_Comm comm, const std::vector<candidate>& candidates,
                            long repetitions) {
  constexpr long most_rounds = 10; // of so many repetitions
  constexpr double longest = 20;   // seconds of rank 0
  samples_of_each samples = warm(comm, candidates);
  const double start = MPI_Wtime();
  int goes_on = 1;
  for (long r = 0; r < repetitions || goes_on != 0; ++r) {
    take_turns(comm, candidates, r, samples);
    goes_on = r < most_rounds * repetitions && MPI_Wtime() - start < longest &&
                      !are_enough(samples, static_cast<std::size_t>(repetitions))
                  ? 1
                  : 0;
    MPI_Bcast(&goes_on, 1, MPI_INT, 0, comm);
  }
  const bool is_undisturbed = are_enough(samples, 3);
  std::vector<timing> result;
  for (const auto& of_one : samples) {
    std::vector<double> seconds = seconds_of(of_one, is_undisturbed);
    const double minimum = *std::min_element(seconds.begin(), seconds.end());
    result.push_back({median(std::move(seconds)), minimum, is_undisturbed});
  }
  return result;
}

std::vector<double> median_seconds(MPI_Comm comm, const std::vector<candidate>& candidates,
                                   long repetitions) {
  samples_of_each samples = warm(comm, candidates);
  for (long r = 0; r < repetitions; ++r) take_turns(comm, candidates, r, samples);
  std::vector<double> result;
  for (const auto& of_one : samples) result.push_back(median(seconds_of(of_one, false)));
  return result;
}

int inner_repetitions(double seconds) {
  if (seconds * most_inner <= shortest_sample) return most_inner;
  return std::max(1, static_cast<int>(shortest_sample / seconds));
}

void calibrate(MPI_Comm comm, std::vector<candidate>& candidates) {
  for (candidate& c : candidates) {
    c.inner = 1;
    sample(comm, c); // warms up
    // The shorter of two, lest one that was disturbed ends the search.
    while (c.inner < most_inner &&
           std::min(sample(comm, c), sample(comm, c)) * c.inner < shortest_sample)
      c.inner = std::min(2 * c.inner, most_inner);
  }
}

} // namespace bench
