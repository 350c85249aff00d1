// exchange_arrays: neighbours in pairs give each other arrays, columns, and what they do not know.
#include <tessera/distributed.hpp>
#include <tessera/distributed/messages.hpp>

#include <iostream>
#include <string>

using namespace tessera;

int main(int argc, char** argv) {
  return run(argc, argv, [](communicator& world) {
    const int rank = world.rank();
    const int other = rank % 2 == 0 ? rank + 1 : rank - 1;
    const int partner = other < world.size() ? other : no_rank;
    bool right = true;

    // An array into an array that is there.
    const ndarray<double, 1> mine = full({100000}, 1.0 * rank);
    auto theirs = full({100000}, -1.0);
    const status from = sendrecv(world, mine, partner, theirs, partner);
    right &= from.source() == partner && theirs(99999) == (partner == no_rank ? -1 : partner);

    // My last column becomes the other's first: views need no copies.
    ndarray<int, 2> table = full({4, 5}, rank);
    sendrecv(world, table(all, -1), partner, table(all, 0), partner);
    right &= table(3, 0) == (partner == no_rank ? rank : partner) && table(3, 1) == rank;

    // The shape comes with the array; a request in the background keeps both from waiting.
    const ndarray<float, 2> block = full({rank + 1, 3}, 0.5F);
    request sending = isend(world, block, partner);
    const auto unknown = recv<float, 2>(world, partner);
    sending.wait();
    right &= unknown.shape(0) == (partner == no_rank ? 0 : partner + 1);

    std::cout << gather_text(world,
                             "rank " + std::to_string(rank) + " got " +
                                 std::to_string(from.count()) + " numbers and " +
                                 std::to_string(unknown.shape(0)) + " rows\n",
                             0);
    return allreduce(world, right, op::all) ? 0 : 1;
  });
}
