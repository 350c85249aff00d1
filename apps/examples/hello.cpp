// hello: every rank says who it is; the lines come in the order of the ranks.
#include <tessera/distributed.hpp>

#include <iostream>
#include <string>

using namespace tessera;

int main(int argc, char** argv) {
  return run(argc, argv, [](communicator& world) {
    const std::string line = "rank " + std::to_string(world.rank()) + " of " +
                             std::to_string(world.size()) + " says hello\n";
    // Lines that ranks print themselves come as they like.
    std::cout << gather_text(world, line, 0);
    return allreduce_sum(world, 1) == world.size() ? 0 : 1;
  });
}
