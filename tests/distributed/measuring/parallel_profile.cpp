#include <tessera/distributed/parallel_profile.hpp>

#include "cases.hpp"
#include "messages/ring.hpp"
#include "spin_for.hpp"

#include <tessera/distributed/messages.hpp>
#include <tessera/distributed/reduce.hpp>
#include <tessera/distributed/stencils/stencil_fields.hpp>

#include <chrono>
#include <cmath>
#include <functional>
#include <thread>

using namespace tessera_test;

namespace {

void sleep_for(double seconds) {
  std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
}

/// Seconds that `f` takes by another clock than the profile's.
double seconds_in(const std::function<void()>& f) {
  const auto start = std::chrono::steady_clock::now();
  f();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

bool is_within(double value, double expected, double part) {
  return std::abs(value - expected) <= part * expected;
}

/// Other programs may come between two readings of two clocks, but not always.
void expect_sometimes(const std::function<bool()>& attempt) {
  for (int k = 0; k < 20; ++k)
    if (allreduce_min(world(), attempt() ? 1 : 0) == 1) return;
  ADD_FAILURE() << "in none of 20 attempts";
}

/// What all ranks found, as spread.
rank_spread spread_over_ranks(double mine) {
  return {allreduce_min(world(), mine), allreduce_sum(world(), mine) / world().size(),
          allreduce_max(world(), mine), 0, 0};
}

} // namespace

TEST(parallel_profile, times_are_those_of_a_known_load) {
  const int rank = world().rank();
  expect_sometimes([&] {
    double slept = 0;
    double spun = 0;
    const parallel_profile p = parallel_profile::run(world(), [&] {
      slept = seconds_in([&] {
        TESSERA_PROFILE("sleeping");
        sleep_for(2e-3 * (rank + 1));
      });
      spun = seconds_in([&] {
        TESSERA_PROFILE("spinning");
        spin_for(1e-3 * (world().size() - rank));
      });
    });
    const rank_spread sleeps = spread_over_ranks(slept);
    const rank_spread spins = spread_over_ranks(spun);
    if (rank != 0) return true;
    const rank_spread& found = p["sleeping"].own;
    EXPECT_GE(found.least, 2e-3);
    EXPECT_GE(found.most, 2e-3 * world().size());
    EXPECT_GE(p["spinning"].own.most, 1e-3 * world().size());
    EXPECT_EQ(p["spinning"].waiting.most, 0);
    const auto agree = [](const rank_spread& a, const rank_spread& b) {
      return is_within(a.least, b.least, 0.05) && is_within(a.mean, b.mean, 0.05) &&
             is_within(a.most, b.most, 0.05);
    };
    return agree(found, sleeps) && agree(p["spinning"].own, spins) &&
           found.most_rank == world().size() - 1 && found.least_rank == 0 &&
           is_within(found.imbalance(), sleeps.most / sleeps.mean, 0.05);
  });
}

TEST(parallel_profile, waiting_is_told_from_computing) {
  expect_sometimes([&] {
    double waited = 0;
    const parallel_profile p = parallel_profile::run(world(), [&] {
      TESSERA_PROFILE("late");
      if (world().rank() == 0) spin_for(5e-3);
      waited = seconds_in([&] { world().barrier(); });
    });
    const rank_spread waits = spread_over_ranks(waited);
    if (world().rank() != 0) return true;
    const parallel_profile_entry& late = p["late"];
    EXPECT_LE(late.waiting.most, late.own.most);
    // Calls that are compared first are two.
    const int each = checks_arguments() && world().size() > 1 ? 2 : 1;
    EXPECT_EQ(late.collectives, each * world().size());
    return is_within(late.waiting.most, waits.most, 0.05) ||
           world().size() == 1; // a barrier of one rank takes less than it takes to look
  });
}

TEST(parallel_profile, waiting_for_halos_is_told_from_copying) {
  if (world().size() == 1) return;
  const process_grid<1> grid(world());
  global_array<double, 1> u(grid, {index_t{1000} * world().size()}, halo<1>(400, true));
  u.fill(1.0);
  u.update_halo();
  expect_sometimes([&] {
    const parallel_profile p = parallel_profile::run(world(), [&] {
      TESSERA_PROFILE("exchange");
      if (world().rank() == 0) sleep_for(10e-3);
      u.fill(2.0);
      u.update_halo();
    });
    if (world().rank() != 0) return true;
    const parallel_profile_entry& e = p["exchange"];
    EXPECT_LE(e.waiting.most, e.own.most);
    // Its neighbours wait about as long as rank 0 sleeps.
    return e.waiting.most > 9e-3 && e.waiting.most_rank != 0;
  });
}

TEST(parallel_profile, regions_of_some_ranks_count_as_nothing_elsewhere) {
  const int n = world().size();
  const parallel_profile p = parallel_profile::run(world(), [&] {
    if (world().rank() == n - 1) {
      TESSERA_PROFILE("last");
      spin_for(1e-3);
    }
    TESSERA_PROFILE("all");
  });
  if (world().rank() != 0) {
    EXPECT_EQ(p.ranks(), 0);
    EXPECT_EQ(p.size(), 0);
    return;
  }
  EXPECT_EQ(p.ranks(), n);
  EXPECT_EQ(p["last"].ranks, 1);
  EXPECT_EQ(p["last"].calls, 1);
  EXPECT_EQ(p["last"].own.most_rank, n - 1);
  EXPECT_NEAR(p["last"].own.imbalance(), n, 1e-9);
  EXPECT_EQ(p["last"].own.least == 0, n > 1);
  EXPECT_EQ(p["all"].ranks, n);
  EXPECT_EQ(p["all"].calls, n);
}

TEST(parallel_profile, memory_is_that_of_arrays_and_halos) {
  const auto now = [](detail::memory_kind kind) { return detail::memory_of(kind).now; };
  const index_t arrays = now(detail::memory_kind::arrays);
  const index_t halos = now(detail::memory_kind::halos);
  {
    const process_grid<1> grid(world());
    const global_array<double, 1> u(grid, {100 * world().size()}, halo<1>(2, true));
    EXPECT_EQ(now(detail::memory_kind::arrays) - arrays, 800);
    EXPECT_EQ(now(detail::memory_kind::halos) - halos, 32);
    const parallel_profile p = parallel_profile::collected(world());
    if (world().rank() == 0) {
      const memory_spread use = p.memory(detail::memory_kind::arrays);
      EXPECT_GE(use.now.least, 800);
      EXPECT_GE(use.most.least, use.now.least);
    }
  }
  EXPECT_EQ(now(detail::memory_kind::arrays), arrays);
  EXPECT_EQ(now(detail::memory_kind::halos), halos);
}
