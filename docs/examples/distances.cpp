// distances.cpp: all distances between points, of which each rank computes those from its own.
#include <tessera/distributed.hpp>

#include <cmath>
#include <cstdio>

using namespace tessera;

int main(int argc, char** argv) {
  return run(argc, argv, [](communicator& world) {
    constexpr index_t n = 100;
    constexpr double pi = 3.14159265358979323846;
    const process_grid<2> by_rows(world, {0, 1});
    // Points around a circle.
    const auto points = fromfunction(
        [](index_t i, index_t axis) {
          const double angle = 2.0 * pi * static_cast<double>(i) / n;
          return axis == 0 ? std::cos(angle) : std::sin(angle);
        },
        by_rows, {n, 2});
    const ndarray everyone = points.gather_all(); // small: n points

    auto apart = empty(by_rows, {n, n});
    apart = hypot(points(all, newaxis, 0) - everyone(newaxis, all, 0),
                  points(all, newaxis, 1) - everyone(newaxis, all, 1));
    const double largest = max(apart);
    const double smallest = min(where(apart > 0.0, apart, largest));
    if (world.rank() == 0) std::printf("from %g to %g\n", smallest, largest);
    const double expected = 2.0 * std::sin(pi / n);
    return std::abs(largest - 2.0) + std::abs(smallest - expected) < 1e-12 ? 0 : 1;
  });
}
