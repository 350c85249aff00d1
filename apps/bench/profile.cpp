#include "profile.hpp"

#include "measure.hpp"

#include <tessera/distributed.hpp>
#include <tessera/distributed/ranks/traffic.hpp>
#include <tessera/distributed/ranks/waiting.hpp>

#include <cstdio>
#include <string>
#include <utility>

namespace bench {

using namespace tessera;

namespace {

constexpr int at_once = 1000;

/// Records as long as it lives.
struct recording {
  recording() { profile::start(); }
  recording(const recording&) = delete;
  recording& operator=(const recording&) = delete;
  ~recording() { profile::stop(); }
};

void enter_regions() {
  for (int k = 0; k < at_once; ++k) {
    TESSERA_PROFILE("a region");
    asm volatile("" ::: "memory");
  }
}

void note_messages(const communicator& comm) {
  const int peers = comm.size();
  int to = 0;
  for (int k = 0; k < at_once; ++k) {
    detail::note_sent(comm, to, 1, 8);
    to = to + 1 < peers ? to + 1 : 0;
    asm volatile("" ::: "memory");
  }
}

void wait_for_nothing() {
  for (int k = 0; k < at_once; ++k) {
    const detail::timed_wait here;
    asm volatile("" ::: "memory");
  }
}

/// A candidate without a profile, and with it.
void add_pair(std::vector<candidate>& ways, const std::string& name, std::function<void()> run) {
  ways.push_back({name, run});
  ways.push_back({name + ", recorded", [run = std::move(run)] {
                    const recording now;
                    run();
                  }});
}

void print_calls(const communicator& world, index_t repetitions) {
  std::vector<candidate> ways;
  const communicator part = world.split(0, -world.rank());
  add_pair(ways, "region", enter_regions);
  add_pair(ways, "message", [&] { note_messages(world); });
  add_pair(ways, "message, other ranks", [&] { note_messages(part); });
  add_pair(ways, "wait", wait_for_nothing);
  calibrate(world.native(), ways);
  const auto seconds = timings(world.native(), ways, repetitions);
  if (world.rank() != 0) return;
  std::printf("Of one call, ns\n%22s %10s %10s\n", "", "off", "recorded");
  for (std::size_t k = 0; k < ways.size(); k += 2)
    std::printf("%22s %10.2f %10.2f\n", ways[k].name.c_str(), 1e9 * seconds[k].median / at_once,
                1e9 * seconds[k + 1].median / at_once);
}

auto heat_kernel() {
  return [](auto c) {
    return c(0, 0) + 0.2 * (c(-1, 0) + c(1, 0) + c(0, -1) + c(0, 1) - 4.0 * c(0, 0));
  };
}

void print_heat(const communicator& world, index_t repetitions) {
  constexpr index_t n = 512;
  constexpr int steps = 20;
  const process_grid<2> grid(world, {}, {n, n});
  global_array<double, 2> u(grid, {n, n}, halo<2>(1));
  u.fill([](index_t i, index_t j) { return static_cast<double>((i * j) % 17); });
  global_array<double, 2> v = u;
  std::vector<candidate> ways;
  add_pair(ways, "apply", [&] {
    for (int k = 0; k < steps; ++k) {
      apply(v, u, heat_kernel());
      std::swap(u, v);
    }
  });
  add_pair(ways, "iterate", [&] { iterate(u, v, steps, heat_kernel()); });
  calibrate(world.native(), ways);
  const auto seconds = timings(world.native(), ways, repetitions);
  if (world.rank() != 0) return;
  std::printf("Heat on %lld x %lld, %d ranks: us a step, and how much longer when recorded\n"
              "%22s %10s %10s %10s\n",
              static_cast<long long>(n), static_cast<long long>(n), world.size(), "", "off",
              "recorded", "ratio");
  for (std::size_t k = 0; k < ways.size(); k += 2)
    std::printf("%22s %10.2f %10.2f %10.4f\n", ways[k].name.c_str(),
                1e6 * seconds[k].median / steps, 1e6 * seconds[k + 1].median / steps,
                seconds[k + 1].median / seconds[k].median);
}

} // namespace

void run_profile(const communicator& world, index_t repetitions) {
  print_calls(world, repetitions);
  print_heat(world, repetitions);
}

} // namespace bench
