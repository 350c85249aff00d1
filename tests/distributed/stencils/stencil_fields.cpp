// Stencils of several arrays against a loop over the gathered ones.
#include "cases.hpp"
#include "message_of.hpp"

#include <tessera/core/reductions/reduce.hpp>
#include <tessera/distributed/reduce.hpp>
#include <tessera/distributed/stencils/stencil_fields.hpp>

#include <string>

using namespace tessera_test;

namespace {

constexpr auto two_results = [](const auto& u, const auto& w) {
  return std::pair(0.5 * u(-1, 0) + 3.0 * w(0, 1),
                   static_cast<float>(w(0, -1) - 2 * w(0, 0)) + static_cast<float>(u(0, 2)));
};

/// What a kernel is given by a serial loop; wraps around.
template <class T> struct whole_point {
  const ndarray<T, 2>& u;
  index_t i;
  index_t j;
  T operator()(index_t di, index_t dj) const {
    const index_t m = u.shape()[0];
    const index_t n = u.shape()[1];
    return u((i + di + m) % m, (j + dj + n) % n);
  }
};

struct fields {
  fields(const process_grid<2>& grid, const distribution<2>& blocks, const halo<2>& of_u,
         const halo<2>& of_w)
      : u(grid, blocks, of_u), w(grid, blocks, of_w), first(grid, blocks), second(grid, blocks) {
    fill_numbered(u);
    w.fill([](index_t i, index_t j) { return static_cast<int>((i * 7 + j * 5) % 11); });
    first = -1.0;
    second = -2.0F;
  }
  global_array<double, 2> u;
  global_array<int, 2> w;
  global_array<double, 2> first;
  global_array<float, 2> second;
};

/// Compares with a loop over all cells; those that a halo does not allow are left alone.
void expect_computed(const fields& f, const std::string& what) {
  const ndarray<double, 2> u = f.u.gather_all();
  const ndarray<int, 2> w = f.w.gather_all();
  const ndarray<double, 2> first = f.first.gather_all();
  const ndarray<float, 2> second = f.second.gather_all();
  index_t wrong = 0;
  for_each_index(f.u.shape(), [&](const shape_t<2>& at) {
    bool computed = true;
    for (std::size_t d = 0; d < 2; ++d)
      for (const halo<2>& width : {f.u.halo(), f.w.halo()})
        computed = computed && (width.periodic[d] || (at[d] >= width.lower[d] &&
                                                      at[d] < f.u.shape()[d] - width.upper[d]));
    std::pair<double, float> expected(-1.0, -2.0F);
    if (computed)
      expected =
          two_results(whole_point<double>{u, at[0], at[1]}, whole_point<int>{w, at[0], at[1]});
    wrong += first(at[0], at[1]) == expected.first ? 0 : 1;
    wrong += second(at[0], at[1]) == expected.second ? 0 : 1;
  });
  EXPECT_EQ(wrong, 0) << what;
}

} // namespace

TEST(stencil_fields, two_results_of_two_arrays) {
  random_source random;
  SCOPED_TRACE(random.trace());
  const auto grids = all_grids<2>(world());
  for (int trial = 0; trial < 40; ++trial) {
    const process_grid<2>& grid = any_of(random, grids);
    const auto shape = random_shape_of<2>(random, 12);
    const auto blocks = random_distribution(random, shape, grid.dims());
    halo<2> of_u({1, random.between(0, 1)}, {random.between(0, 2), 2});
    halo<2> of_w({random.between(0, 2), 1}, {0, random.between(1, 2)});
    of_u.periodic = {random.one_in(2), shape[1] > 2 && random.one_in(2)};
    of_w.periodic = {random.one_in(2), random.one_in(2)};
    fields f(grid, blocks, of_u, of_w);
    apply(std::tie(f.first, f.second), std::tie(f.u, f.w), two_results);
    expect_computed(f, describe(blocks, of_u) + " and " + describe(blocks, of_w));
  }
}

