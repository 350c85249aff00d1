// Simulations with known results: heat, waves, life, between boundaries of several kinds.
#include "message_of.hpp"
#include "serial_field.hpp"

#include <tessera/core/math.hpp>
#include <tessera/core/reductions/reduce.hpp>
#include <tessera/distributed/arrays/shift.hpp>
#include <tessera/distributed/reduce.hpp>
#include <tessera/distributed/stencils/iterate.hpp>
#include <tessera/distributed/stencils/stencil_fields.hpp>

#include <array>
#include <string>

using namespace tessera_test;

TEST(boundary_programs, heat_between_two_temperatures_becomes_a_straight_line) {
  const process_grid<2> grid(world());
  global_array<double, 2> u(grid, {9, 5}, halo<2>(1));
  u = 0.0;
  u.set_boundary(axis(0), boundary::fixed(0.0), boundary::fixed(1.0));
  u.set_boundary(axis(1), boundary::reflecting);
  global_array<double, 2> v = u;
  for (int step = 0; step < 1600; ++step) {
    apply(v, u, [](const auto& c) {
      return c(0, 0) + 0.25 * (c(-1, 0) + c(1, 0) + c(0, -1) + c(0, 1) - 4.0 * c(0, 0));
    });
    std::swap(u, v);
  }
  const ndarray<double, 2> found = u.gather_all();
  for (index_t i = 0; i < 9; ++i)
    for (index_t j = 0; j < 5; ++j)
      EXPECT_NEAR(found(i, j), static_cast<double>(i + 1) / 10.0, 1e-12);
}

TEST(boundary_programs, insulated_ends_keep_the_total) {
  const process_grid<2> grid(world());
  global_array<double, 2> u(grid, {7, 8}, halo<2>(1));
  fill_numbered(u);
  u.set_boundary(boundary::reflecting);
  global_array<double, 2> v = u;
  const double total = sum(u);
  for (int step = 0; step < 12; ++step) { // quarters: all sums are exact
    v = u + 0.25 * (shift(u, {-1, 0}) + shift(u, {1, 0}) + shift(u, {0, -1}) + shift(u, {0, 1}) -
                    4.0 * u);
    std::swap(u, v);
    EXPECT_EQ(sum(u), total);
  }
  EXPECT_LT(max(u), 56.0);
}

namespace {

/// A membrane held at its rim, by two arrays.
struct membrane {
  static constexpr double c = 0.3;

  template <class U, class Before> static double step(const U& u, const Before& before) {
    return 2.0 * u(0, 0) - before(0, 0) +
           c * (u(-1, 0) + u(1, 0) + u(0, -1) + u(0, 1) - 4.0 * u(0, 0));
  }
};

const shape_t<2> membrane_shape{9, 11};
const conditions<2> rim{{kind::antireflecting, kind::antireflecting},
                        {kind::antireflecting, kind::antireflecting}};

std::vector<double> serial_wave(int steps) {
  using cells = reference<double, 2>;
  std::array<cells, 3> fields{cells(membrane_shape, halo<2>(1)), cells(membrane_shape, halo<2>(1)),
                              cells(membrane_shape, halo<2>(1))};
  for_each_index(membrane_shape, [&](const shape_t<2>& at) {
    fields[0](at) = fields[1](at) = 1.0 / (1.0 + static_cast<double>(at[0] + 3 * at[1]));
  });
  for (int step = 0; step < steps; ++step) {
    fields[1].fill(rim, 0.0);
    for_each_index(membrane_shape, [&](const shape_t<2>& at) {
      fields[2](at) = membrane::step(reference_point<double, 2>{fields[1], at},
                                     reference_point<double, 2>{fields[0], at});
    });
    std::swap(fields[0], fields[1]);
    std::swap(fields[1], fields[2]);
  }
  std::vector<double> result;
  for_each_index(membrane_shape, [&](const shape_t<2>& at) { result.push_back(fields[1](at)); });
  return result;
}

template <class Step> void expect_wave(const Step& step) {
  const process_grid<2> grid(world());
  global_array<double, 2> before(grid, membrane_shape);
  before.fill([](index_t i, index_t j) { return 1.0 / (1.0 + static_cast<double>(i + 3 * j)); });
  global_array<double, 2> u(grid, membrane_shape, halo<2>(1));
  u = before;
  u.set_boundary(boundary::antireflecting);
  global_array<double, 2> next = u;
  for (int k = 0; k < 30; ++k) {
    step(next, u, before);
    before = u;
    std::swap(u, next);
  }
  const ndarray<double, 2> found = u.gather_all();
  const std::vector<double> expected = serial_wave(30);
  for (std::size_t i = 0; i < expected.size(); ++i)
    EXPECT_TRUE(same_bits(found.data()[i], expected[i])) << "element " << i;
}

} // namespace

