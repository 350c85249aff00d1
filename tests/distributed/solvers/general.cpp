// Solvers for operators that are not symmetric, and Chebyshev's iteration.
#include "message_of.hpp"
#include "solver_case.hpp"

using namespace tessera_test;

namespace {

struct convection_case {
  process_grid<2> grid{world()};
  global_array<double, 2> x = walled(grid, {8, 6});
  global_array<double, 2> b = zeros(grid, {8, 6});
  stencil_operator<decltype(convection)> op{convection};
  ndarray<double, 2> expected;

  convection_case() {
    b.fill(&right_side);
    expected = dense_solution(op, x, b);
  }
};

/// The same history on one rank, whose arrays only it has.
template <class Solve> std::vector<double> history_on_one_rank(const Solve& solve) {
  const communicator self = world().split(world().rank());
  const process_grid<2> grid(self);
  global_array<double, 2> x = walled(grid, {8, 6});
  global_array<double, 2> b = zeros(grid, {8, 6});
  b.fill(&right_side);
  return solve(x, b).residuals();
}

TEST(general, bicgstab_solves_what_lapack_solves) {
  convection_case c;
  const auto solve = [&](auto& x, const auto& b) {
    return bicgstab(c.op, x, b, {.tolerance = 1e-12});
  };
  const solve_result found = solve(c.x, c.b);
  found.check();
  EXPECT_LT(distance(c.x, c.expected), 1e-10);
  expect_history(found, history_on_one_rank(solve));
  c.x = 0.0;
  bicgstab(c.op, c.x, c.b, jacobi(4.5), {.tolerance = 1e-12}).check();
  EXPECT_LT(distance(c.x, c.expected), 1e-10);
}

TEST(general, gmres_solves_what_lapack_solves) {
  convection_case c;
  for (const index_t restart : {index_t{1}, index_t{7}, index_t{48}}) {
    c.x = 1.0;
    const solve_result found = gmres(c.op, c.x, c.b, {.tolerance = 1e-12}, {.restart = restart});
    found.check();
    EXPECT_LT(distance(c.x, c.expected), 1e-10) << restart;
    for (std::size_t k = 1; k < found.residuals().size(); ++k)
      EXPECT_LE(found.residuals()[k], found.residuals()[k - 1] * (1 + 1e-6)) << k;
  }
  const auto solve = [&](auto& x, const auto& b) {
    return gmres(c.op, x, b, jacobi(4.5), {.tolerance = 1e-10}, {.restart = 9});
  };
  c.x = 0.0;
  const solve_result found = solve(c.x, c.b);
  found.check();
  EXPECT_LT(distance(c.x, c.expected), 1e-8);
  expect_history(found, history_on_one_rank(solve));
}

TEST(general, chebyshev_solves_what_cg_solves) {
  const process_grid<2> grid(world());
  global_array<double, 2> x = walled(grid, {9, 9});
  global_array<double, 2> y = walled(grid, {9, 9});
  auto b = zeros(grid, {9, 9});
  b.fill(&right_side);
  const stencil_operator op(laplacian);
  // Of the operator with zeros half a cell beyond its ends: 8 sin^2(pi k / 18), k = 1 ... 9.
  const double lowest = 8 * std::pow(std::sin(M_PI / 18), 2);
  cg(op, y, b, {.tolerance = 1e-13}).check();
  const solve_result found = chebyshev(op, x, b, {lowest, 8.0}, {.tolerance = 1e-11});
  found.check();
  EXPECT_LT(max(abs(x - y)), 1e-9);
  // Each step divides the residual by about (1 + s) / (1 - s), s the root of the bounds' ratio.
  const double root = std::sqrt(lowest / 8.0);
  EXPECT_LT(static_cast<double>(found.iterations()),
            5 + std::log(2e11) / std::log((1 + root) / (1 - root)));
  x = 0.0;
  chebyshev(op, x, b, {lowest / 4, 2.0}, jacobi(4.0), {.tolerance = 1e-11}).check();
  EXPECT_LT(max(abs(x - y)), 1e-9);
}

TEST(general, says_what_broke_down) {
  // On a ring, c(1) - c(-1) turns every array by a right angle.
  const process_grid<1> grid(world());
  global_array<double, 1> x(grid, {12}, halo<1>(1, true));
  x = 0.0;
  const auto b = fromfunction([](index_t i) { return i == 3 ? 1.0 : 0.0; }, grid, shape_t<1>{12});
  const stencil_operator turn([](const auto& c) { return c(1) - c(-1); });
  const solve_result broken = bicgstab(turn, x, b);
  EXPECT_EQ(broken.reason(), stop_reason::breakdown);
  EXPECT_NE(broken.text().find("breakdown, a product is 0"), std::string::npos) << broken.text();
  // An operator without an inverse.
  const stencil_operator nothing([](const auto& c) { return 0.0 * c(0); });
  EXPECT_EQ(gmres(nothing, x, b).reason(), stop_reason::breakdown);
  EXPECT_FALSE(cg(nothing, x, b).converged());
}

TEST(general, refuses_options_that_mean_nothing) {
  const process_grid<2> grid(world());
  global_array<double, 2> x = walled(grid, {4, 4});
  const auto b = zeros_like(x);
  const stencil_operator op(laplacian);
  EXPECT_NE(message_of<argument_error>([&] {
              static_cast<void>(gmres(op, x, b, {}, {.restart = 60}));
            }).find("between 1 and 59"),
            std::string::npos);
  EXPECT_NE(message_of<argument_error>([&] {
              static_cast<void>(chebyshev(op, x, b, {0.0, 1.0}));
            }).find("eigenvalues between 0 and 1"),
            std::string::npos);
}

} // namespace
