#include "iterate.hpp"

#include "../measure.hpp"
#include "../triad.hpp"

#include <tessera/distributed.hpp>

#include <cstdio>
#include <string>
#include <utility>

namespace bench {

using namespace tessera;

namespace {

constexpr int tuning_steps = 112; // more than `iterate` spends on finding its tiles

const auto heat_2d = [](auto c) {
  return c(0, 0) + 0.1 * (c(-1, 0) + c(1, 0) + c(0, -1) + c(0, 1) - 4.0 * c(0, 0));
};
const auto heat_3d = [](auto c) {
  return c(0, 0, 0) + 0.1 * (c(-1, 0, 0) + c(1, 0, 0) + c(0, -1, 0) + c(0, 1, 0) + c(0, 0, -1) +
                             c(0, 0, 1) - 6.0 * c(0, 0, 0));
};

/// What lies around a field: nothing, so that its border stays as it is, or its mirror image.
enum class around { nothing, mirror };

/// A field cut along its first axis, and what it is to become.
template <std::size_t N> struct field_pair {
  global_array<double, N> u;
  global_array<double, N> v;

  field_pair(const process_grid<N>& grid, const shape_t<N>& shape, index_t width, around beyond)
      : u(grid, shape, halo<N>(width)) {
    if (beyond == around::mirror) u.set_boundary(boundary::reflecting);
    u.fill([](auto... index) { return static_cast<double>(((index * 31) + ...) % 101); });
    v = u;
  }
};

template <std::size_t N, class Kernel>
void measure(const communicator& world, const shape_t<N>& shape, index_t depth, int steps,
             const Kernel& kernel, index_t repetitions, around beyond = around::nothing) {
  grid_dims<N> dims;
  dims.fill(1);
  dims[0] = world.size();
  const process_grid<N> grid(world, dims);
  field_pair<N> once(grid, shape, 1, beyond);
  field_pair<N> many(grid, shape, depth, beyond);
  const auto step_by_step = [&](int count) {
    for (int s = 0; s < count; ++s) {
      apply(once.v, once.u, kernel);
      std::swap(once.u, once.v);
    }
  };
  step_by_step(tuning_steps);
  iterate(many.u, many.v, tuning_steps, kernel);
  if (checksum(once.u) != checksum(many.u))
    throw error(error_kind::other, "iterate and apply compute different fields");
  triad stream;
  const auto seconds =
      median_seconds(world.native(),
                     {{"triad", [&] { stream.run_past_the_cache(); }},
                      {"apply", [&] { step_by_step(steps); }},
                      {"iterate", [&] { iterate(many.u, many.v, steps, kernel); }}},
                     repetitions);
  if (world.rank() != 0) return;
  const double roofline = world.size() * stream.bytes() / seconds[0] / 16;
  const double cells = static_cast<double>(size_of(shape)) * steps;
  const std::string field =
      to_string(once.u.shape()) + (beyond == around::mirror ? " reflecting" : "");
  std::printf("%-21s %12.4g %12.4g %12.4g %12.3f %12.3f\n", field.c_str(), roofline,
              cells / seconds[1], cells / seconds[2], cells / seconds[2] / roofline,
              seconds[1] / seconds[2]);
}

} // namespace

void run_iterate(const communicator& world, index_t repetitions) {
  if (world.rank() == 0)
    std::printf("cells/s; roofline: 16 bytes per cell and step, at the rate of a triad that writes "
                "past the cache\n%-21s %12s %12s %12s %12s %12s\n",
                "field", "roofline", "apply", "iterate", "to roofline", "to apply");
  measure<2>(world, {512, 512}, 16, 320, heat_2d, repetitions);
  measure<2>(world, {512, 512}, 16, 320, heat_2d, repetitions, around::mirror);
  measure<2>(world, {4096, 4096}, 16, 32, heat_2d, repetitions);
  measure<2>(world, {8192, 8192}, 16, 16, heat_2d, repetitions);
  measure<3>(world, {400, 400, 400}, 8, 16, heat_3d, repetitions);
}

} // namespace bench
