// Programs that are profiled without a line of code, and one that asks for it; see run_profiled.py.
#include <tessera/distributed.hpp>
#include <tessera/distributed/messages.hpp>

#include <chrono>
#include <cstdlib>
#include <string>
#include <thread>

using namespace tessera;

namespace {

void work(const communicator& world) {
  TESSERA_PROFILE("work \"quoted\"\t");
  const process_grid<1> grid(world);
  global_array<double, 1> u(grid, {10 * world.size()}, halo<1>(1, true));
  for (int k = 0; k < 10; ++k) {
    u.fill(static_cast<double>(k));
    u.update_halo();
  }
  const std::vector<double> data(3);
  std::vector<double> into(3);
  const int n = world.size();
  const int me = world.rank();
  for (int k = 0; k < 4; ++k) sendrecv(world, data, (me + 1) % n, into, (me + n - 1) % n);
  TESSERA_PROFILE("sleep");
  std::this_thread::sleep_for(std::chrono::milliseconds(5 * (me + 1)));
}

/// From rank to rank, ten times.
void chain(const communicator& world) {
  for (int k = 0; k < 10; ++k) {
    if (world.rank() > 0) static_cast<void>(recv<double>(world, world.rank() - 1));
    if (world.rank() + 1 < world.size()) send(world, 1.0, world.rank() + 1);
  }
}

} // namespace

int main(int argc, char** argv) {
  const std::string mode = argc > 1 ? argv[1] : "plain";
  return run(argc, argv, [&](communicator& world) {
    if (mode == "asks") parallel_profile::at_end(world, "asked.prof");
    work(world);
    if (mode == "chain") chain(world);
    if (mode == "exits") std::exit(0);
    if (mode == "throws") throw argument_error("as asked");
    if (mode == "one throws" && world.rank() == world.size() - 1) throw argument_error("as asked");
    if (mode == "nests") run(argc, argv, [](communicator&) {});
    if (mode == "untraced") {
      save_trace(world, "untraced.json");
    }
  });
}
