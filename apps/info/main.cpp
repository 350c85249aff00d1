// What is in files, and whether their checksums fit.
#include "../support/command_line.hpp"
#include "../support/contained.hpp"
#include "content.hpp"

#include <tessera/core/error.hpp>
#include <tessera/distributed/run.hpp>

#include <cstdio>
#include <string>
#include <vector>

using namespace tessera;

namespace {

struct request {
  std::vector<std::string> files;
  info::wishes wishes;
  bool json = false;
};

void complain(const std::string& what) { std::fprintf(stderr, "tessera-info: %s\n", what.c_str()); }

void complain_of_damage(const info::content& c) {
  for (const std::string& what : c.damage) complain(what);
  for (const info::content& part : c.parts) complain_of_damage(part);
}

/// Shows one file; false when something is wrong with it. Collective.
bool show(const communicator& world, const std::string& path, const request& r) {
  const bool prints = world.rank() == 0;
  apps::note_input(path);
  try {
    const info::content c = info::inspect(world, path, r.wishes);
    if (prints && r.json) std::puts(info::json(c).c_str());
    if (prints && !r.json) std::fputs(info::table(c).c_str(), stdout);
    std::fflush(stdout);
    if (prints) complain_of_damage(c);
    return !info::is_damaged(c);
  } catch (const error& failure) {
    if (prints) complain(failure.what());
    return false;
  }
}

constexpr const char* notes =
    "Examples:\n"
    "  tessera-info heat.h5 --attributes --stats\n"
    "  tessera-info run                         a folder of checkpoints: which are whole\n"
    "  mpirun -n 2 tessera-info --verify *.h5   reads everything, on two ranks\n"
    "  tessera-info field.npy --json | python3 -m json.tool\n"
    "\n"
    "Exit codes: 0 all right, 1 something is missing, unreadable or damaged, 2 bad command line.";

int list(int argc, char** argv) {
  return run(argc, argv, [&](communicator& world) {
    request r;
    apps::command_line line(
        "tessera-info",
        "Lists what is in HDF5, npy and npz files, Zarr stores and folders of checkpoints, whose "
        "checksums it verifies.",
        notes);
    line.required("files", r.files, "Files; Zarr stores; folders or manifests of checkpoints");
    line.flag("-a,--attributes", r.wishes.attributes, "Show attributes");
    line.flag("--stats", r.wishes.statistics, "Show smallest, largest and mean of numbers");
    line.flag("--verify", r.wishes.verify,
              "Read all elements of HDF5 and npz files and Zarr stores, too, which checks their "
              "checksums");
    line.flag("--quick", r.wishes.quick, "Read only what describes checkpoints, not all of them");
    line.exclusive("--verify", "--quick");
    line.flag("--json", r.json, "Print JSON, one line for each file");
    if (!line.parse(argc, argv, world)) return 0;
    bool is_fine = true;
    for (const std::string& path : r.files) is_fine = show(world, path, r) && is_fine;
    return is_fine ? 0 : 1;
  });
}

} // namespace

int main(int argc, char** argv) {
  return apps::contained("tessera-info", [&] { return list(argc, argv); });
}
