// poisson.cpp: minus the Laplacian of x is b, in a box of any shape, by conjugate gradients with
// multigrid; against a solution that is known.
#include <tessera/distributed.hpp>
#include <tessera/distributed/multigrid.hpp>
#include <tessera/distributed/reduce_all.hpp>
#include <tessera/distributed/solvers.hpp>

#include <cmath>
#include <cstdio>

using namespace tessera;

int main(int argc, char** argv) {
  return run(argc, argv, [](communicator& world) {
    const shape_t<3> shape{45, 60, 37};
    const std::array<double, 3> h{1.0 / 45, 1.0 / 60, 1.0 / 37};
    const process_grid<3> grid(world, {}, shape);

    const auto exact = [h](index_t i, index_t j, index_t k) {
      const auto wave = [](index_t at, double step) {
        return std::sin(M_PI * (static_cast<double>(at) + 0.5) * step);
      };
      return wave(i, h[0]) * wave(j, h[1]) * wave(k, h[2]);
    };
    const auto expected = fromfunction(exact, grid, shape);
    global_array<double, 3> b(grid, shape);
    b = 3 * M_PI * M_PI * expected;

    global_array<double, 3> x(grid, shape, halo<3>(1));
    x.set_boundary(boundary::antireflecting); // zero on the walls, half a cell beyond the points
    x = 0.0;

    const stencil_operator minus_laplacian(poisson_kernel(h));
    const multigrid mg(x, h, [](const auto& spacing) { return poisson_kernel(spacing); });
    const solve_result result = cg(minus_laplacian, x, b, mg, {.tolerance = 1e-10});
    result.check();

    const auto [worst, length] = reduce_all(lazy::max(abs(x - expected)), lazy::norm(x));
    if (world.rank() == 0)
      std::printf("%s\nlargest error %.3g, |x| = %.6g\n", result.text().c_str(), worst, length);
    return worst < 1e-3 && result.iterations() < 12 ? 0 : 1;
  });
}
