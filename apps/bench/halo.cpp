#include "halo.hpp"

#include "forced_update.hpp"
#include "hand/hand_exchange.hpp"
#include "heat_step.hpp"
#include "measure.hpp"

#include <tessera/distributed.hpp>

#include <algorithm>
#include <cstdio>
#include <memory>
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
  u.update_halo(); // finds the plan
  use_shared_memory(true);
  return u;
}

constexpr std::size_t ways_by_hand = 4;
using peers = std::vector<std::unique_ptr<peer>>;

void print_row(const std::string& field, std::size_t axis, const std::vector<double>& seconds) {
  std::printf("%-16s %4zu", field.c_str(), axis);
  for (const double s : seconds) std::printf(" %11.2f", s * 1e6);
  const double messages = seconds[ways_by_hand];
  const double shared = seconds[ways_by_hand + 1];
  const double best = *std::min_element(seconds.begin(), seconds.begin() + ways_by_hand);
  std::printf(" %9.2f %9.2f", best / messages, best / shared);
  for (std::size_t k = ways_by_hand + 2; k < seconds.size(); ++k)
    std::printf(" %9.1f", seconds[k] / shared);
  std::printf("\n");
}

template <std::size_t N>
void measure(const communicator& world, const std::vector<long>& shape, std::size_t axis,
             index_t repetitions, const peers& libraries) {
  global_array<double, N> by_messages = cut_field<N>(world, shape, axis, false);
  global_array<double, N> shared = cut_field<N>(world, shape, axis, true);
  hand_exchange hand(world.native(), shape, axis);
  std::vector<candidate> candidates = {{"Isend/Irecv", [&] { hand.by_messages(); }},
                                       {"persistent", [&] { hand.by_persistent_messages(); }},
                                       {"types", [&] { hand.by_types(); }},
                                       {"alltoallw", [&] { hand.by_neighbour_collective(); }},
                                       {"messages", [&] { forced_update(by_messages); }},
                                       {"shared", [&] { forced_update(shared); }}};
  std::vector<std::unique_ptr<halo_update>> others;
  for (const auto& library : libraries) {
    others.push_back(library->make_halo(world.native(), shape, axis));
    candidates.push_back({library->name(), [other = others.back().get()] { other->run(); }});
  }
  calibrate(world.native(), candidates);
  const auto seconds = median_seconds(world.native(), candidates, repetitions);
  if (world.rank() == 0) print_row(to_string(by_messages.shape()), axis, seconds);
}

void print_head(const peers& libraries) {
  std::printf(
      "Halo exchanges in us: four ways by hand, Tessera by messages and by shared memory%s; "
      "speed of both against the best by hand%s\n%-16s %4s %11s %11s %11s %11s %11s %11s",
      libraries.empty() ? "" : ", other libraries",
      libraries.empty() ? "" : ", of shared memory against the others", "field", "axis",
      "Isend/Irecv", "persistent", "types", "alltoallw", "messages", "shared");
  for (const auto& library : libraries) std::printf(" %11s", library->name().c_str());
  std::printf(" %9s %9s", "messages", "shared");
  for (const auto& library : libraries) std::printf(" %9s", library->name().c_str());
  std::printf("\n");
}

} // namespace

void run_halo(const communicator& world, index_t repetitions) {
  const peers libraries = make_peers();
  if (world.rank() == 0) print_head(libraries);
  const bool shared = uses_shared_memory();
  for (const long n : {256, 1024, 8192})
    for (const std::size_t axis : {0U, 1U}) measure<2>(world, {n, n}, axis, repetitions, libraries);
  for (const long n : {64, 256})
    for (const std::size_t axis : {0U, 1U, 2U})
      measure<3>(world, {n, n, n}, axis, repetitions, libraries);
  use_shared_memory(shared);
  if (const std::string names = peers_not_found(); world.rank() == 0 && !names.empty())
    std::printf("not built with: %s\n", names.c_str());
}

} // namespace bench
