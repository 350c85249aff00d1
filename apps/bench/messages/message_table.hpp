// Tables of `tessera-bench messages`.
#pragma once

#include "measure.hpp"

#include <tessera/core/shape.hpp>
#include <tessera/distributed/communicator.hpp>

#include <functional>
#include <string>
#include <vector>

namespace bench {

/// The same work done by others and by Tessera.
struct comparison {
  std::string what;
  std::vector<candidate> others;
  /// The first one is what the others are compared with, the rest is for information.
  std::vector<candidate> ours;
  /// Makes what was received wrong, and says whether it is right; nothing where that is not known.
  std::function<void()> clear = nullptr;
  std::function<bool()> is_right = nullptr;
  /// Runs that are one: a message there and one back are two.
  double parts = 1;
};

/// Lines of comparisons with the same candidates.
class message_table {
public:
  message_table(const tessera::communicator& world, std::string title,
                tessera::index_t repetitions);
  /// Checks, measures and prints one. Collective.
  void add(comparison compared);

private:
  void check(const comparison& compared, const candidate& way) const;
  void print_head(const comparison& compared);

  const tessera::communicator& world_;
  std::string title_;
  tessera::index_t repetitions_;
};

/// Each case of the benchmark.
void compare_arrays(const tessera::communicator& world, tessera::index_t repetitions);
void compare_collectives(const tessera::communicator& world, tessera::index_t repetitions);
void compare_views(const tessera::communicator& world, tessera::index_t repetitions);
void compare_objects(const tessera::communicator& world, tessera::index_t repetitions);
void compare_exchange(const tessera::communicator& world, tessera::index_t repetitions);

} // namespace bench
