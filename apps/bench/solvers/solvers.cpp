#include "solvers.hpp"

#include "../hand/hand_cg.hpp"
#include "../heat_step.hpp"
#include "../measure.hpp"

#include <tessera/core/error.hpp>
#include <tessera/distributed.hpp>
#include <tessera/distributed/multigrid.hpp>
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

/// Conjugate gradients as a program writes them with kernels that give sums beside their results.
class written_out {
public:
  explicit written_out(const field& x) : x_(x.copy()), r_(x.copy()), p_(x.copy()), q_(x.copy()) {}

  /// The norm of the residual after so many iterations from zero, for a right-hand side of ones.
  double run() {
    x_ = 0.0;
    r_ = 1.0;
    p_ = 1.0;
    auto rho = static_cast<double>(x_.size());
    for (int k = 0; k < iterations; ++k) {
      const double pq = apply(
          q_, p_,
          [](const auto& p) {
            const double image = seven_points.kernel()(p);
            return std::pair(image, p(0, 0, 0) * image);
          },
          op::plain_sum);
      const double alpha = rho / pq;
      const double next = apply(
          r_, std::tie(r_, q_),
          [alpha](const auto& r, const auto& q) {
            const double value = r(0, 0, 0) - alpha * q(0, 0, 0);
            return std::pair(value, value * value);
          },
          op::plain_sum);
      const double beta = next / rho;
      apply(std::tie(x_, p_), std::tie(x_, p_, r_),
            [alpha, beta](const auto& x, const auto& p, const auto& r) {
              return std::pair(x(0, 0, 0) + alpha * p(0, 0, 0), r(0, 0, 0) + beta * p(0, 0, 0));
            });
      rho = next;
    }
    return std::sqrt(rho);
  }

private:
  field x_;
  field r_;
  field p_;
  field q_;
};

void measure_cg(const communicator& world, index_t n, index_t repetitions,
                const std::vector<std::unique_ptr<peer>>& peers) {
  field x = cube(world, n);
  const field b = ones_like(x);
  krylov_space<double, 3> space;
  hand_cg by_hand(world.native(), n);
  written_out kernels(x);
  double expected = 0;
  double found = 0;
  double rounded = 0;
  double with_kernels = 0;
  const solve_options options{.tolerance = 0.0, .max_iterations = iterations};
  const auto solve = [&](double& residual, auto sums) {
    x = 0.0;
    residual = cg(seven_points, x, b, no_preconditioner(), options, space, sums).residual();
  };
  std::vector<candidate> candidates{{"by hand", [&] { expected = by_hand.run(iterations); }},
                                    {"tessera", [&] { solve(found, op::sum); }},
                                    {"plain sums", [&] { solve(rounded, op::plain_sum); }},
                                    {"kernels", [&] { with_kernels = kernels.run(); }}};
  std::vector<std::unique_ptr<solver_run>> solvers;
  for (const auto& each : peers) {
    auto solver = each->make_cg(world.native(), n, iterations);
    if (!solver) continue;
    candidates.push_back({each->name(), [run = solver.get()] { run->run(); }});
    solvers.push_back(std::move(solver));
  }
  const auto seconds = median_seconds(world.native(), candidates, repetitions);
  check_same(found, expected, "cg");
  check_same(rounded, expected, "cg with plain sums");
  check_same(with_kernels, expected, "cg of kernels");
  for (const auto& each : solvers) check_same(each->residual(), expected, "PETSc");
  if (world.rank() != 0) return;
  for (std::size_t k = 0; k < candidates.size(); ++k)
    std::printf("cg %4lld^3      %-10s %12.5g %12.3f\n", static_cast<long long>(n),
                candidates[k].name.c_str(), seconds[k] / iterations, seconds[k] / seconds[0]);
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
    std::printf(
        "cg: seconds of an iteration, and to those by hand; multigrid: seconds to 1e-10, and to "
        "Tessera's\n%-14s %-10s %12s %12s\n",
        "case", "by", "seconds", "to");
  if (options.only != "multigrid") {
    measure_cg(world, 100, options.repetitions, peers);
    measure_cg(world, 200, options.repetitions, peers);
    if (options.large) measure_cg(world, 400, options.repetitions, peers);
  }
  if (options.only == "cg") return;
  measure_multigrid(world, 63, options.repetitions, peers);
  measure_multigrid(world, options.large ? 255 : 127, options.repetitions, peers);
}

} // namespace bench
