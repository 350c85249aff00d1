// parallel_sum: all ranks add up what rank 0 has: by messages, by collective calls.
#include <tessera/distributed.hpp>
#include <tessera/distributed/messages.hpp>

#include <iostream>
#include <vector>

using namespace tessera;

/// Where a rank's part begins; parts differ by one number at most.
static index_t begin_of(int rank, int ranks, index_t n) { return rank * n / ranks; }

static double by_messages(const communicator& comm, const ndarray<double, 1>& numbers, index_t n) {
  if (comm.rank() > 0) {
    const auto mine = recv<double, 1>(comm, 0);
    send(comm, sum(mine), 0);
    return 0;
  }
  const auto part = [&](int r) {
    return slice(begin_of(r, comm.size(), n), begin_of(r + 1, comm.size(), n));
  };
  for (int r = 1; r < comm.size(); ++r) send(comm, numbers(part(r)), r);
  double total = sum(numbers(part(0)));
  for (int r = 1; r < comm.size(); ++r) total += recv<double>(comm, any_source);
  return total;
}

static double by_collectives(const communicator& comm, const ndarray<double, 1>& numbers,
                             index_t n) {
  std::vector<index_t> counts;
  for (int r = 0; r < comm.size(); ++r)
    counts.push_back(begin_of(r + 1, comm.size(), n) - begin_of(r, comm.size(), n));
  ndarray<double, 1> mine = zeros(counts[static_cast<std::size_t>(comm.rank())]);
  scatterv(comm, numbers, counts, mine, 0);
  return reduce(comm, sum(mine), op::sum, 0);
}

int main(int argc, char** argv) {
  return run(argc, argv, [](communicator& world) {
    const index_t n = 100001;
    const ndarray<double, 1> numbers = arange(world.rank() == 0 ? 1.0 * n : 0.0);
    const double first = by_messages(world, numbers, n);
    const double second = by_collectives(world, numbers, n);
    if (world.rank() != 0) return 0;
    std::cout << "sum " << static_cast<index_t>(first) << '\n';
    const double expected = 0.5 * n * (n - 1);
    return first == expected && second == expected ? 0 : 1;
  });
}
