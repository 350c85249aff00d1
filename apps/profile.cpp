// A saved profile as tables, as Python's pstats shows it.
#include "support/command_line.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/profile.hpp>
#include <tessera/distributed/run.hpp>

#include <cstdio>
#include <string>

using namespace tessera;

namespace {

struct wishes {
  std::string input;
  std::string before;
  std::string sort = "cumulative";
  std::string name;
  index_t limit = 0;
  bool callers = false;
  bool callees = false;
  bool strip_dirs = false;
};

std::string shown(const wishes& w) {
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

} // namespace

int main(int argc, char** argv) {
  return run(argc, argv, [&](communicator& world) {
    wishes w;
    apps::command_line line("tessera-profile", "Shows a profile that profile::save wrote.",
                            "Examples:\n  tessera-profile solve.prof --sort time --limit 5\n"
                            "  tessera-profile solve.prof --callers --name assembly\n"
                            "  tessera-profile new.prof --compare old.prof");
    line.required("file", w.input, "Profile");
    line.choice("--sort", w.sort, {"calls", "pcalls", "time", "cumulative", "name", "file", "line"},
                "Order of the regions; time is without what they call");
    line.option("--limit", w.limit, "Show so many regions (0: all)");
    line.flag("--callers", w.callers, "Show who called each region");
    line.flag("--callees", w.callees, "Show what each region called");
    line.option("--name", w.name, "With these two: only regions whose name contains this");
    line.option("--compare", w.before, "Show the ratios to an earlier profile");
    line.flag("--strip-dirs", w.strip_dirs, "Leave out the folders of files");
    line.exclusive("--callers", "--callees");
    line.exclusive("--callers", "--compare");
    line.exclusive("--callees", "--compare");
    if (!line.parse(argc, argv, world)) return;
    if (w.limit < 0) throw usage_error("--limit must be 0 or more");
    if (world.rank() == 0) std::fputs(shown(w).c_str(), stdout);
  });
}
