#include <tessera/core/error.hpp>
#include <tessera/distributed/agree.hpp>
#include <tessera/distributed/collectives.hpp>
#include <tessera/distributed/measuring/timeit.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <ostream>
#include <string>
#include <vector>

namespace tessera {

namespace {

constexpr double seconds_of_sample = 0.02;

/// 1, 2, 5, 10, 20, ... calls, until they take long enough on some rank.
index_t number_of_calls(const communicator& comm, detail::timed_loop loop, void* function) {
  for (index_t power = 1;; power *= 10)
    for (const index_t factor : {1, 2, 5}) {
      comm.barrier();
      if (allreduce_max(comm, loop(function, factor * power)) >= seconds_of_sample)
        return factor * power;
    }
}

/// How many of the smallest, and of the largest, samples may be left out for an interval that has
/// the median with 95 %, and with how much it has it.
struct interval_of_median {
  explicit interval_of_median(std::size_t n) {
    double chance = std::pow(0.5, static_cast<double>(n)); // that just `left_out` are smaller
    double below = chance;
    confidence = 1 - 2 * below;
    while (2 * (left_out + 1) < n) {
      const auto k = static_cast<double>(left_out + 1);
      chance *= (static_cast<double>(n) - k + 1) / k;
      if (2 * (below + chance) > 0.05) return;
      below += chance;
      ++left_out;
      confidence = 1 - 2 * below;
    }
  }
  std::size_t left_out = 0;
  double confidence;
};

rank_spread spread_of(const communicator& comm, double mine) {
  rank_spread s;
  s.least = allreduce_min(comm, mine);
  s.most = allreduce_max(comm, mine);
  s.mean = allreduce_sum(comm, mine) / comm.size();
  s.least_rank = allreduce_min(comm, mine == s.least ? comm.rank() : comm.size());
  s.most_rank = allreduce_min(comm, mine == s.most ? comm.rank() : comm.size());
  return s;
}

} // namespace

parallel_timing detail::measure(const communicator& comm, timed_loop loop, void* function,
                                const parallel_timeit_options& options) {
  collectively(comm, [&] {
    if (options.repeat < 1)
      throw argument_error(fmt::format("timeit takes at least one sample, not {}", options.repeat));
    if (options.number < 0)
      throw argument_error(fmt::format("timeit cannot call a function {} times", options.number));
  });
  parallel_timing result;
  result.repeat = options.repeat;
  result.number = options.number > 0 ? options.number : number_of_calls(comm, loop, function);
  std::vector<double> samples;
  double own = 0;
  for (int k = 0; k < options.repeat; ++k) {
    comm.barrier();
    const double mine = loop(function, result.number) / static_cast<double>(result.number);
    own += mine / options.repeat;
    samples.push_back(allreduce_max(comm, mine));
  }
  std::sort(samples.begin(), samples.end());
  const std::size_t middle = samples.size() / 2;
  result.best = samples.front();
  result.worst = samples.back();
  result.median =
      samples.size() % 2 == 1 ? samples[middle] : 0.5 * (samples[middle - 1] + samples[middle]);
  const interval_of_median interval(samples.size());
  result.low = samples[interval.left_out];
  result.high = samples[samples.size() - 1 - interval.left_out];
  result.confidence = interval.confidence;
  result.of_ranks = spread_of(comm, own);
  return result;
}

std::string to_string(const parallel_timing& t) {
  return fmt::format("{} {}, median of {}: {} per loop, {:.0f} % in {} to {}; ranks: {} ({}) to {} "
                     "({})",
                     t.number, t.number == 1 ? "loop" : "loops", t.repeat, time_text(t.median),
                     std::floor(100 * t.confidence), time_text(t.low), time_text(t.high),
                     time_text(t.of_ranks.least), t.of_ranks.least_rank, time_text(t.of_ranks.most),
                     t.of_ranks.most_rank);
}

std::ostream& operator<<(std::ostream& out, const parallel_timing& t) {
  return out << to_string(t);
}

} // namespace tessera
