#include <tessera/core/error.hpp>
#include <tessera/core/memory/checked_vector.hpp>
#include <tessera/core/timer.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <ctime>
#include <ostream>
#include <string>

namespace tessera {

namespace {

constexpr double sample_seconds = 0.2; // Python's
constexpr double suspicious_spread = 4.0;

double seconds_of(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// 1, 2, 5, 10, 20, 50, ... calls, until they take long enough.
index_t chosen_number(detail::timed_loop loop, void* function) {
  for (index_t power = 1;; power *= 10)
    for (const index_t factor : {1, 2, 5})
      if (loop(function, factor * power) >= sample_seconds) return factor * power;
}

} // namespace

double perf_counter() { return seconds_of(CLOCK_MONOTONIC); }

double process_time() { return seconds_of(CLOCK_PROCESS_CPUTIME_ID); }

std::string time_text(double seconds) {
  static constexpr struct {
    double size;
    const char* name;
  } units[] = {{1.0, "sec"}, {1e-3, "msec"}, {1e-6, "usec"}, {1e-9, "nsec"}};
  std::size_t k = 0;
  while (k < 3 && seconds < units[k].size) ++k;
  return fmt::format("{:.3g} {}", seconds / units[k].size, units[k].name);
}

std::string to_string(const timing& t) {
  std::string text = fmt::format("{} {}, best of {}: {} per loop", t.number,
                                 t.number == 1 ? "loop" : "loops", t.repeat, time_text(t.best));
  if (t.worst > suspicious_spread * t.best)
    text += fmt::format("\nThe results may be unreliable: the slowest sample took {} per loop.",
                        time_text(t.worst));
  return text;
}

std::ostream& operator<<(std::ostream& out, const timing& t) { return out << to_string(t); }

timing detail::measure(timed_loop loop, void* function, const timeit_options& options) {
  if (options.repeat < 1)
    throw argument_error(fmt::format("timeit takes at least one sample, not {}", options.repeat));
  if (options.number < 0)
    throw argument_error(fmt::format("timeit cannot call a function {} times", options.number));
  timing result;
  result.repeat = options.repeat;
  result.number = options.number > 0 ? options.number : chosen_number(loop, function);
  checked_vector<double> samples(static_cast<std::size_t>(options.repeat));
  for (double& s : samples) s = loop(function, result.number) / static_cast<double>(result.number);
  std::sort(samples.begin(), samples.end());
  result.best = samples.front();
  result.worst = samples.back();
  const std::size_t middle = samples.size() / 2;
  result.median =
      samples.size() % 2 == 1 ? samples[middle] : 0.5 * (samples[middle - 1] + samples[middle]);
  return result;
}

} // namespace tessera
