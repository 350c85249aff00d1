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
                                  std::size_t axis, bool shared) {
  use_shared_memory(shared);
  grid_dims<N> dims;
  dims.fill(1);
  dims[axis] = world.size();
  shape_t<N> sizes{};
  std::copy(shape.begin(), shape.end(), sizes.begin());
  global_array<double, N> u(process_grid<N>(world, dims), sizes, halo<N>(1));
  u = 1.0;
  static_cast<void>(u.data()); // opened for writing: every update is an exchange
  u.update_halo();             // finds the plan
  use_shared_memory(true);
  return u;
}

template <std::size_t N>
void measure(const communicator& world, const std::vector<long>& shape, std::size_t axis,
             index_t repetitions) {
  global_array<double, N> by_messages = cut_field<N>(world, shape, axis, false);
  global_array<double, N> shared = cut_field<N>(world, shape, axis, true);
  hand_exchange hand(world.native(), shape, axis);
  std::vector<candidate> candidates = {{"Isend/Irecv", [&] { hand.by_messages(); }},
                                       {"persistent", [&] { hand.by_persistent_messages(); }},
                                       {"types", [&] { hand.by_types(); }},
                                       {"alltoallw", [&] { hand.by_neighbour_collective(); }},
                                       {"messages", [&] { by_messages.update_halo(); }},
                                       {"shared", [&] { shared.update_halo(); }}};
  calibrate(world.native(), candidates);
  const auto seconds = median_seconds(world.native(), candidates, repetitions);
  if (world.rank() != 0) return;
  const std::string name = to_string(by_messages.shape());
  std::printf("%-16s %4zu", name.c_str(), axis);
  for (const double s : seconds) std::printf(" %11.2f", s * 1e6);
  const double best = *std::min_element(seconds.begin(), seconds.begin() + 4);
  std::printf(" %9.2f %9.2f\n", best / seconds[4], best / seconds[5]);
}

} // namespace

void run_halo(const communicator& world, index_t repetitions) {
  if (world.rank() == 0)
    std::printf(
        "Halo exchanges in us: four ways by hand, Tessera by messages and by shared memory; "
        "speed against the best by hand\n%-16s %4s %11s %11s %11s %11s %11s %11s %9s %9s\n",
        "field", "axis", "Isend/Irecv", "persistent", "types", "alltoallw", "messages", "shared",
        "messages", "shared");
  const bool shared = uses_shared_memory();
  for (const long n : {256, 1024, 8192})
    for (const std::size_t axis : {0U, 1U}) measure<2>(world, {n, n}, axis, repetitions);
  for (const long n : {64, 256})
    for (const std::size_t axis : {0U, 1U, 2U}) measure<3>(world, {n, n, n}, axis, repetitions);
  use_shared_memory(shared);
}

} // namespace bench
