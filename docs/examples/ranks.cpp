// ranks.cpp: values of ranks, and groups of them.
#include <tessera/distributed.hpp>

#include <string>
#include <vector>

using namespace tessera;

int main(int argc, char** argv) {
  return run(argc, argv, [](communicator& world) {
    const int n = world.size();
    const communicator half = world.split(world.rank() % 2); // even and odd ranks
    const index_t members = allreduce_sum(half, 1);
    const std::vector<index_t> sizes = allgather(world, members);

    std::string text = world.rank() == 0 ? "from rank 0" : "";
    text = broadcast(world, text, 0);
    const std::string letters =
        gather_text(world, std::string(1, static_cast<char>('a' + world.rank() % 26)), 0);

    // What one rank finds wrong, all throw.
    bool thrown = false;
    try {
      collectively(world, [&] {
        if (world.rank() == n - 1) throw argument_error("the last rank does not like it");
      });
    } catch (const argument_error&) {
      thrown = true;
    }

    const bool right = members == (world.rank() % 2 == 0 ? (n + 1) / 2 : n / 2) &&
                       text == "from rank 0" && thrown && sizes[0] == (n + 1) / 2 &&
                       allreduce_max(world, world.rank()) == n - 1 &&
                       (world.rank() != 0 || letters.size() == static_cast<std::size_t>(n));
    world.barrier();
    return allreduce_min(world, right ? 1 : 0) == 1 ? 0 : 1;
  });
}
