// message_chain: every rank sends to the next one; beyond the ends is no_rank.
#include <tessera/distributed.hpp>
#include <tessera/distributed/messages.hpp>

#include <iostream>
#include <string>

using namespace tessera;

/// The neighbours in the chain.
struct link {
  explicit link(const communicator& comm)
      : before(comm.rank() > 0 ? comm.rank() - 1 : no_rank),
        after(comm.rank() + 1 < comm.size() ? comm.rank() + 1 : no_rank) {}
  int before;
  int after;
};

/// One after the other: rank 0 receives from nobody, so it sends at once, then rank 1 can, ...
static void blocking(const communicator& comm, const ndarray<int, 1>& data, ndarray<int, 1>& into) {
  recv(comm, into, link(comm).before);
  send(comm, data, link(comm).after);
}

/// All at once, in one call.
static void combined(const communicator& comm, const ndarray<int, 1>& data, ndarray<int, 1>& into) {
  sendrecv(comm, data, link(comm).after, into, link(comm).before);
}

/// All at once, in the background.
static void nonblocking(const communicator& comm, const ndarray<int, 1>& data,
                        ndarray<int, 1>& into) {
  request_set both;
  both.add(irecv(comm, into, link(comm).before));
  both.add(isend(comm, data, link(comm).after));
  both.wait_all();
}

int main(int argc, char** argv) {
  return run(argc, argv, [](communicator& world) {
    const ndarray<int, 1> data = full({100000}, world.rank());
    bool right = true;
    for (const auto send_along : {blocking, combined, nonblocking}) {
      auto received = full({100000}, -1); // which no message changes on rank 0
      send_along(world, data, received);
      right &= min(received) == world.rank() - 1 && max(received) == world.rank() - 1;
      std::cout << gather_text(world, std::to_string(received(0)) + " ", 0)
                << (world.rank() == 0 ? "\n" : "");
    }
    return allreduce(world, right, op::all) ? 0 : 1;
  });
}
