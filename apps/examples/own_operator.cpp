// own_operator: functions x -> a x + b of all ranks, one after another: their order counts.
#include <tessera/distributed.hpp>
#include <tessera/distributed/messages.hpp>

#include <iostream>
#include <string>

using namespace tessera;

struct affine {
  long a;
  long b;
  [[nodiscard]] long operator()(long x) const { return a * x + b; }
};

/// First f, then g.
constexpr auto then = [](const affine& f, const affine& g) {
  return affine{g.a * f.a, g.a * f.b + g.b};
};

int main(int argc, char** argv) {
  return run(argc, argv, [](communicator& world) {
    const auto of_rank = [](int rank) { return affine{2, rank}; };
    const affine mine = of_rank(world.rank());

    // Function objects are called in the order of the ranks; no type or operation need be made.
    const affine whole = allreduce(world, mine, then);
    const affine so_far = scan(world, mine, then);
    const std::string longest = allreduce(
        world, std::string(static_cast<std::size_t>(world.rank() % 3), '*'),
        [](const std::string& s, const std::string& t) { return s.size() < t.size() ? t : s; });

    long x = 1;
    bool right = true;
    for (int r = 0; r < world.size(); ++r) {
      x = of_rank(r)(x);
      if (r == world.rank()) right = so_far(1) == x;
    }
    right &= whole(1) == x;
    if (world.rank() == 0)
      std::cout << "1 becomes " << whole(1) << ", the longest is '" << longest << "'\n";
    return allreduce(world, right, op::all) ? 0 : 1;
  });
}
