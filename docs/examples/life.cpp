// life.cpp: a glider moves by one cell along both axes in four generations.
#include <tessera/distributed.hpp>

#include <cstdio>

using namespace tessera;

int main(int argc, char** argv) {
  return run(argc, argv, [](communicator& world) {
    const process_grid<2> grid(world);
    auto u = zeros<int>(grid, {32, 48}, halo<2>(1, true));
    u(slice(0, 3), slice(0, 3)) = ndarray{{0, 1, 0}, {0, 0, 1}, {1, 1, 1}};
    const auto start = u.copy();
    auto next = empty_like(u);
    iterate(u, next, 4 * 40, [](auto c) {
      const int neighbours =
          c(-1, -1) + c(-1, 0) + c(-1, 1) + c(0, -1) + c(0, 1) + c(1, -1) + c(1, 0) + c(1, 1);
      return neighbours == 3 || (neighbours == 2 && c(0, 0) == 1) ? 1 : 0;
    });
    const bool arrived = array_equal(u, roll(start, {40, 40}, axis(0, 1)));
    if (world.rank() == 0) std::printf("the glider %s\n", arrived ? "arrived" : "got lost");
    return arrived ? 0 : 1;
  });
}
