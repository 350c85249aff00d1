// cartesian_grid: ranks in rows and columns, with neighbours; edges have none, or go round.
#include <tessera/distributed.hpp>
#include <tessera/distributed/messages.hpp>

#include <iostream>
#include <string>

using namespace tessera;

int main(int argc, char** argv) {
  return run(argc, argv, [](communicator& world) {
    const process_grid<2> grid(world);
    const communicator& comm = grid.comm();
    const auto name = [](int rank) { return rank == no_rank ? "-" : std::to_string(rank); };
    std::string line = "rank " + std::to_string(comm.rank()) + " at (" +
                       std::to_string(grid.coords()[0]) + ", " + std::to_string(grid.coords()[1]) +
                       ") has";
    bool right = true;
    for (const std::size_t along : {0U, 1U}) {
      for (const bool periodic : {false, true}) {
        const int before = grid.neighbour(along, -1, periodic);
        const int after = grid.neighbour(along, 1, periodic);
        int received = no_rank; // which stays where nobody sends
        sendrecv(comm, comm.rank(), after, received, before);
        right &= received == before;
        if (!periodic) line += " " + name(before) + " and " + name(after);
      }
    }
    // Ranks of one row: a communicator of their own.
    const communicator row = comm.split(grid.coords()[0]);
    right &= row.size() == grid.dims()[1] && row.rank() == grid.coords()[1];
    std::cout << gather_text(world, line + "\n", 0);
    return allreduce(world, right, op::all) ? 0 : 1;
  });
}
