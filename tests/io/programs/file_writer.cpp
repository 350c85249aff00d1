// Writes files in every format, for disk_full.py and writers_killed.py.
//
//     file_writer FORMAT PATH ROWS    writes one of ROWS x 64 numbers
//     file_writer loop FOLDER ROWS    writes "u.FORMAT" in all formats again and again, with
//     numbers
//                                     that tell the round; prints "pid P" on every rank, and
//                                     "saved K FORMAT" after each file
#include "support/formats.hpp"

#include <tessera/distributed.hpp>

#include <cstdio>
#include <string>
#include <unistd.h>

using namespace tessera;

namespace {

global_array<double, 2> array_of_round(const communicator& world, index_t rows, index_t round) {
  global_array<double, 2> u(process_grid<2>(world), {rows, 64});
  // Numbers that cannot be packed well.
  u.fill([&](index_t i, index_t j) {
    return static_cast<double>(round * 1000000 + (i * 64 + j) * 7919 % 100003);
  });
  return u;
}

void write_for_ever(const communicator& world, const std::string& folder, index_t rows) {
  std::printf("pid %d\n", static_cast<int>(::getpid()));
  std::fflush(stdout);
  for (index_t round = 1;; ++round) {
    const global_array<double, 2> u = array_of_round(world, rows, round);
    for (const std::string format : tessera_test::stored_formats) {
      tessera_test::write_as(format, folder + "/u." + format, u);
      if (world.rank() == 0)
        std::printf("saved %ld %s\n", static_cast<long>(round), format.c_str());
      std::fflush(stdout);
    }
  }
}

} // namespace

int main(int argc, char** argv) {
  return run(argc, argv, [&](const communicator& world) {
    if (argc != 4) throw argument_error("usage: file_writer FORMAT|loop PATH ROWS");
    const index_t rows = std::stol(argv[3]);
    if (std::string(argv[1]) == "loop") return write_for_ever(world, argv[2], rows);
    tessera_test::write_as(argv[1], argv[2], array_of_round(world, rows, 1));
  });
}
