// A user's program that solves equations over ranks.
#include <tessera/matrices/linalg.hpp>
#include <tessera/tessera.hpp>

using namespace tessera;

int main(int argc, char** argv) {
  return run(argc, argv, [](communicator& world) {
    const process_grid<2> grid(world);
    const auto a =
        fromfunction([](index_t i, index_t j) { return i == j ? 2.0 : 1.0; }, grid, {9, 9});
    const auto x = linalg::solve(a, ones(grid, {9, 1}));
    return max(abs(matmul(a, x) - 1.0)) < 1e-12 ? 0 : 1;
  });
}
