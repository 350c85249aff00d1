#include "halo.hpp"

#include "hand_exchange.hpp"
#include "measure.hpp"

#include <tessera/distributed.hpp>

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

namespace bench {

using namespace tessera;

namespace {

/// A field cut along one axis, with one halo layer.
template <std::size_t N>
global_array<double, N> cut_field(const communicator& world, const std::vector<long>& shape,
                                  std::size_t axis) {
  grid_dims<N> dims;
  dims.fill(1);
  dims[axis] = world.size();
  shape_t<N> sizes{};
  std::copy(shape.begin(), shape.end(), sizes.begin());
  return global_array<double, N>(process_grid<N>(world, dims), sizes, halo<N>(1));
}

template <std::size_t N>
void measure(const communicator& world, const std::vector<long>& shape, std::size_t axis,
             index_t repetitions) {
  global_array<double, N> u = cut_field<N>(world, shape, axis);
  u = 1.0;
  hand_exchange hand(world.native(), shape, axis);
  std::vector<candidate> candidates = {{"by hand", [&] { hand.exchange(); }},
                                       {"tessera", [&] { u.update_halo(); }}};
  calibrate(world.native(), candidates);
  const auto seconds = median_seconds(world.native(), candidates, repetitions);
  if (world.rank() != 0) return;
  const std::string name = to_string(u.shape());
  std::printf("%-18s %4zu %12.2f %12.2f %9.3f\n", name.c_str(), axis, seconds[0] * 1e6,
              seconds[1] * 1e6, seconds[0] / seconds[1]);
}

} // namespace

void run_halo(const communicator& world, index_t repetitions) {
  if (world.rank() == 0)
    std::printf("%-18s %4s %12s %12s %9s\n", "field", "axis", "by hand/us", "tessera/us", "ratio");
  for (const long n : {256, 1024, 4096, 8192}) measure<2>(world, {n, n}, 1, repetitions);
  for (const long n : {64, 256})
    for (const std::size_t axis : {1U, 2U}) measure<3>(world, {n, n, n}, axis, repetitions);
}

} // namespace bench
