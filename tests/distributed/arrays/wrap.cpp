// Global arrays in memory of the caller's, against arrays of the library's own.
#include "cases.hpp"
#include "message_of.hpp"
#include "windows.hpp"

#include <tessera/core.hpp>
#include <tessera/distributed/arrays/copy.hpp>
#include <tessera/distributed/arrays/wrap.hpp>
#include <tessera/distributed/memory/shared_memory.hpp>
#include <tessera/distributed/one_sided.hpp>
#include <tessera/distributed/reduce.hpp>
#include <tessera/distributed/stencils/iterate.hpp>
#include <tessera/distributed/stencils/stencil.hpp>

#include <gtest/gtest.h>

#include <vector>

using namespace tessera;
using namespace tessera_test;

namespace {

constexpr double untouched = -777.0;

/// Memory of this rank for a block and cells around it, wider than the halo by some on each side.
struct callers_field {
  callers_field(random_source& random, const distribution<2>& where, const halo<2>& width) {
    const shape_t<2> owned = where.local_shape(world().rank());
    shape_t<2> before;
    shape_t<2> after;
    for (std::size_t d = 0; d < 2; ++d) {
      before[d] = width.lower[d] + random.between(0, 3);
      after[d] = width.upper[d] + random.between(0, 3);
      cells[d] = before[d] + owned[d] + after[d];
    }
    memory.assign(static_cast<std::size_t>(size_of(cells)), untouched);
    first = before;
    shape = owned;
  }
  view<double, 2> all_cells() { return {memory.data(), cells}; }
  view<double, 2> owned() {
    return all_cells()(slice(first[0], first[0] + shape[0]), slice(first[1], first[1] + shape[1]));
  }

  std::vector<double> memory;
  shape_t<2> cells{};
  shape_t<2> first{};
  shape_t<2> shape{};
};

double value_at(index_t i, index_t j) { return static_cast<double>(100 * i + j); }

void random_case(random_source& random) {
  const shape_t<2> shape = random_shape_of<2>(random, 12);
  const auto grid = random_grid<2>(random, world());
  const auto where = random_distribution(random, shape, grid.dims());
  const halo<2> width = random_halo<2>(random, 2);
  SCOPED_TRACE(describe(where, width));
  callers_field field(random, where, width);
  auto u = wrap(grid, where, field.owned(), width);
  global_array<double, 2> w(grid, where, width);
  u.fill(value_at);
  w.fill(value_at);
  const double sum_of_all = sum(w);
  EXPECT_EQ(sum(u), sum_of_all);
  EXPECT_TRUE(tessera::all(u.gather_all() == w.gather_all()));
  EXPECT_TRUE(tessera::all(std::as_const(u).owned() == field.owned()));
  w = 0.0;
  w = 2.0 * u + w;
  u = w - u; // as it was, by an expression
  EXPECT_EQ(sum(u), sum_of_all);
  const global_array<double, 2> twin = u; // has memory of its own
  EXPECT_EQ(sum(twin), sum_of_all);
  w.assign(twin);
  u.update_halo();
  w.update_halo();
  const view<const double, 2> a = std::as_const(u).padded();
  const view<const double, 2> b = std::as_const(w).padded();
  // Cells that no element stands for keep values of the caller's.
  EXPECT_TRUE(tessera::all(tessera::where(a == untouched, 0.0, a) ==
                           tessera::where(a == untouched, 0.0, b)));
  global_array<double, 2> turned(grid, where);
  redistribute(u, turned);
  EXPECT_TRUE(tessera::all(turned.gather_all() == twin.gather_all()));
  if (!mpi_has_windows()) return;
  one_sided access(u);
  if (shape[0] * shape[1] > 0) access.fetch_add({0, -1}, 1.0);
  access.close();
  EXPECT_EQ(sum(u), sum_of_all + (shape[0] * shape[1] > 0 ? world().size() : 0));
}

} // namespace

