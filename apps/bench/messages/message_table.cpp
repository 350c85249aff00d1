#include "messages/message_table.hpp"

#include <tessera/core/error.hpp>
#include <tessera/distributed.hpp>

#include <algorithm>
#include <cstdio>
#include <utility>

namespace bench {

using namespace tessera;

message_table::message_table(const communicator& world, std::string title, index_t repetitions)
    : world_(world), title_(std::move(title)), repetitions_(repetitions) {}

void message_table::check(const comparison& compared, const candidate& way) const {
  if (!compared.is_right || way.run_elsewhere) return;
  compared.clear();
  way.run();
  if (allreduce_min(world_, compared.is_right() ? 1 : 0) == 0)
    throw error(error_kind::other, compared.what + ": " + way.name + " gives other elements");
}

void message_table::print_head(const comparison& compared) {
  if (title_.empty()) return;
  std::printf("\n%s\n%-26s", title_.c_str(), "in us: medians (minima)");
  for (const auto* group : {&compared.others, &compared.ours})
    for (const candidate& each : *group) std::printf(" %21s", each.name.c_str());
  std::printf(" %8s %8s\n", "ratio", "minima");
  title_.clear();
}

void message_table::add(comparison compared) {
  std::vector<candidate> ways = compared.others;
  ways.insert(ways.end(), compared.ours.begin(), compared.ours.end());
  for (const candidate& way : ways) check(compared, way);
  calibrate(world_.native(), ways);
  const std::vector<timing> times = timings(world_.native(), ways, repetitions_);
  if (world_.rank() != 0) return;
  print_head(compared);
  std::printf("%-26s", compared.what.c_str());
  timing best = times[0];
  for (std::size_t k = 0; k < times.size(); ++k) {
    if (k < compared.others.size()) {
      best.median = std::min(best.median, times[k].median);
      best.minimum = std::min(best.minimum, times[k].minimum);
    }
    const double scale = 1e6 / compared.parts;
    std::printf(" %10.2f (%8.2f)", times[k].median * scale, times[k].minimum * scale);
  }
  const timing& ours = times[compared.others.size()];
  std::printf(" %8.2f %8.2f%s\n", best.median / ours.median, best.minimum / ours.minimum,
              ours.is_undisturbed ? "" : "  disturbed");
  std::fflush(stdout);
}

} // namespace bench
