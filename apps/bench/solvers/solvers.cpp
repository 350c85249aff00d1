#include "solvers.hpp"

#include "../hand/hand_cg.hpp"
#include "../heat_step.hpp"
#include "../measure.hpp"

#include <tessera/core/error.hpp>
#include <tessera/distributed.hpp>
#include <tessera/distributed/multigrid.hpp>
#include <tessera/distributed/reduce_all.hpp>
#include <tessera/distributed/solvers.hpp>

#include <cmath>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace bench {

using namespace tessera;

namespace {

constexpr int iterations = 20; // of a sample

const stencil_operator seven_points([](const auto& c) {
  return 6.0 * c(0, 0, 0) - c(0, 0, -1) - c(0, 0, 1) - c(0, -1, 0) - c(0, 1, 0) - c(-1, 0, 0) -
         c(1, 0, 0);
});

using field = global_array<double, 3>;

/// A cube of points, zero around it, cut along its first axis.
field cube(const communicator& world, index_t n) {
  field x(process_grid<3>(world, {world.size(), 1, 1}), {n, n, n}, halo<3>(1));
  x.set_boundary(boundary::fixed(0.0));
  x = 0.0;
  return x;
}

void check_same(double found, double expected, const std::string& name) {
  if (!(std::abs(found / expected - 1) < 1e-6))
    throw error(error_kind::other, name + " has a residual of " + std::to_string(found) + ", not " +
                                       std::to_string(expected));
}

/// The parts of an iteration by themselves: an application and two passes, with their sums.
void run_parts(detail::cg_steps<double, 3> steps) {
  static_cast<void>(steps.image(seven_points));
  static_cast<void>(reduce_all(steps.x.comm(), lazy::parts(steps.reduce_residual(1e-3))));
  steps.advance_and_turn(1e-3, std::as_const(steps.r), 0.5);
}

void measure_cg(const communicator& world, index_t n, index_t repetitions,
                const std::vector<std::unique_ptr<peer>>& peers) {
  field x = cube(world, n);
  const field b = ones_like(x);
  krylov_space<double, 3> space;
  hand_cg by_hand(world.native(), n);
  space.prepare(x, 3);
  double expected = 0;
  double found = 0;
  const auto solve = [&] {
    x = 0.0;
    const solve_options options{.tolerance = 0.0, .max_iterations = iterations};
    found = cg(seven_points, x, b, no_preconditioner(), options, space).residual();
  };
  const auto make_parts = [&] {
    for (int k = 0; k < iterations; ++k) run_parts({x, space[0], space[1], space[2]});
  };
  std::vector<candidate> candidates{{"by hand", [&] { expected = by_hand.run(iterations); }},
                                    {"tessera", solve},
                                    {"its parts", make_parts}};
  std::vector<std::unique_ptr<solver_run>> solvers;
  for (const auto& each : peers) {
    auto solver = each->make_cg(world.native(), n, iterations);
    if (!solver) continue;
    candidates.push_back({each->name(), [run = solver.get()] { run->run(); }});
    solvers.push_back(std::move(solver));
  }
  const auto seconds = median_seconds(world.native(), candidates, repetitions);
  check_same(found, expected, "cg");
  for (const auto& each : solvers) check_same(each->residual(), expected, "PETSc");
  if (world.rank() != 0) return;
  for (std::size_t k = 0; k < candidates.size(); ++k)
    std::printf("cg %4lld^3      %-10s %12.5g %12.3f\n", static_cast<long long>(n),
                candidates[k].name.c_str(), seconds[k] / iterations, seconds[k] / seconds[1]);
}

void measure_multigrid(const communicator& world, index_t n, index_t repetitions,
                       const std::vector<std::unique_ptr<peer>>& peers) {
  field x = cube(world, n);
  const field b = ones_like(x);
  const double h = 1.0 / static_cast<double>(n + 1);
  const multigrid mg(x, {h, h, h},
                     [](const std::array<double, 3>& spacing) { return poisson_kernel(spacing); });
  index_t cycles = 0;
  std::vector<candidate> candidates{{"tessera", [&] {
                                       x = 0.0;
                                       const auto result = mg.solve(x, b, {.tolerance = 1e-10});
                                       result.check();
                                       cycles = result.iterations();
                                     }}};
  std::vector<std::unique_ptr<solver_run>> solvers;
  for (const auto& each : peers) {
    auto solver = each->make_multigrid(world.native(), n, 1e-10);
    if (!solver) continue;
    candidates.push_back({each->name(), [run = solver.get()] { run->run(); }});
    solvers.push_back(std::move(solver));
  }
  const auto seconds = median_seconds(world.native(), candidates, repetitions);
  if (world.rank() != 0) return;
  for (std::size_t k = 0; k < candidates.size(); ++k)
    std::printf("multigrid %4lld^3 %-8s %12.5g %12.3f  %ld cycles\n", static_cast<long long>(n),
                candidates[k].name.c_str(), seconds[k], seconds[k] / seconds[0],
                k == 0 ? static_cast<long>(cycles) : solvers[k - 1]->iterations());
}

} // namespace

void run_solvers(const communicator& world, const solvers_options& options) {
  const auto peers = make_peers();
  if (world.rank() == 0)
    std::printf("cg: seconds of an iteration; multigrid: seconds to 1e-10\n%-14s %-10s %12s %12s\n",
                "case", "by", "seconds", "to tessera");
  measure_cg(world, 100, options.repetitions, peers);
  measure_cg(world, 200, options.repetitions, peers);
  if (options.large) measure_cg(world, 400, options.repetitions, peers);
  measure_multigrid(world, 63, options.repetitions, peers);
  measure_multigrid(world, options.large ? 255 : 127, options.repetitions, peers);
}

} // namespace bench
