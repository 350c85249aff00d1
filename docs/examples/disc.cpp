#include <tessera/tessera.hpp>
using namespace tessera;

int main(int argc, char** argv) {
  return run(argc, argv, [](communicator& world) {
    const shape_t<2> shape{400, 600};
    const process_grid<2> grid(world, {}, shape);
    global_array<double, 2> u(grid, shape, halo<2>(1));
    u.fill([](index_t i, index_t j) { // a hot disc in a cooler room
      const index_t y = i - 200, x = j - 300;
      return x * x + y * y < 100 * 100 ? 90.0 : 20.0;
    });
    global_array<double, 2> v = u;
    for (int step = 0; step < 5000; ++step) {
      apply(v, u, [](auto c) {
        return c(0, 0) + 0.2 * (c(-1, 0) + c(1, 0) + c(0, -1) + c(0, 1) - 4.0 * c(0, 0));
      });
      std::swap(u, v);
    }
    imsave("disc.png", u);
    const double average = mean(u);
    if (world.rank() == 0) std::printf("mean temperature %.12g\n", average);
  });
}
