// two_communicators: the lower and the upper half of the ranks, each on its own.
#include <tessera/distributed.hpp>
#include <tessera/distributed/messages.hpp>

#include <iostream>
#include <string>

using namespace tessera;

int main(int argc, char** argv) {
  return run(argc, argv, [](communicator& world) {
    const int half = (world.size() + 1) / 2;
    const int color = world.rank() < half ? 0 : 1;
    const communicator mine = world.split(color);

    // Each half works for itself: neither waits for the other.
    const int sum = allreduce(mine, world.rank());
    const int lowest = bcast(mine, world.rank(), 0);

    std::cout << gather_text(world,
                             "rank " + std::to_string(world.rank()) + ": rank " +
                                 std::to_string(mine.rank()) + " of " +
                                 std::to_string(mine.size()) + " in half " + std::to_string(color) +
                                 ", sum " + std::to_string(sum) + "\n",
                             0);
    int expected = 0;
    for (int r = lowest; r < lowest + mine.size(); ++r) expected += r;
    const bool right =
        lowest == color * half && sum == expected && world.rank() == lowest + mine.rank();
    return allreduce(world, right, op::all) ? 0 : 1;
  });
}
