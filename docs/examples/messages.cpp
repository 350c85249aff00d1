// messages.cpp: objects and arrays from rank to rank.
#include <tessera/distributed.hpp>
#include <tessera/distributed/objects.hpp>

#include <iostream>
#include <map>
#include <string>

using namespace tessera;

/// An object of one's own says what it consists of.
struct station {
  std::string name;
  std::map<std::string, double> values;

  template <class Archive> void serialize(Archive& archive, unsigned /*version*/) {
    archive& name& values;
  }
};

int main(int argc, char** argv) {
  return run(argc, argv, [](communicator& world) {
    const int right = (world.rank() + 1) % world.size();
    const int left = (world.rank() + world.size() - 1) % world.size();

    // An object to the right, another one from the left.
    const station mine{"station " + std::to_string(world.rank()), {{"height", 10.0 * left}}};
    const auto theirs = sendrecv<station>(world, mine, right, left);

    // A row of a matrix, while something else is computed.
    ndarray m = full({4, 1000}, 1.0 * world.rank());
    request_set rows;
    rows.add(irecv(world, m(0, all), left));
    rows.add(isend(world, m(-1, all), right));
    const double inner = sum(m(slice(1, 3), all));
    rows.wait_all();

    const double total = allreduce(world, inner + sum(m(0, all)));
    if (world.rank() == 0) std::cout << theirs.name << " is to the left; sum " << total << '\n';
    const double expected = 3000.0 * world.size() * (world.size() - 1) / 2;
    return theirs.name == "station " + std::to_string(left) && total == expected ? 0 : 1;
  });
}
