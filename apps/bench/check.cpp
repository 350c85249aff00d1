#include "check.hpp"

#include "measure.hpp"

#include <tessera/distributed.hpp>
#include <tessera/distributed/messages.hpp>

#include <cstdint>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

namespace bench {

using namespace tessera;

namespace {

/// A call with checks or without.
candidate call(const std::string& name, bool is_checked, const std::function<void()>& run) {
  return {name, [=] {
            check_arguments(is_checked);
            run();
          }};
}

} // namespace

void run_check(const communicator& world, index_t repetitions) {
  const bool before = checks_arguments();
  global_array<double, 2> u(process_grid<2>(world, {0, 1}), {512, 512}, halo<2>(1));
  global_array<double, 2> v(u.grid(), {512, 512}, halo<2>(1));
  u = 1.0;
  double value = 1;
  std::uint64_t words[2] = {1, 2};
  const auto by_hand = [&] {
    MPI_Allreduce(MPI_IN_PLACE, words, 2, MPI_UINT64_T, MPI_MIN, world.native());
  };
  const std::vector<std::pair<std::string, std::function<void()>>> calls{
      {"barrier", [&] { world.barrier(); }},
      {"bcast of a value", [&] { bcast(world, value, 0); }},
      {"allreduce_max of a value", [&] { allreduce_max(world, value); }},
      {"update_halo, 512 x 512", [&] { u.update_halo(); }},
      {"sum, 512 x 512", [&] { sum(u); }},
      {"apply, 512 x 512", [&] {
         apply(v, u, [](auto c) { return 0.25 * (c(-1, 0) + c(1, 0) + c(0, -1) + c(0, 1)); });
         u(0, all) = 1.0; // stale halos
       }}};
  std::vector<candidate> ways{{"by hand", by_hand}};
  for (const auto& [name, run] : calls)
    for (const bool is_checked : {false, true}) ways.push_back(call(name, is_checked, run));
  calibrate(world.native(), ways);
  const auto seconds = median_seconds(world.native(), ways, repetitions);
  check_arguments(before);
  if (world.rank() != 0) return;
  std::printf("Collective calls on %d ranks, us; an Allreduce of 16 bytes by hand takes %.2f\n"
              "%-28s %12s %12s %12s %12s\n",
              world.size(), seconds[0] * 1e6, "", "off", "on", "more", "on / off");
  for (std::size_t k = 0; k < calls.size(); ++k) {
    const double off = seconds[2 * k + 1] * 1e6;
    const double on = seconds[2 * k + 2] * 1e6;
    std::printf("%-28s %12.2f %12.2f %12.2f %12.3f\n", calls[k].first.c_str(), off, on, on - off,
                on / off);
  }
}

} // namespace bench
