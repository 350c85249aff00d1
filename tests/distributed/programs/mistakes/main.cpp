#include "mistakes.hpp"

#include <cstdio>
#include <cstdlib>

using namespace tessera;

int main(int argc, char** argv) {
  mistakes all_of_them;
  for (const auto part : {mistakes_of_calls, mistakes_of_operands, mistakes_of_files,
                          mistakes_of_endings, mistakes_of_messages, mistakes_of_slow})
    all_of_them.merge(part());
  return run(argc, argv, [&](communicator& world) {
    const auto mistake = all_of_them.at(argv[1]);
    setting s{world, std::atoi(argv[2])};
    s.u = 1.0;
    s.w = 2.0;
    s.small = 3.0;
    s.f = 4.0F;
    if (world.rank() == 0) std::puts("begins"); // its time is taken from there
    std::fflush(stdout);
    mistake(s);
    return s.code;
  });
}