TEST(wrap, random_layouts) {
  random_source random;
  SCOPED_TRACE(random.trace());
  const bool shared = uses_shared_memory();
  for (int k = 0; k < 10; ++k) {
    use_shared_memory(k % 3 != 2 && shared);
    random_case(random);
  }
  use_shared_memory(shared);
}

TEST(wrap, cells_beyond_the_halo_stay) {
  const process_grid<2> grid(world(), {0, 1});
  const distribution<2> where({2 * world().size(), 4}, grid);
  std::vector<double> memory(6 * 9, untouched); // 2 ghost cells on every side, 1 more in each row
  const view<double, 2> cells(memory.data(), {6, 9});
  auto u = wrap(grid, where, cells(slice(2, 4), slice(2, 6)), halo<2>(1, true));
  EXPECT_EQ(u.padded().strides()[0], 9);
  u.fill(value_at);
  u.update_halo();
  EXPECT_EQ(cells.at(1, 1),
            value_at((2 * world().rank() + 2 * world().size() - 1) % (2 * world().size()), 3));
  for (index_t i = 0; i < 6; ++i)
    for (index_t j = 0; j < 9; ++j)
      EXPECT_EQ(cells.at(i, j) == untouched, i == 0 || i == 5 || j == 0 || j > 6) << i << ", " << j;
}

TEST(wrap, apply_and_the_end_of_iterate) {
  const process_grid<2> grid(world());
  const distribution<2> where({12, 10}, grid);
  const shape_t<2> mine = where.local_shape(world().rank());
  std::vector<double> memory(static_cast<std::size_t>((mine[0] + 2) * (mine[1] + 2)), 0.0);
  auto u = wrap(grid, where, memory.data(), halo<2>(1));
  global_array<double, 2> w(grid, where, halo<2>(1));
  u.fill(value_at);
  w.fill(value_at);
  auto v = w;
  auto x = w;
  const auto kernel = [](auto c) { return c(0, 0) + 0.1 * (c(-1, 0) + c(0, 1)); };
  apply(v, u, kernel);
  apply(x, w, kernel);
  EXPECT_TRUE(tessera::all(v.gather_all() == x.gather_all()));
  apply(u, v, kernel);
  apply(w, x, kernel);
  EXPECT_TRUE(tessera::all(u.gather_all() == w.gather_all()));
  iterate(u, v, 4, kernel);
  iterate(w, x, 4, kernel);
  EXPECT_TRUE(tessera::all(u.gather_all() == w.gather_all()));
}

TEST(wrap, mistakes_are_told_on_all_ranks) {
  const process_grid<2> grid(world(), {0, 1});
  const distribution<2> where({3 * world().size(), 4}, grid);
  std::vector<double> memory(100, 0.0);
  const view<double, 2> wrong(memory.data(), {3, world().rank() == 0 ? 5 : 4});
  const std::string said =
      message_of<shape_error>([&] { static_cast<void>(wrap(grid, where, wrong)); });
  EXPECT_NE(said.find("(3, 5)"), std::string::npos) << said;
  EXPECT_NE(said.find("(3, 4)"), std::string::npos) << said;
  const view<double, 2> turned(memory.data(), {3, 4}, {1, 3});
  const std::string order =
      message_of<argument_error>([&] { static_cast<void>(wrap(grid, where, turned)); });
  EXPECT_NE(order.find("strides (1, 3)"), std::string::npos) << order;
  const std::string null = message_of<argument_error>(
      [&] { static_cast<void>(wrap(grid, where, static_cast<double*>(nullptr))); });
  EXPECT_NE(null.find("null pointer"), std::string::npos) << null;
  auto u = wrap(grid, where, memory.data(), halo<2>(0), {7, 1});
  auto v = u;
  EXPECT_THROW(iterate(u, v, 2, [](auto c) { return c(0, 0); }), argument_error);
}
