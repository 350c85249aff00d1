// Stencils for the cells that a mask chooses, against `where` on gathered arrays.
#include "cases.hpp"
#include "message_of.hpp"

#include <tessera/core/elements/where.hpp>
#include <tessera/core/reductions/reduce.hpp>
#include <tessera/distributed/reduce.hpp>
#include <tessera/distributed/stencils/stencil_mask.hpp>

#include <string>

using namespace tessera_test;

namespace {

struct masked_case {
  explicit masked_case(const process_grid<2>& grid)
      : u(grid, {11, 14}, halo<2>(1, true)), v(grid, {11, 14}), mask(grid, {11, 14}),
        computed(grid, {11, 14}) {
    u.fill(
        [](index_t i, index_t j) { return 0.1 * static_cast<double>((7 * i + 3 * j) % 17 - 8); });
    v.fill([](index_t i, index_t j) { return static_cast<double>(i - j); });
    mask.fill([](index_t i, index_t j) { return (i * i + j) % 3 == 1; });
    apply(computed, u, around);
  }

  static constexpr auto around = [](const auto& c) { return c(-1, 0) + c(0, 1) - 3.0 * c(0, 0); };

  global_array<double, 2> u;
  global_array<double, 2> v;
  global_array<bool, 2> mask;
  global_array<double, 2> computed;
};

TEST(stencil_mask, leaves_other_cells_alone) {
  for (const process_grid<2>& grid : all_grids<2>(world())) {
    masked_case c(grid);
    const ndarray<double, 2> expected =
        where(c.mask.gather_all(), c.computed.gather_all(), c.v.gather_all());
    apply(c.v, c.u, masked_case::around, only_where(c.mask));
    EXPECT_TRUE(array_equal(c.v.gather_all(), expected));
  }
}

TEST(stencil_mask, of_several_arrays_in_place_with_the_cell) {
  const process_grid<2> grid(world());
  masked_case c(grid);
  const ndarray<double, 2> expected =
      where(c.mask.gather_all(), c.v.gather_all() + c.computed.gather_all(), c.v.gather_all());
  global_array<int, 2> rows(grid, {11, 14});
  rows = -1;
  apply(
      std::tie(c.v, rows), std::tie(c.v, c.u),
      [](const auto& here, const auto& v, const auto& u) {
        return std::pair(v(0, 0) + masked_case::around(u), static_cast<int>(here(0)));
      },
      only_where(c.mask));
  EXPECT_TRUE(array_equal(c.v.gather_all(), expected));
  const ndarray<int, 2> found = rows.gather_all();
  const ndarray<bool, 2> mask = c.mask.gather_all();
  index_t wrong = 0;
  for_each_index(found.shape(), [&](const shape_t<2>& at) {
    wrong += found(at[0], at[1]) == (mask(at[0], at[1]) ? at[0] : -1) ? 0 : 1;
  });
  EXPECT_EQ(wrong, 0);
}

TEST(stencil_mask, reduces_what_it_chooses) {
  for (const process_grid<2>& grid : all_grids<2>(world())) {
    masked_case c(grid);
    const auto kernel = [](const auto& u) {
      const double value = masked_case::around(u);
      return std::tuple(value, value, value, value);
    };
    const auto [total, low, high] =
        apply(c.v, c.u, kernel, only_where(c.mask), op::sum, op::min, op::max);
    const ndarray<double, 2> values = c.computed.gather_all();
    const ndarray<bool, 2> mask = c.mask.gather_all();
    EXPECT_TRUE(same_bits(total, sum(values, masked(mask))));
    EXPECT_EQ(low, min(values, masked(mask)));
    EXPECT_EQ(high, max(values, masked(mask)));
    const double alone = apply(
        std::tie(), c.u, [](const auto& u) { return u(0, 0); }, only_where(c.mask), op::sum);
    EXPECT_TRUE(same_bits(alone, sum(c.u.gather_all(), masked(mask))));
  }
}

TEST(stencil_mask, refuses_what_cannot_be) {
  const process_grid<2> grid(world());
  masked_case c(grid);
  global_array<bool, 2> other(grid, {11, 15});
  const auto expect = [](const std::string& what, auto&& f) {
    const std::string text = message_of<argument_error>(f);
    EXPECT_NE(text.find(what), std::string::npos) << text;
  };
  expect("(11, 15)", [&] { apply(c.v, c.u, masked_case::around, only_where(other)); });
  c.mask = false;
  expect("of no cells", [&] {
    static_cast<void>(apply(
        std::tie(), c.u, [](const auto& u) { return u(0, 0); }, only_where(c.mask), op::max));
  });
}

} // namespace
