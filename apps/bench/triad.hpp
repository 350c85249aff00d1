// The memory bandwidth that a loop can reach.
#pragma once

#include <vector>

namespace bench {

/// STREAM's triad, a = b + s * c, on arrays far larger than the caches.
class triad {
public:
  triad();
  void run();
  /// The same with stores that do not read what they replace: the most that memory lets through.
  void run_past_the_cache();
  /// Bytes that one run reads and writes, counted as STREAM does.
  [[nodiscard]] double bytes() const;

private:
  std::vector<double> a_;
  std::vector<double> b_;
  std::vector<double> c_;
};

} // namespace bench
