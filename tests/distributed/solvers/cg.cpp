#include "message_of.hpp"
#include "serial_field.hpp"
#include "solver_case.hpp"

using namespace tessera_test;

namespace {

/// Conjugate gradients by plain loops over the whole array.
struct serial_cg {
  shape_t<2> shape;
  conditions<2> ends;
  reference<double, 2> p;
  std::vector<double> x, b, r, q;

  serial_cg(const shape_t<2>& of, kind at_ends)
      : shape(of), ends{{at_ends, at_ends}, {at_ends, at_ends}}, p(of, halo<2>(1)) {
    for_each_index(shape, [&](const shape_t<2>& at) { b.push_back(right_side(at[0], at[1])); });
    x.resize(b.size());
    r = b;
    q.resize(b.size());
  }
  static double dot(const std::vector<double>& a, const std::vector<double>& c) {
    exact_sum sum;
    for (std::size_t i = 0; i < a.size(); ++i) sum.add(a[i] * c[i]);
    return sum.value();
  }
  std::vector<double> direction() {
    std::vector<double> values;
    for_each_index(shape, [&](const shape_t<2>& at) { values.push_back(p(at)); });
    return values;
  }
  void put(const std::vector<double>& values) {
    std::size_t i = 0;
    for_each_index(shape, [&](const shape_t<2>& at) { p(at) = values[i++]; });
  }
  std::vector<double> run(int iterations) {
    double rho = dot(r, r);
    std::vector<double> history{std::sqrt(rho)};
    std::vector<double> d = r;
    for (int k = 0; k < iterations; ++k) {
      put(d);
      p.fill(ends, 0.0);
      std::size_t i = 0;
      for_each_index(shape, [&](const shape_t<2>& at) {
        q[i++] = laplacian(reference_point<double, 2>{p, at});
      });
      const double alpha = rho / dot(d, q);
      for (i = 0; i < x.size(); ++i) r[i] -= alpha * q[i];
      const double next = dot(r, r);
      for (i = 0; i < x.size(); ++i) {
        x[i] += alpha * d[i];
        d[i] = r[i] + next / rho * d[i];
      }
      rho = next;
      history.push_back(std::sqrt(rho));
    }
    return history;
  }
};

void expect_bits_of_a_serial_loop(const shape_t<2>& shape) {
  serial_cg serial(shape, kind::antireflecting);
  const std::vector<double> expected = serial.run(12);
  for (const process_grid<2>& grid : all_grids<2>(world())) {
    global_array<double, 2> x = walled(grid, shape);
    auto b = zeros(grid, shape);
    b.fill(&right_side);
    const solve_result found =
        cg(stencil_operator(laplacian), x, b, {.tolerance = 0.0, .max_iterations = 12});
    expect_history(found, expected);
    const ndarray<double, 2> whole = x.gather_all();
    EXPECT_TRUE(std::equal(serial.x.begin(), serial.x.end(), whole.data()));
  }
}

TEST(cg, has_the_bits_of_a_serial_loop) {
  expect_bits_of_a_serial_loop({13, 22});
  expect_bits_of_a_serial_loop({7, 2600}); // rows of several stretches
}

TEST(cg, solves_what_lapack_solves) {
  random_source random;
  SCOPED_TRACE(random.trace());
  const shape_t<2> shape{7, 5};
  const process_grid<2> grid = random_grid<2>(random, world());
  const auto where = random_distribution(random, shape, grid.dims());
  SCOPED_TRACE(describe(where));
  global_array<double, 2> x(grid, where, halo<2>(1));
  x.set_boundary(axis(0), boundary::fixed(0.0));
  x.set_boundary(axis(1), boundary::reflecting, boundary::fixed(0.0));
  x = 1.0;
  global_array<double, 2> b(grid, where);
  b.fill(&right_side);
  const stencil_operator op(laplacian);
  const ndarray<double, 2> expected = dense_solution(op, x, b);
  const solve_options options{.tolerance = 1e-13};
  cg(op, x, b, options).check();
  EXPECT_LT(distance(x, expected), 1e-11);
  // Any callable, preconditioners, and a space that is used again.
  const auto callable = [](auto& to, auto& from) { apply(to, from, laplacian); };
  krylov_space<double, 2> space;
  const auto diagonal = full_like(b, 4.0);
  x = 0.0;
  cg(callable, x, b, jacobi(diagonal), options, space).check();
  EXPECT_LT(distance(x, expected), 1e-11);
  x = 0.0;
  cg(op, x, b, jacobi(4.0), options, space).check();
  EXPECT_LT(distance(x, expected), 1e-11);
}

TEST(cg, meets_values_at_the_boundary) {
  // The field a + b i + c j has no second differences: what its ends say, it is everywhere.
  const process_grid<2> grid(world());
  const shape_t<2> shape{9, 14};
  const auto plane = [](index_t i, index_t j) {
    return 3.0 + 0.5 * static_cast<double>(i) - 0.25 * static_cast<double>(j);
  };
  global_array<double, 2> x(grid, shape, halo<2>(1));
  x = 0.0;
  x.set_boundary(plane);
  const auto b = zeros_like(x);
  const solve_result found = cg(stencil_operator(laplacian), x, b, {.tolerance = 1e-12});
  found.check();
  EXPECT_LT(found.iterations(), 60);
  EXPECT_LT(max(abs(x - fromfunction(plane, grid, shape))), 1e-10);
  // The outermost points instead of conditions: they stay.
  global_array<double, 2> u(grid, shape, halo<2>(1));
  u.fill([&](index_t i, index_t j) {
    const bool is_outermost = i == 0 || j == 0 || i == 8 || j == 13;
    return is_outermost ? plane(i, j) : 0.0;
  });
  cg(stencil_operator(laplacian), u, zeros_like(u), {.tolerance = 1e-12}).check();
  EXPECT_LT(max(abs(u - fromfunction(plane, grid, shape))), 1e-10);
}

TEST(cg, says_why_it_did_not_converge) {
  const process_grid<2> grid(world());
  global_array<double, 2> x = walled(grid, {20, 20});
  const auto b = ones_like(x);
  const solve_result tired = cg(stencil_operator(laplacian), x, b, {.max_iterations = 3});
  EXPECT_FALSE(tired.converged());
  EXPECT_EQ(tired.reason(), stop_reason::max_iterations);
  EXPECT_EQ(tired.iterations(), 3);
  const std::string text = message_of<convergence_error>([&] { tired.check(); });
  EXPECT_NE(text.find("cg: not converged (max_iterations) after 3 iterations: |r| ="),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("wanted 2e-07"), std::string::npos) << text;

  x = 0.0;
  const auto negative = [](const auto& c) { return -laplacian(c); };
  const solve_result indefinite = cg(stencil_operator(negative), x, b);
  EXPECT_EQ(indefinite.reason(), stop_reason::not_definite);
  EXPECT_NE(indefinite.text().find("positive definite"), std::string::npos);
  const solve_result wrong = cg(stencil_operator(laplacian), x, b, jacobi(-4.0));
  EXPECT_EQ(wrong.reason(), stop_reason::not_definite);

  const auto nan = full_like(b, std::nan(""));
  EXPECT_EQ(cg(stencil_operator(laplacian), x, nan).reason(), stop_reason::not_finite);
  // What is left of a solution that went to infinity does not spoil the next.
  krylov_space<double, 2> space;
  const stencil_operator op(laplacian);
  const auto fail = [&] {
    x = 0.0;
    const auto found = chebyshev(op, x, b, {1e-3, 1e-2}, jacobi(1.0), {}, space);
    EXPECT_EQ(found.reason(), stop_reason::not_finite);
    x = 0.0;
  };
  fail();
  EXPECT_TRUE(cg(op, x, b, jacobi(4.0), {}, space).converged());
  fail();
  EXPECT_TRUE(cg(op, x, b, no_preconditioner(), {}, space).converged());
  x = 0.0;
  index_t seen = 0;
  const solve_result watched = cg(stencil_operator(laplacian), x, b,
                                  {.monitor = [&](index_t k, double) { return (seen = k) < 2; }});
  EXPECT_EQ(watched.reason(), stop_reason::stopped);
  EXPECT_EQ(seen, 2);
}

TEST(cg, has_nothing_to_do_for_zero) {
  const process_grid<2> grid(world());
  global_array<double, 2> x = walled(grid, {6, 6});
  const solve_result found = cg(stencil_operator(laplacian), x, zeros_like(x));
  EXPECT_TRUE(found.converged());
  EXPECT_EQ(found.iterations(), 0);
  global_array<double, 2> empty = walled(grid, {0, 6});
  EXPECT_TRUE(cg(stencil_operator(laplacian), empty, zeros_like(empty)).converged());
}

TEST(cg, refuses_what_does_not_fit) {
  const process_grid<2> grid(world());
  global_array<double, 2> x = walled(grid, {6, 6});
  const auto b = zeros(grid, {6, 7});
  EXPECT_NE(message_of<argument_error>([&] {
              static_cast<void>(cg(stencil_operator(laplacian), x, b));
            }).find("different distributions"),
            std::string::npos);
  EXPECT_NE(message_of<argument_error>([&] {
              static_cast<void>(cg(stencil_operator(laplacian), x, x));
            }).find("same array"),
            std::string::npos);
  EXPECT_NE(message_of<argument_error>([&] {
              static_cast<void>(
                  cg(stencil_operator(laplacian), x, zeros_like(x), {.tolerance = -1.0}));
            }).find("tolerance -1"),
            std::string::npos);
}

} // namespace
