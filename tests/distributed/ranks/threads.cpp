#include "cases.hpp"

#include <tessera/distributed.hpp>

#include <thread>

using namespace tessera_test;

namespace {

/// Arrays of a thread's own, of many sizes: made, exchanged, moved, reduced, freed. Counts what is
/// wrong.
int work_with_arrays(const communicator& comm, index_t seed) {
  int wrong = 0;
  const process_grid<2> rows(comm, {0, 1});
  const process_grid<2> columns(comm, {1, 0});
  for (index_t round = 0; round < 40; ++round) {
    const index_t n = 20 + (round * 37 + seed * 11) % 400;
    auto u = fromfunction([](index_t i, index_t j) { return 1000 * i + j; }, rows, {n, 30},
                          halo<2>(1, true));
    u.update_halo();
    auto v = empty<index_t>(columns, {n, 30});
    redistribute(u, v);
    if (sum(u) != sum(v) || v.at(n - 1, 29) != 1000 * (n - 1) + 29) ++wrong;
    auto next = empty_like(u);
    apply(next, u, [](auto c) { return c(1, 0) - c(0, 0); });
    if (max(next) != 1000) ++wrong;
  }
  return wrong;
}

} // namespace

TEST(threads, each_with_a_communicator) {
  int level = MPI_THREAD_SINGLE;
  MPI_Query_thread(&level);
  if (level < MPI_THREAD_MULTIPLE) GTEST_SKIP() << "this MPI has no such threads";
  const communicator first = world().duplicate();
  const communicator second = world().duplicate();
  int wrong[2] = {-1, -1};
  std::thread other([&] { wrong[1] = work_with_arrays(second, 1); });
  wrong[0] = work_with_arrays(first, 2);
  other.join();
  EXPECT_EQ(wrong[0], 0);
  EXPECT_EQ(wrong[1], 0);
}
