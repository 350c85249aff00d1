#include "reduce.hpp"

#include "hand/hand_sum.hpp"
#include "measure.hpp"

#include <tessera/distributed.hpp>

#include <cmath>
#include <cstdio>
#include <string>
#include <utility>

namespace bench {

using namespace tessera;

namespace {

void measure(const communicator& world, index_t each, index_t repetitions) {
  global_array<double, 1> u(process_grid<1>(world, {world.size()}), {each * world.size()});
  u.fill([](index_t i) { return static_cast<double>(i % 1000) * 0.001 - 0.3; });
  const double* const mine = std::as_const(u).owned().data();
  double by_hand = 0;
  double plain = 0;
  double reproducible = 0;
  const auto add_by_hand = [&] {
    by_hand = hand_sum(mine, each);
    MPI_Allreduce(MPI_IN_PLACE, &by_hand, 1, MPI_DOUBLE, MPI_SUM, world.native());
  };
  std::vector<candidate> ways{{"by hand", add_by_hand},
                              {"fast_sum", [&] { plain = fast_sum(u); }},
                              {"sum", [&] { reproducible = sum(u); }}};
  calibrate(world.native(), ways);
  const auto seconds = median_seconds(world.native(), ways, repetitions);
  const double tolerance = 1e-9 * static_cast<double>(each * world.size());
  if (!(std::abs(by_hand - reproducible) < tolerance && std::abs(plain - reproducible) < tolerance))
    throw error(error_kind::other, "sums differ by more than rounding");
  if (world.rank() != 0) return;
  std::printf("%12lld", static_cast<long long>(each));
  for (const double s : seconds) std::printf(" %12.3f", s * 1e3);
  std::printf(" %12.2f %12.3f %12.3f\n",
              static_cast<double>(each) * world.size() * sizeof(double) / seconds[0] * 1e-9,
              seconds[0] / seconds[1], seconds[1] / seconds[2]);
}

} // namespace

void run_reduce(const communicator& world, index_t repetitions) {
  if (world.rank() == 0)
    std::printf("Sums over %d ranks, ms; GB/s of the loop by hand; speed of fast_sum against it, "
                "and of sum against fast_sum\n%12s %12s %12s %12s %12s %12s %12s\n",
                world.size(), "each rank's", "by hand", "fast_sum", "sum", "GB/s", "fast_sum",
                "sum");
  for (const index_t each : {index_t{1} << 24, index_t{1} << 27}) measure(world, each, repetitions);
}

} // namespace bench