TEST(stencil_fields, one_result) {
  const process_grid<2> grid(world());
  fields f(grid, distribution<2>({8, 9}, grid), halo<2>(1, true), halo<2>(1, true));
  apply(f.first, std::tie(f.u, f.w), [](auto u, auto w) { return u(0, 0) + w(0, 0); });
  const ndarray<double, 2> u = f.u.gather_all();
  const ndarray<int, 2> w = f.w.gather_all();
  const ndarray<double, 2> expected = u + w;
  EXPECT_TRUE(array_equal(f.first.gather_all(), expected));
}

TEST(stencil_fields, what_cannot_be_is_refused) {
  const process_grid<2> grid(world());
  global_array<double, 2> u(grid, {8, 8}, halo<2>(1));
  global_array<double, 2> v(grid, {8, 8}, halo<2>(1));
  global_array<double, 2> other(grid, {8, 9}, halo<2>(1));
  const auto sum_of_both = [](auto a, auto b) { return a(0, 0) + b(0, 0); };
  const auto expect = [](const std::string& what, auto&& f) {
    const std::string text = message_of<argument_error>(f);
    EXPECT_NE(text.find(what), std::string::npos) << text;
  };
  expect("reads neighbours in it",
         [&] { apply(v, std::tie(u, v), [](auto a, auto b) { return a(0, 0) + b(0, 1); }); });
  expect("named twice", [&] {
    apply(std::tie(v, v), std::tie(u), [](auto a) { return std::pair(a(0, 0), a(0, 0)); });
  });
  expect("(8, 9)", [&] { apply(v, std::tie(u, other), sum_of_both); });
}

TEST(stencil_fields, a_coefficient_leaves_no_cells_alone) {
  const process_grid<2> grid(world());
  global_array<double, 2> u(grid, {8, 7}, halo<2>(1));
  global_array<double, 2> k(grid, {8, 7}, halo<2>(1)); // without conditions
  global_array<double, 2> v(grid, {8, 7});
  u.set_boundary(boundary::reflecting);
  u = 1.0;
  k = 2.0;
  v = -1.0;
  apply(v, std::tie(u, k), [](auto c, auto q) { return q(0, 0) * (c(0, 1) + c(-1, 0)); });
  EXPECT_EQ(sum(v), 8 * 7 * 4.0);
  v = -1.0;
  apply(v, std::tie(u, k),
        [](auto c, auto q) { return (c(0, 0) > 0.0 ? q(0, 0) : q(0, 1)) * (c(0, 1) + c(-1, 0)); });
  EXPECT_EQ(sum(v), 8 * 7 * 4.0);
  v = -1.0;
  apply(v, std::tie(u, k), [](auto c, auto q) { return q(0, 1) * c(0, 1); });
  EXPECT_EQ(sum(v), 6 * 5 * 2.0 - (8 * 7 - 6 * 5));
}

TEST(stencil_fields, errors_are_those_of_one_array) {
  const process_grid<2> grid(world());
  global_array<double, 2> u(grid, {8, 7}, halo<2>(2, true));
  global_array<int, 2> w(grid, {8, 7}, halo<2>(1, true));
  global_array<double, 2> v(grid, {8, 7});
  u = 1.0;
  w.fill([](index_t i, index_t j) { return static_cast<int>(i * 7 + j); });
  std::string text = message_of<index_error>(
      [&] { apply(v, std::tie(u, w), [](auto c, auto q) { return c(0, 2) + q(2, 0); }); });
  EXPECT_NE(text.find("offset 2 along axis 0 of array 1"), std::string::npos) << text;
  text = message_of<index_error>([&] {
    apply(v, std::tie(u, w), [](auto c, auto q) { return q(0, 0) == 55 ? c(3, 0) : c(0, 1); });
  });
  EXPECT_NE(text.find("offset 3 along axis 0 of array 0"), std::string::npos) << text;
  text = message_of<argument_error>([&] {
    apply(std::tie(v), std::tie(u, w), [](auto, auto q) {
      if (q(0, 0) == 55) throw argument_error("the last cell");
      return 1.0;
    });
  });
  EXPECT_NE(text.find("the last cell"), std::string::npos) << text;
  apply(v, std::tie(u, w), [](auto c, auto q) { return c(0, 2) + q(0, 0); });
  EXPECT_EQ(sum(v), 56 + 55 * 56 / 2);
}
