// The course's parallel sum: rank 0 reads an array, scatters it, every rank sums its part, the
// partial sums are gathered, rank 0 adds them up.
#include "support/command_line.hpp"

#include <tessera/core/types/number_text.hpp>
#include <tessera/tessera.hpp>

#include <cstdio>
#include <string>

using namespace tessera;

namespace {

/// All numbers of a file as one row, each rank with its part.
global_array<double, 1> scattered(const communicator& world, const std::string& path) {
  const auto numbers = collectively(
      world, [&] { return world.rank() == 0 ? loadtxt<double>(path) : ndarray<double, 2>(); });
  index_t count = numbers.size();
  broadcast(world, &count, 1, 0);
  global_array<double, 1> parts(process_grid<1>(world), {count});
  parts.scatter(view<const double, 1>(numbers.data(), {numbers.size()}));
  return parts;
}

template <std::size_t N> void report(const communicator& world, const global_array<double, N>& a) {
  const std::vector<double> partial = allgather(world, sum(a.owned()));
  const std::vector<index_t> counts = allgather(world, a.block().size());
  const double total = sum(a);
  if (world.rank() != 0) return;
  for (std::size_t r = 0; r < partial.size(); ++r)
    std::printf("rank %zu: %lld elements, sum %s\n", r, static_cast<long long>(counts[r]),
                detail::number_text(partial[r]).c_str());
  std::printf("total: %lld elements, sum %s\n", static_cast<long long>(a.size()),
              detail::number_text(total).c_str());
}

} // namespace

int main(int argc, char** argv) {
  return run(argc, argv, [&](communicator& world) {
    std::string input;
    bool all_read = false;
    apps::command_line line("tessera-sum", "Sums the numbers of a text file in parallel.",
                            "Example:\n  mpirun -n 4 tessera-sum numbers.txt");
    line.required("input", input, "Text file of numbers");
    line.flag("--all-read", all_read,
              "Every rank reads its part of the file, in place of the scatter from rank 0");
    line.add_profile();
    if (!line.parse(argc, argv, world)) return;
    if (all_read)
      report(world, loadtxt<double>(world, input));
    else
      report(world, scattered(world, input));
  });
}
