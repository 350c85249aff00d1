// One-sided operations of all ranks on all ranks at once.
#include "cases.hpp"
#include "message_of.hpp"
#include "windows.hpp"

#include <tessera/core.hpp>
#include <tessera/distributed/arrays/create.hpp>
#include <tessera/distributed/memory/shared_memory.hpp>
#include <tessera/distributed/one_sided.hpp>
#include <tessera/distributed/one_sided/shared_counter.hpp>
#include <tessera/distributed/reduce.hpp>

#include <gtest/gtest.h>

#include <random>
#include <thread>
#include <vector>

using namespace tessera;
using namespace tessera_test;

namespace {

/// By shared memory, then by windows of MPI, where everything takes long on an oversubscribed node.
template <class F> void both_ways(index_t operations, index_t fewer, const F& f) {
  const bool shared = uses_shared_memory();
  const bool is_shared = shared && world().split_by_node().size() == world().size();
  if (is_shared || mpi_has_windows()) f((is_shared ? operations : fewer) / world().size());
  use_shared_memory(false);
  if (mpi_has_windows()) f(fewer / world().size());
  use_shared_memory(shared);
}

} // namespace

TEST(concurrency, sums_are_exact) {
  both_ways(1000000, 1200, [](index_t each) {
    const process_grid<1> grid(world());
    const index_t n = 4 * world().size();
    auto counts = zeros<std::int64_t>(grid, {n});
    one_sided access(counts);
    std::mt19937_64 engine(17 + static_cast<unsigned long>(world().rank()));
    std::int64_t added = 0;
    const std::vector<shape_t<1>> list{{0}, {n - 1}};
    for (index_t k = 0; k < each; ++k) {
      const auto i = static_cast<index_t>(engine() % static_cast<unsigned long>(n));
      switch (engine() % 4) {
      case 0: access.fetch_add({i}, k), added += k; break;
      case 1:
        access.accumulate(box<1>{{i}, {i + 1}}, ndarray<std::int64_t, 1>{3}, op::sum);
        added += 3;
        break;
      case 2:
        access.fetch_update({i}, [](std::int64_t was) { return was + 5; });
        added += 5;
        break;
      default:
        for (std::int64_t was = access.get({i});;) {
          const std::int64_t found = access.compare_and_swap({i}, was, was + 7);
          if (found == was) break;
          was = found;
        }
        added += 7;
      }
    }
    access.accumulate(std::span(list), ndarray<std::int64_t, 1>{1, 1}, op::sum);
    access.close();
    EXPECT_EQ(sum(counts), allreduce_sum(world(), added) + 2 * world().size());
  });
}

TEST(concurrency, large_accumulates_and_single_ones) {
  both_ways(200, 20, [](index_t each) {
    const process_grid<2> grid(world());
    auto u = zeros(grid, {60, 50});
    one_sided access(u);
    const ndarray<double, 2> ones = full<double, 2>({60, 50}, 1.0);
    for (index_t k = 0; k <= each; ++k) {
      access.accumulate(box<2>{{0, 0}, {60, 50}}, ones, op::plain_sum);
      access.accumulate(u(all, slice(none, none, -1)), ones, op::plain_sum);
      access.fetch_add({k % 60, k % 50}, 1.0);
    }
    access.fence();
    EXPECT_EQ(sum(u), (2.0 * 3000 + 1) * static_cast<double>((each + 1) * world().size()));
    access.fence();
    access.accumulate(u(0, all), full<double, 1>({50}, 1e6 + world().rank()), op::max);
    access.fence();
    EXPECT_EQ(access.get({0, 49}), 1e6 + world().size() - 1);
  });
}

TEST(concurrency, locks_keep_others_out) {
  both_ways(20000, 80, [](index_t each) {
    const process_grid<1> grid(world());
    auto pair = zeros<std::int64_t>(grid, {2 * world().size()}, halo<1>(0));
    one_sided access(pair);
    bool all_equal = true;
    for (index_t k = 0; k < each; ++k) {
      const int owner = static_cast<int>((world().rank() + k) % world().size());
      const index_t at = 2 * owner;
      if (k % 3 == 0) {
        const auto together = access.lock_shared(owner);
        all_equal = all_equal && access.get({at}) == access.get({at + 1});
      } else {
        auto alone = access.lock(owner);
        access.put({at}, access.get({at}) + 1);
        access.put({at + 1}, access.get({at + 1}) + 1);
        alone.unlock();
      }
    }
    EXPECT_TRUE(all_equal) << "shared " << uses_shared_memory();
    access.fence(); // everybody has looked
    if (each > 0) {
      const auto alone = access.lock_all();
      access.put({0}, access.get({0}) + 1);
    }
    access.close();
    const index_t steps = each > 0 ? each - (each + 2) / 3 : 0;
    EXPECT_EQ(sum(pair), (2 * steps + (each > 0 ? 1 : 0)) * world().size());
  });
}

TEST(concurrency, a_lock_made_of_compare_and_swap) {
  both_ways(1200, 12, [](index_t each) {
    const process_grid<1> grid(world());
    auto u = zeros<std::int64_t>(grid, {world().size() + 1});
    one_sided access(u);
    const index_t last = world().size();
    for (index_t k = 0; k < each; ++k) {
      while (access.compare_and_swap({0}, 0, 1 + world().rank()) != 0) std::this_thread::yield();
      access.put({last}, access.get({last}) + 1);
      access.flush_all();
      access.compare_and_swap({0}, 1 + world().rank(), 0);
    }
    access.fence();
    EXPECT_EQ(access.get({last}), world().size() > 0 ? each * world().size() : 0);
  });
}

TEST(concurrency, shared_counter_gives_each_number_once) {
  both_ways(100000, 500, [](index_t each) {
    const index_t n = each * world().size();
    const shared_counter next(world(), 5);
    std::int64_t sum_of_mine = 0;
    for (std::int64_t i = next.fetch_add(1); i < n + 5; i = next.fetch_add(1)) sum_of_mine += i - 5;
    EXPECT_EQ(allreduce_sum(world(), sum_of_mine), n * (n - 1) / 2);
    EXPECT_GE(next.value(), n + 5);
  });
}

TEST(concurrency, for_tasks) {
  both_ways(5000, 100, [](index_t) {
    auto done = zeros<int>(process_grid<1>(world()), {101});
    {
      one_sided access(done);
      for_tasks(
          world(), 101, [&](index_t i) { access.fetch_add({i}, 1); }, 3);
    }
    EXPECT_TRUE(tessera::all(done.gather_all() == 1));
    for_tasks(world(), 0, [](index_t) { ADD_FAILURE(); });
    const std::string said = message_of<argument_error>([] {
      for_tasks(world(), 50, [](index_t i) {
        if (i == 20) throw argument_error("task 20 fails");
      });
    });
    EXPECT_NE(said.find("task 20 fails"), std::string::npos) << said;
    EXPECT_THROW(for_tasks(world(), -1, [](index_t) {}), argument_error);
  });
}
