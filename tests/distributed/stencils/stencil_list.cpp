// Stencils on lists of arrays, against the same array by array.
#include "cases.hpp"
#include "message_of.hpp"

#include <tessera/core/reductions/reduce.hpp>
#include <tessera/distributed/reduce.hpp>
#include <tessera/distributed/stencils/stencil_list.hpp>

#include <span>
#include <string>
#include <vector>

using namespace tessera_test;

namespace {

using list_of_arrays = std::vector<global_array<double, 2>>;

list_of_arrays list_of(const process_grid<2>& grid, std::size_t count) {
  list_of_arrays list;
  for (std::size_t k = 0; k < count; ++k) {
    list.emplace_back(grid, shape_t<2>{9, 12}, halo<2>(1, true));
    list.back().fill([k](index_t i, index_t j) {
      return static_cast<double>((i * 7 + j * 3 + static_cast<index_t>(k) * 5) % 23) - 8.5;
    });
  }
  return list;
}

constexpr auto spread_and_react = [](const auto& u) {
  auto values = u.cells();
  double total = 0;
  for (std::size_t k = 0; k < u.size(); ++k) total += u[k](0, 0);
  for (std::size_t k = 0; k < u.size(); ++k)
    values[k] += 0.1 * (u[k](-1, 0) + u[k](0, 1) - 2.0 * u[k](0, 0)) - 0.01 * total * u[k](0, 0);
  return values;
};

/// Array by array, with a sum made before.
void expect_spread(const list_of_arrays& found, list_of_arrays& from) {
  const process_grid<2>& grid = from[0].grid();
  global_array<double, 2> total(grid, from[0].shape());
  total = 0.0;
  for (const auto& each : from) total = total + each;
  for (std::size_t k = 0; k < from.size(); ++k) {
    global_array<double, 2> expected(grid, from[0].shape());
    apply(expected, std::tie(from[k], total), [](const auto& u, const auto& t) {
      return u(0, 0) + (0.1 * (u(-1, 0) + u(0, 1) - 2.0 * u(0, 0)) - 0.01 * t(0, 0) * u(0, 0));
    });
    EXPECT_TRUE(array_equal(found[k], expected)) << k << " of " << from.size();
  }
}

TEST(stencil_list, of_any_number_up_to_eight) {
  const auto grids = all_grids<2>(world());
  for (std::size_t count = 1; count <= 8; ++count) {
    const process_grid<2>& grid = grids[count % grids.size()];
    list_of_arrays from = list_of(grid, count);
    list_of_arrays to = list_of(grid, count);
    apply(to, from, spread_and_react);
    expect_spread(to, from);
  }
}

TEST(stencil_list, of_a_number_that_the_compiler_knows) {
  const process_grid<2> grid(world());
  list_of_arrays from = list_of(grid, 9);
  list_of_arrays to = list_of(grid, 9);
  apply(std::span<global_array<double, 2>, 9>(to), std::span<global_array<double, 2>, 9>(from),
        spread_and_react);
  expect_spread(to, from);
}

TEST(stencil_list, to_one_array_and_in_place) {
  const process_grid<2> grid(world());
  list_of_arrays list = list_of(grid, 3);
  const std::span<global_array<double, 2>, 3> u(list);
  global_array<double, 2> first(grid, u[0].shape());
  apply(first, u, [](const auto& here, const auto& all) {
    return all[static_cast<std::size_t>(here(0) % 3)](0, 0) + all[2](1, 0);
  });
  const ndarray<double, 2> third = u[2].gather_all();
  const ndarray<double, 2> found = first.gather_all();
  index_t wrong = 0;
  for_each_index(found.shape(), [&](const shape_t<2>& at) {
    const auto k = static_cast<index_t>(at[0] % 3);
    const double chosen = static_cast<double>((at[0] * 7 + at[1] * 3 + k * 5) % 23) - 8.5;
    wrong += found(at[0], at[1]) == chosen + third((at[0] + 1) % 9, at[1]) ? 0 : 1;
  });
  EXPECT_EQ(wrong, 0);
  const auto twice = copy(2.0 * u[1]);
  apply(u, u, [](const auto& all) {
    auto values = all.cells();
    for (double& value : values) value *= 2.0;
    return values;
  });
  EXPECT_TRUE(array_equal(u[1], twice));
}

TEST(stencil_list, refuses_what_cannot_be) {
  const process_grid<2> grid(world());
  list_of_arrays two = list_of(grid, 2);
  list_of_arrays three = list_of(grid, 3);
  list_of_arrays nine = list_of(grid, 9);
  list_of_arrays none;
  const auto expect = [](const std::string& what, auto&& f) {
    const std::string text = message_of<argument_error>(f);
    EXPECT_NE(text.find(what), std::string::npos) << text;
  };
  expect("2 arrays to compute from one of 3", [&] { apply(two, three, spread_and_react); });
  expect("1 to 8", [&] { apply(nine, nine, spread_and_react); });
  expect("a list of 0", [&] { apply(none, none, spread_and_react); });
  expect("reads neighbours in it", [&] { apply(two, two, spread_and_react); });
}

} // namespace
