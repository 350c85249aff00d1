// overlap: a ring of cells smooths the inner ones while the outer ones travel.
#include <tessera/distributed.hpp>
#include <tessera/distributed/messages.hpp>

#include <iostream>
#include <utility>

using namespace tessera;

using cells = ndarray<double, 1>;

/// The means of cells `from` to `to`, which lie beside each other in u.
static void smooth(cells& next, const cells& u, index_t from, index_t to) {
  next(slice(from, to)) =
      (u(slice(from - 1, to - 1)) + u(slice(from, to)) + u(slice(from + 1, to + 1))) / 3.0;
}

int main(int argc, char** argv) {
  return run(argc, argv, [](communicator& world) {
    constexpr index_t n = 1000;
    const int ranks = world.size();
    const int left = (world.rank() + ranks - 1) % ranks;
    const int right = (world.rank() + 1) % ranks;

    // A cell of each neighbour at both ends.
    cells u = zeros(n + 2);
    if (world.rank() == 0) u(n / 2) = 1.0;
    cells next = zeros(n + 2);
    for (int step = 0; step < 600; ++step) {
      request_set edges;
      edges.add(irecv(world, u(slice(0, 1)), left, 1));
      edges.add(irecv(world, u(slice(n + 1, n + 2)), right, 2));
      edges.add(isend(world, u(slice(n, n + 1)), right, 1));
      edges.add(isend(world, u(slice(1, 2)), left, 2));
      smooth(next, u, 2, n); // meanwhile
      edges.wait_all();
      smooth(next, u, 1, 2);
      smooth(next, u, n, n + 1);
      std::swap(u, next);
    }

    // Means neither lose nor make anything, and have gone past the end of rank 0's cells.
    const double mass = allreduce(world, sum(u(slice(1, n + 1))));
    const auto others = allgather(world, u(slice(1, 2)));
    if (world.rank() == 0) std::cout << "mass " << mass << '\n';
    return abs(mass - 1.0) < 1e-12 && others(1 % ranks) > 0 ? 0 : 1;
  });
}
