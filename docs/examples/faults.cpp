// faults: mistakes that end one rank, by the name of the first argument.
#include <tessera/distributed.hpp>

#include <cstdio>
#include <string>
#include <vector>

using namespace tessera;

/// Rank 1 has no cells, and sets the first of them.
void empty(const communicator& world) {
  std::vector<double> cells(world.rank() == 1 ? 0 : 100);
  cells.data()[0] = 1.0;
  std::printf("rank %d has %zu cells\n", world.rank(), cells.size());
}

int share_of(int cells, int ranks) { return cells / ranks; }

/// Among how many ranks? Not among as many as the rank's number.
void divide(const communicator& world) {
  std::printf("rank %d gives %d\n", world.rank(), share_of(100, world.rank()));
}

int main(int argc, char** argv) {
  return run(argc, argv, [&](communicator& world) {
    const std::string name = argc > 1 ? argv[1] : "";
    if (name == "empty") empty(world);
    if (name == "divide") divide(world);
    world.barrier();
  });
}