TEST(boundary_programs, wave_of_two_fields_by_apply) {
  expect_wave([](auto& next, auto& u, auto& before) {
    apply(next, std::tie(u, before),
          [](const auto& now, const auto& old) { return membrane::step(now, old); });
  });
}

TEST(boundary_programs, wave_of_two_fields_by_shift) {
  expect_wave([](auto& next, auto& u, auto& before) {
    next = 2.0 * u - before +
           membrane::c * (shift(u, {-1, 0}) + shift(u, {1, 0}) + shift(u, {0, -1}) +
                          shift(u, {0, 1}) - 4.0 * u);
  });
}

namespace {

using life_cell = std::int8_t;
const shape_t<2> life_shape{10, 12};

const auto life_kernel = [](const auto& c) {
  const int n = c(-1, -1) + c(-1, 0) + c(-1, 1) + c(0, -1) + c(0, 1) + c(1, -1) + c(1, 0) + c(1, 1);
  return static_cast<life_cell>(n == 3 || (n == 2 && c(0, 0) == 1));
};

bool starts_alive(index_t i, index_t j) { return (i * 5 + j * j * 3 + i * j) % 7 < 3; }

std::vector<int> serial_life(bool periodic, int steps) {
  reference<life_cell, 2> u(life_shape, halo<2>(1));
  reference<life_cell, 2> v = u;
  for_each_index(life_shape, [&](const shape_t<2>& at) { u(at) = starts_alive(at[0], at[1]); });
  conditions<2> ends{};
  if (periodic) ends.lower = ends.upper = {kind::periodic, kind::periodic};
  for (int k = 0; k < steps; ++k) {
    u.fill(ends, 0.0);
    for_each_index(life_shape, [&](const shape_t<2>& at) {
      v(at) = life_kernel(reference_point<life_cell, 2>{u, at});
    });
    std::swap(u, v);
  }
  std::vector<int> result;
  for_each_index(life_shape, [&](const shape_t<2>& at) { result.push_back(u(at)); });
  return result;
}

template <class Step> void expect_life(const Step& step) {
  for (const bool periodic : {false, true}) {
    global_array<life_cell, 2> u(process_grid<2>(world()), life_shape, halo<2>(1, periodic));
    u.fill([](index_t i, index_t j) { return static_cast<life_cell>(starts_alive(i, j)); });
    if (!periodic) u.set_boundary(boundary::fixed(0));
    global_array<life_cell, 2> v = u;
    for (int k = 0; k < 12; ++k) {
      step(v, u);
      std::swap(u, v);
    }
    const ndarray<life_cell, 2> found = u.gather_all();
    const std::vector<int> expected = serial_life(periodic, 12);
    index_t alive = 0;
    for (std::size_t i = 0; i < expected.size(); ++i) {
      EXPECT_EQ(found.data()[i], expected[i]) << "element " << i;
      alive += expected[i];
    }
    EXPECT_GT(alive, 0);
  }
}

} // namespace

TEST(boundary_programs, game_of_life_by_apply) {
  expect_life([](auto& v, auto& u) { apply(v, u, life_kernel); });
}

TEST(boundary_programs, game_of_life_by_shift) {
  expect_life([](auto& v, auto& u) {
    const auto at = [&u](index_t i, index_t j) { return shift(u, {i, j}); };
    const auto n =
        at(-1, -1) + at(-1, 0) + at(-1, 1) + at(0, -1) + at(0, 1) + at(1, -1) + at(1, 0) + at(1, 1);
    v = n == 3 || (n == 2 && u == 1);
  });
}
