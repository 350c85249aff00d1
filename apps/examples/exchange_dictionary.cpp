// exchange_dictionary: neighbours in pairs give each other a dictionary.
#include <tessera/distributed.hpp>
#include <tessera/distributed/objects.hpp>

#include <iostream>
#include <map>
#include <string>
#include <vector>

using namespace tessera;

using dictionary = std::map<std::string, std::vector<double>>;

static dictionary dictionary_of(int rank) {
  return {{"empty", {}}, {"rank", {1.0 * rank}}, {"row", std::vector<double>(4, 0.5 * rank)}};
}

int main(int argc, char** argv) {
  return run(argc, argv, [](communicator& world) {
    const int other = world.rank() % 2 == 0 ? world.rank() + 1 : world.rank() - 1;
    const bool has_partner = other < world.size();
    const int partner = has_partner ? other : no_rank;

    // Both send and both receive: sendrecv lets neither wait for the other.
    const dictionary mine = dictionary_of(world.rank());
    const auto theirs = sendrecv<dictionary>(world, mine, partner, partner);

    std::string line = "rank " + std::to_string(world.rank()) + " got";
    for (const auto& [name, values] : theirs)
      line += " " + name + " (" + std::to_string(values.size()) + ")";
    std::cout << gather_text(world, line + (has_partner ? "\n" : " nothing\n"), 0);

    const bool right = theirs == (has_partner ? dictionary_of(partner) : dictionary());
    return allreduce(world, right, op::all) ? 0 : 1;
  });
}
