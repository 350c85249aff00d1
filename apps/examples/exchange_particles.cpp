// exchange_particles: particles on a circle move, and go to the rank that owns their place.
#include <tessera/distributed.hpp>
#include <tessera/distributed/messages.hpp>

#include <cmath>
#include <iostream>
#include <map>
#include <utility>
#include <vector>

using namespace tessera;

struct particle {
  double x; // from 0 up to 1
  double v;
  index_t id;
};

int main(int argc, char** argv) {
  return run(argc, argv, [](communicator& world) {
    constexpr index_t total = 3000;
    const auto owner_of = [&](const particle& p) { return static_cast<int>(p.x * world.size()); };

    // All ranks draw the same numbers; each keeps its own.
    generator rng(11);
    const auto x = rng.random(total);
    const auto v = rng.uniform(-0.3, 0.3, total);
    std::vector<particle> mine;
    for (index_t i = 0; i < total; ++i)
      if (const particle p{x(i), v(i), i}; owner_of(p) == world.rank()) mine.push_back(p);

    for (int step = 0; step < 20; ++step) {
      std::map<int, std::vector<particle>> leaving; // by rank, for those that get any
      std::vector<particle> staying;
      for (particle p : mine) {
        p.x += p.v;
        p.x -= std::floor(p.x);
        if (p.x == 1.0) p.x = 0.0; // rounded
        const int owner = owner_of(p);
        (owner == world.rank() ? staying : leaving[owner]).push_back(p);
      }
      for (const auto& [from, arrived] : exchange(world, leaving))
        staying.insert(staying.end(), arrived.begin(), arrived.end());
      mine = std::move(staying);
    }

    index_t ids = 0;
    bool right = true;
    for (const particle& p : mine) {
      ids += p.id;
      right &= owner_of(p) == world.rank();
    }
    const index_t count = allreduce(world, static_cast<index_t>(mine.size()));
    right &= count == total && allreduce(world, ids) == total * (total - 1) / 2;
    if (world.rank() == 0) std::cout << count << " particles are where they belong\n";
    return allreduce(world, right, op::all) ? 0 : 1;
  });
}
