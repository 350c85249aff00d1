// A saved profile as tables, as Python's pstats shows it: of one process, or of many ranks.
#include "../support/command_line.hpp"
#include "ranks.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/profile.hpp>
#include <tessera/distributed/run.hpp>

#include <cstdio>
#include <string>

using namespace tessera;
using profiles::wishes;

namespace {

std::string shown(const wishes& w) {
  if (profiles::is_of_ranks(w.input)) return profiles::shown_of_ranks(w);
  if (w.json) return profiles::json_of(w.input);
  profile p = profile::load(w.input.c_str());
  if (w.strip_dirs) p.strip_dirs();
  p.sort(w.sort.c_str());
  if (w.callers) return p.callers(w.name.c_str());
  if (w.callees) return p.callees(w.name.c_str());
  if (w.before.empty()) return p.stats(w.limit);
  profile before = profile::load(w.before.c_str());
  if (w.strip_dirs) before.strip_dirs();
  return p.compare(before, w.limit);
}

void add_options(apps::command_line& line, wishes& w, index_t& limit) {
  line.required("file", w.input, "Profile");
  line.choice("--sort", w.sort,
              {"calls", "pcalls", "time", "cumulative", "waiting", "imbalance", "messages", "bytes",
               "name", "file", "line"},
              "Order of the regions; time is without what they call; waiting, imbalance, messages "
              "and bytes for profiles of ranks");
  line.option("--limit", limit, "Show so many regions (0: all)");
  line.flag("--callers", w.callers, "Show who called each region");
  line.flag("--callees", w.callees, "Show what each region called");
  line.option("--name", w.name, "With these two: only regions whose name contains this");
  line.option("--compare", w.before,
              "Show the ratios to an earlier profile; of ranks: speed-up, efficiency, and the "
              "serial part, also between different numbers of ranks");
  line.flag("--strip-dirs", w.strip_dirs, "Leave out the folders of files");
  line.flag("--json", w.json, "Print all of it as one line of JSON");
  line.option("--matrix", w.matrix,
              "Write the bytes that each rank sent to each other to this file, npy or png, and "
              "print nothing");
  for (const char* a : {"--callers", "--callees", "--compare", "--json", "--matrix"})
    for (const char* b : {"--callers", "--callees", "--compare", "--json", "--matrix"})
      if (std::string(a) < b) line.exclusive(a, b);
}

} // namespace

int main(int argc, char** argv) {
  return run(argc, argv, [&](communicator& world) {
    wishes w;
    index_t limit = 0;
    apps::command_line line("tessera-profile",
                            "Shows a profile that TESSERA_PROFILE=file, profile::save or "
                            "parallel_profile::save wrote.",
                            "Examples:\n  tessera-profile solve.prof --sort time --limit 5\n"
                            "  tessera-profile solve.prof --callers --name assembly\n"
                            "  tessera-profile new.prof --compare old.prof\n"
                            "  tessera-profile solve.prof --matrix matrix.png");
    add_options(line, w, limit);
    if (!line.parse(argc, argv, world)) return;
    if (limit < 0) throw usage_error("--limit must be 0 or more");
    w.limit = limit;
    if (world.rank() != 0) return;
    if (!w.matrix.empty()) return profiles::write_matrix(w);
    std::fputs(shown(w).c_str(), stdout);
  });
}
