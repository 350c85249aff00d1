#include "measure.hpp"

#include <algorithm>

namespace bench {

namespace {

constexpr double shortest_sample = 2e-3; // seconds; far above the clock's and a barrier's noise
constexpr int most_inner = 10000;

double sample(MPI_Comm comm, const candidate& c) {
  MPI_Barrier(comm);
  if (c.run_elsewhere) return c.run_elsewhere(c.inner) / c.inner;
  const double start = MPI_Wtime();
  for (int i = 0; i < c.inner; ++i) c.run();
  double seconds = (MPI_Wtime() - start) / c.inner;
  MPI_Allreduce(MPI_IN_PLACE, &seconds, 1, MPI_DOUBLE, MPI_MAX, comm);
  return seconds;
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

} // namespace

std::vector<timing> timings(MPI_Comm comm, const std::vector<candidate>& candidates,
                            long repetitions) {
  std::vector<std::vector<double>> samples(candidates.size());
  for (const candidate& c : candidates) sample(comm, c); // warms up
  for (long r = 0; r < repetitions; ++r)
    for (std::size_t k = 0; k < candidates.size(); ++k) {
      // Each starts first equally often.
      const std::size_t turn = (k + static_cast<std::size_t>(r)) % candidates.size();
      samples[turn].push_back(sample(comm, candidates[turn]));
    }
  std::vector<timing> result;
  for (auto& s : samples) {
    const double minimum = *std::min_element(s.begin(), s.end());
    result.push_back({median(std::move(s)), minimum});
  }
  return result;
}

std::vector<double> median_seconds(MPI_Comm comm, const std::vector<candidate>& candidates,
                                   long repetitions) {
  std::vector<double> result;
  for (const timing& t : timings(comm, candidates, repetitions)) result.push_back(t.median);
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
