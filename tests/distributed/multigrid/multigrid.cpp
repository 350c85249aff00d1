#include "cases.hpp"
#include "message_of.hpp"

#include <tessera/core/math.hpp>
#include <tessera/distributed/arrays/create.hpp>
#include <tessera/distributed/multigrid.hpp>
#include <tessera/distributed/solvers.hpp>

#include <cmath>
#include <string>

using namespace tessera_test;

namespace {

const auto poisson = [](const auto& spacing) { return poisson_kernel(spacing); };

template <std::size_t N> std::array<double, N> spacing_of(const shape_t<N>& shape) {
  std::array<double, N> spacing;
  for (std::size_t d = 0; d < N; ++d) spacing[d] = 1.0 / static_cast<double>(shape[d]);
  return spacing;
}

template <std::size_t N, class Lower, class Upper>
global_array<double, N> field_with(const process_grid<N>& grid, const shape_t<N>& shape,
                                   const Lower& lower, const Upper& upper) {
  global_array<double, N> x(grid, shape, halo<N>(1));
  for (std::size_t d = 0; d < N; ++d) x.set_boundary(axis(static_cast<index_t>(d)), lower, upper);
  x = 0.0;
  return x;
}

template <std::size_t N>
global_array<double, N> rough(const process_grid<N>& grid, const shape_t<N>& shape) {
  return fromfunction(
      [](auto... i) {
        double value = 0;
        ((value = std::sin(3 * value + static_cast<double>(i * i) * 0.37)), ...);
        return value;
      },
      grid, shape);
}

/// Cycles that it takes to 1e-10; x solves the system then.
template <std::size_t N, class Lower, class Upper>
index_t cycles(const shape_t<N>& shape, const Lower& lower, const Upper& upper,
               const multigrid_options& how = {}, bool is_singular = false) {
  const process_grid<N> grid(world());
  global_array<double, N> x = field_with(grid, shape, lower, upper);
  global_array<double, N> b = rough(grid, shape);
  if (is_singular) b -= mean(b);
  const multigrid mg(x, spacing_of(shape), poisson, how);
  const solve_result found = mg.solve(x, b, {.tolerance = 1e-10, .max_iterations = 40});
  found.check();
  global_array<double, N> image = x;
  apply(image, x, poisson(spacing_of(shape)));
  EXPECT_LE(norm(b - image), 1.1e-10 * norm(b));
  if (is_singular) {
    EXPECT_LT(std::abs(mean(x)), 1e-12);
  }
  return found.iterations();
}

TEST(multigrid, takes_few_cycles_on_grids_of_any_shape) {
  using namespace tessera::boundary;
  EXPECT_LE(cycles<2>({64, 64}, antireflecting, antireflecting), 15);
  EXPECT_LE(cycles<2>({37, 53}, antireflecting, antireflecting), 18);
  EXPECT_LE(cycles<2>({50, 31}, fixed(0.0), fixed(0.0)), 15);
  EXPECT_LE(cycles<2>({45, 62}, reflecting, antireflecting), 17);
  EXPECT_LE(cycles<3>({21, 14, 17}, antireflecting, fixed(0.0)), 18);
  EXPECT_LE(cycles<1>({1001}, antireflecting, reflecting), 14);
  EXPECT_LE(cycles<2>({3, 4}, antireflecting, antireflecting), 1);
}

TEST(multigrid, leaves_constants_alone) {
  using namespace tessera::boundary;
  EXPECT_LE(cycles<2>({45, 50}, periodic, periodic, {}, true), 17);
  EXPECT_LE(cycles<2>({33, 40}, reflecting, reflecting, {}, true), 17);
}

TEST(multigrid, smooths_in_several_ways) {
  using namespace tessera::boundary;
  const shape_t<2> shape{48, 41};
  EXPECT_LE(cycles<2>(shape, antireflecting, antireflecting, {.smoothing = smoother::red_black}),
            15);
  EXPECT_LE(cycles<2>(shape, antireflecting, antireflecting, {.smoothing = smoother::jacobi}), 22);
  EXPECT_LE(cycles<2>(shape, antireflecting, antireflecting, {.steps = 3}), 14);
  EXPECT_LE(cycles<2>(shape, antireflecting, antireflecting, {.cycle = multigrid_cycle::w}), 14);
  EXPECT_LE(cycles<2>(shape, antireflecting, antireflecting, {.full = true}), 16);
}

TEST(multigrid, has_the_same_bits_on_any_number_of_ranks) {
  const shape_t<2> shape{140, 133}; // so that two grids are divided
  const auto run = [&](const process_grid<2>& grid, smoother smoothing) {
    global_array<double, 2> x =
        field_with(grid, shape, boundary::antireflecting, boundary::fixed(0.0));
    const global_array<double, 2> b = rough(grid, shape);
    const multigrid mg(x, spacing_of(shape), poisson, {.smoothing = smoothing});
    const solve_result found = mg.solve(x, b, {.tolerance = 0.0, .max_iterations = 2});
    return std::pair(found.residuals(), x.gather_all());
  };
  const communicator self = world().split(world().rank());
  for (const smoother smoothing : {smoother::chebyshev, smoother::red_black}) {
    const auto expected = run(process_grid<2>(self), smoothing);
    const auto found = run(process_grid<2>(world()), smoothing);
    EXPECT_EQ(found.first, expected.first);
    EXPECT_TRUE(array_equal(found.second, expected.second));
  }
}

/// The largest error for a solution that is known.
template <std::size_t N> double error_for(const shape_t<N>& shape) {
  const process_grid<N> grid(world());
  global_array<double, N> x =
      field_with(grid, shape, boundary::antireflecting, boundary::antireflecting);
  const std::array<double, N> h = spacing_of(shape);
  const auto exact = [&](auto... i) {
    double product = 1;
    std::size_t d = 0;
    ((product *= std::sin(M_PI * (static_cast<double>(i) + 0.5) * h[d++])), ...);
    return product;
  };
  global_array<double, N> b = fromfunction(exact, grid, shape);
  b *= static_cast<double>(N) * M_PI * M_PI;
  const multigrid mg(x, h, poisson);
  cg(stencil_operator(poisson(h)), x, b, mg, {.tolerance = 1e-11}).check();
  return max(abs(x - fromfunction(exact, grid, shape)));
}

TEST(multigrid, solves_poisson_to_second_order) {
  const double plane = error_for<2>({21, 21}) / error_for<2>({63, 63});
  EXPECT_NEAR(plane, 9.0, 0.5);
  const double cube = error_for<3>({9, 9, 9}) / error_for<3>({27, 27, 27});
  EXPECT_NEAR(cube, 9.0, 1.0);
}

TEST(multigrid, meets_values_at_the_boundary) {
  const process_grid<2> grid(world());
  const shape_t<2> shape{30, 43};
  const auto plane = [](index_t i, index_t j) {
    return 3.0 + 0.5 * static_cast<double>(i) - 0.25 * static_cast<double>(j);
  };
  global_array<double, 2> x(grid, shape, halo<2>(1));
  x = 0.0;
  x.set_boundary(plane);
  const multigrid mg(x, {1.0, 1.0}, poisson);
  mg.solve(x, zeros_like(x), {.tolerance = 1e-12}).check();
  EXPECT_LT(max(abs(x - fromfunction(plane, grid, shape))), 1e-9);
}

TEST(multigrid, goes_to_a_few_unknowns) {
  const process_grid<2> grid(world());
  const auto x = field_with<2>(grid, {100, 7}, boundary::antireflecting, boundary::fixed(0.0));
  const multigrid mg(x, {0.01, 0.1}, poisson);
  // Only the axis of the smaller spacing, until both are about the same.
  EXPECT_EQ(mg.shape(0), (shape_t<2>{100, 7}));
  EXPECT_EQ(mg.shape(1)[1], 7);
  EXPECT_LE(mg.shape(mg.grids() - 1)[0], 4);
  EXPECT_LE(mg.shape(mg.grids() - 1)[1], 4);
}

TEST(multigrid, refuses_what_it_cannot_do) {
  const process_grid<2> grid(world());
  const std::array<double, 2> h{1.0, 1.0};
  const global_array<double, 2> bare(grid, {8, 8}, halo<2>(1));
  const auto says = [&](const auto& make, const char* text) {
    const std::string found = message_of<argument_error>(make);
    EXPECT_NE(found.find(text), std::string::npos) << found;
  };
  says([&] { multigrid(bare, h, poisson); }, "axis 0 has an end whose boundary is none");
  auto x = field_with<2>(grid, {8, 8}, boundary::periodic, boundary::periodic);
  says([&] { multigrid(x, {1.0, 0.0}, poisson); }, "spacing along axis 1 is 0");
  says([&] { multigrid(x, h, poisson, {.steps = 0}); }, "0 steps of smoothing");
  const auto negative = [](const auto&) { return [](const auto& c) { return -c(0, 0); }; };
  says([&] { multigrid(x, h, negative); }, "times -1; that must be positive");
  const auto nine = [](const auto&) {
    return [](const auto& c) { return 4.0 * c(0, 0) - c(1, 1) - c(-1, -1) - c(1, -1) - c(-1, 1); };
  };
  says([&] { multigrid(x, h, nine, {.smoothing = smoother::red_black}); }, "other colour");
  const auto affine = [](const auto&) { return [](const auto& c) { return c(0, 0) + 1.0; }; };
  says([&] { multigrid(x, h, affine); }, "must be linear");
  const multigrid mg(x, h, poisson);
  auto other = field_with<2>(grid, {8, 9}, boundary::periodic, boundary::periodic);
  says([&] { static_cast<void>(mg.solve(other, zeros_like(other))); }, "multigrid was made for");
}

} // namespace
