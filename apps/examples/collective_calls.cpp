// collective_calls: four ways to move what the ranks have: bcast, scatter, gatherv, alltoall.
#include <tessera/distributed.hpp>
#include <tessera/distributed/messages.hpp>

#include <iostream>
#include <numeric>
#include <string>
#include <vector>

using namespace tessera;

using numbers = ndarray<int, 1>;

/// A line for each rank.
static void show(const communicator& comm, const std::string& title, const numbers& values) {
  std::string line = "  rank " + std::to_string(comm.rank()) + ":";
  for (const int x : values) line += " " + std::to_string(x);
  std::cout << gather_text(comm, (comm.rank() == 0 ? title + "\n" : "") + line + "\n", 0);
}

int main(int argc, char** argv) {
  return run(argc, argv, [](communicator& world) {
    const int rank = world.rank();
    const int ranks = world.size();
    const int last = ranks - 1;
    const numbers mine = 2 * ranks * rank + astype<int>(arange(2 * ranks)); // two for each rank
    show(world, "at first", mine);

    numbers sent = mine;
    bcast(world, sent, 0);
    show(world, "bcast from rank 0", sent);
    bool right = sent(0) == 0;

    numbers part = full({2}, -1);
    scatter(world, mine, part, 0);
    show(world, "scatter from rank 0", part);
    right &= part(0) == 2 * rank && part(1) == 2 * rank + 1;

    // One number of rank 0, two of rank 1, ...: to the last rank.
    std::vector<index_t> counts(static_cast<std::size_t>(ranks));
    std::iota(counts.begin(), counts.end(), 1);
    numbers together = full({rank == last ? ranks * (ranks + 1) / 2 : 0}, -1);
    gatherv(world, mine(slice(0, rank + 1)), together, counts, last);
    show(world, "gatherv to the last rank", together);
    right &= rank != last || together(together.size() - 1) == 2 * ranks * last + last;

    numbers exchanged = full({2 * ranks}, -1);
    alltoall(world, mine, exchanged);
    show(world, "alltoall", exchanged);
    for (int r = 0; r < ranks; ++r) right &= exchanged(2 * r) == 2 * ranks * r + 2 * rank;

    return allreduce(world, right, op::all) ? 0 : 1;
  });
}
