#include "cases.hpp"
#include "message_of.hpp"

#include <tessera/core/arrays/member_view.hpp>
#include <tessera/core/complex.hpp>
#include <tessera/core/creation/diagonals.hpp>
#include <tessera/core/creation/grids.hpp>
#include <tessera/core/math.hpp>
#include <tessera/core/reductions/reduce.hpp>
#include <tessera/core/text/text.hpp>
#include <tessera/distributed/arrays/create.hpp>
#include <tessera/distributed/functions/format.hpp>
#include <tessera/distributed/functions/random.hpp>
#include <tessera/distributed/reduce.hpp>

#include <cmath>
#include <sstream>
#include <string>

using namespace tessera_test;

namespace {

/// The same shape and bytes.
template <class G, class T, std::size_t N>
void expect_same(const G& found, const ndarray<T, N>& expected, const std::string& what = "") {
  const ndarray<T, N> whole = found.gather_all();
  ASSERT_EQ(to_string(whole.shape()), to_string(expected.shape())) << what;
  index_t wrong = 0;
  for (index_t i = 0; i < whole.size(); ++i)
    wrong += same_bits(whole.data()[i], expected.data()[i]) ? 0 : 1;
  EXPECT_EQ(wrong, 0) << what;
}

} // namespace

TEST(global_create, filled_with_one_value) {
  const process_grid<2> grid(world());
  expect_same(zeros(grid, {5, 4}), zeros(5, 4));
  expect_same(ones<int>(grid, {5, 4}, halo<2>(1)), ones<int>(5, 4));
  expect_same(full(grid, {1, 9}, 4.5f), full({1, 9}, 4.5f));
  EXPECT_EQ(empty<char>(grid, {3, 0}).size(), 0);
  const auto u = ones<float>(grid, {6, 6}, halo<2>(2));
  expect_same(zeros_like(u), zeros<float>(6, 6));
  expect_same(full_like<double>(u, 1.5), full({6, 6}, 1.5));
  EXPECT_EQ(empty_like(u).halo(), u.halo());
  expect_same(ones_like<index_t>(u), ones<index_t>(6, 6));
}

TEST(global_create, evenly_spaced) {
  const process_grid<1> grid(world());
  expect_same(arange(grid, 17), arange(17));
  expect_same(arange(grid, 0.0, 1.0, 0.1), arange(0.0, 1.0, 0.1));
  expect_same(arange<float>(grid, 20, 3, -2), arange<float>(20, 3, -2));
  expect_same(arange(grid, 1), arange(1));
  expect_same(arange(grid, 2.0, 5.0, HUGE_VAL), ndarray<double, 1>{2.0});
  expect_same(arange(grid, -1e308, 1e308, 1e307), arange(-1e308, 1e308, 1e307));
  expect_same(linspace(grid, 0.1, 0.7, 23), linspace(0.1, 0.7, 23));
  expect_same(linspace(grid, 0.1, 0.7, 2, {.endpoint = false}),
              linspace(0.1, 0.7, 2, {.endpoint = false}));
  expect_same(linspace<int>(grid, 0, 9, 6), linspace<int>(0, 9, 6));
  message_of<argument_error>([&] { (void)arange(grid, 0, 5, 0); });
}

TEST(global_create, of_the_global_index) {
  const process_grid<2> grid(world());
  const auto f = [](auto i, auto j) {
    return 10.0 * static_cast<double>(i) - static_cast<double>(j);
  };
  expect_same(fromfunction(f, grid, {7, 5}), fromfunction(f, {7, 5}));
  expect_same(eye(grid, 6), eye(6));
  expect_same(eye<int>(grid, 4, 7, 2), eye<int>(4, 7, 2));
  const auto [i, j] = indices(grid, {4, 6});
  const auto expected = indices({4, 6});
  expect_same(i, ndarray<index_t, 2>(expected(0)));
  expect_same(j, ndarray<index_t, 2>(expected(1)));
  const auto [x, y] = meshgrid(linspace(-1, 1, 8), linspace(0, 1, 5));
  global_array u(grid, sqrt(x * x + y * y));
  expect_same(u, ndarray<double, 2>(sqrt(x * x + y * y)));
  const auto [gx, gy] = meshgrid(grid, linspace(-1, 1, 8), linspace(0, 1, 5));
  expect_same(gx, ndarray<double, 2>(x));
  expect_same(gy, ndarray<double, 2>(y));
  const auto [rows, columns] = meshgrid(grid, arange(3), arange(4), indexing::ij);
  expect_same(rows, ndarray<index_t, 2>(indices({3, 4})(0)));
  expect_same(columns, ndarray<index_t, 2>(indices({3, 4})(1)));
}

TEST(global_create, what_a_function_throws_is_thrown_on_all_ranks) {
  const process_grid<2> grid(world());
  const shape_t<2> shape{7, 9};
  const auto last_fails = [](index_t i, index_t j) {
    if (i == 6 && j == 8) throw argument_error("a bad element");
    return 1.0;
  };
  std::string text =
      message_of<argument_error>([&] { static_cast<void>(fromfunction(last_fails, grid, shape)); });
  EXPECT_NE(text.find("a bad element"), std::string::npos) << text;
  auto u = fromfunction(
      [](index_t i, index_t j) noexcept { return static_cast<double>(i * 9 + j); }, grid, shape);
  auto v = empty_like(u);
  text = message_of<argument_error>([&] { v.fill(last_fails); });
  EXPECT_NE(text.find("a bad element"), std::string::npos) << text;
  const auto root = [](double x) {
    if (x == 62.0) throw argument_error("a bad root");
    return std::sqrt(x);
  };
  const auto expect_thrown = [&](auto f) {
    const std::string found = message_of<argument_error>(f);
    EXPECT_NE(found.find("a bad root"), std::string::npos) << found;
    EXPECT_TRUE(world().size() == 1 || found.rfind("rank ", 0) == 0) << found;
  };
  expect_thrown([&] { v = map(root, u) + 1.0; });
  expect_thrown([&] { static_cast<void>(sum(map(root, u))); });
  expect_thrown([&] { static_cast<void>(max(map(root, u), axis(0))); });
  expect_thrown([&] { static_cast<void>(argmin(2.0 * map(root, u))); });
  expect_thrown([&] { static_cast<void>(median(map(root, u))); });
  expect_thrown([&] { static_cast<void>(count_nonzero(map(root, u), axis(1))); });
  u.set({6, 8}, 0.0);
  EXPECT_EQ(sum(map(root, u)), sum(sqrt(u)));
}

TEST(global_create, from_arrays) {
  const process_grid<2> grid(world());
  const ndarray<int, 2> a{{1, 2, 3}, {4, 5, 6}};
  global_array u(grid, a, halo<2>(1));
  expect_same(u, a);
  global_array<double, 2> v(grid, a * 2);
  expect_same(v, ndarray<double, 2>(a * 2));
  // Under another distribution.
  global_array w(process_grid<2>(world(), {1, 0}), u);
  expect_same(w, a);
  global_array t(grid, w.transpose());
  expect_same(t, ndarray<int, 2>(a.transpose()));
}

TEST(global_create, element_types) {
  const process_grid<1> grid(world());
  using complex = std::complex<double>;
  expect_same(global_array(grid, ndarray<complex, 1>{{1, 2}, {3, 4}, {5, 6}}),
              ndarray<complex, 1>{{1, 2}, {3, 4}, {5, 6}});
  expect_same(global_array(grid, ndarray<bool, 1>{true, false, true}),
              ndarray<bool, 1>{true, false, true});
  expect_same(global_array(grid, ndarray<char, 1>{'a', 'b', 'c'}), ndarray<char, 1>{'a', 'b', 'c'});
  expect_same(global_array(grid, ndarray<fixed_string<4>, 1>{"ab", "c", "defg"}),
              ndarray<fixed_string<4>, 1>{"ab", "c", "defg"});
  const auto structs =
      fromfunction([](index_t i) { return element_of<three_words>(i); }, grid, {9});
  EXPECT_EQ(wrong_elements(structs), 0);
  expect_same(full(grid, {5}, two_words{1, 2.5}), full({5}, two_words{1, 2.5}));
}

TEST(global_create, elements_one_by_one) {
  random_source random;
  for (const process_grid<2>& grid : all_grids<2>(world())) {
    global_array<double, 2> u(grid, random_distribution<2>(random, {6, 7}, grid.dims()),
                              halo<2>(1));
    fill_numbered(u);
    EXPECT_EQ(u.at(0, 0), 1.0);
    EXPECT_EQ(u.at(-1, -2), 41.0);
    EXPECT_EQ(u(slice(none, none, -2), 3).at(1), 25.0);
    EXPECT_EQ(u.transpose().at(6, 2), 21.0);
    EXPECT_EQ(u(newaxis, 5, all).at(0, -7), 36.0);
    u.update_halo();
    u.set({2, -1}, 0.5);
    EXPECT_FALSE(u.halo_is_fresh());
    u(all, 3).set({0}, -1.0);
    ndarray<double, 2> expected(shape_t<2>{6, 7});
    for (index_t i = 0; i < 42; ++i) expected.data()[i] = static_cast<double>(i + 1);
    expected(2, 6) = 0.5;
    expected(0, 3) = -1.0;
    expect_same(u, expected);
    EXPECT_NE(message_of<index_error>([&] { (void)u.at(6, 0); }).find("(6, 7)"), std::string::npos);
    message_of<index_error>([&] { u.set({0, -8}, 1.0); });
    message_of<index_error>([&] { (void)u(newaxis, 5, all).at(1, 0); });
  }
}

TEST(global_create, copies) {
  random_source random;
  for (const process_grid<2>& grid : all_grids<2>(world())) {
    global_array<double, 2> u(grid, random_distribution<2>(random, {8, 9}, grid.dims()));
    fill_numbered(u);
    const ndarray<double, 2> a = u.gather_all();
    global_array<double, 2> v = u.copy();
    u = 0.0;
    expect_same(v, a);
    const slice part(1, -2, 3);
    const slice back(none, none, -1);
    const auto p = v(part, slice(2, none)).copy();
    expect_same(p, a(part, slice(2, none)).copy());
    expect_same(copy(p + v(part, slice(2, none))),
                ndarray<double, 2>(2.0 * a(part, slice(2, none))));
    expect_same(copy(v(back, all)), a(back, all).copy());
    expect_same(copy(v.transpose()), a.transpose().copy());
    expect_same(copy(v(3, all)), a(3, all).copy());
    expect_same(copy(v(all, newaxis, 3)), a(all, newaxis, 3).copy());
    expect_same(copy(v), a);
  }
}

TEST(global_create, random_numbers_are_those_of_a_local_draw) {
  random_source random;
  for (const process_grid<2>& grid : all_grids<2>(world())) {
    const auto shape = random_shape_of<2>(random, 9);
    global_array<double, 2> u(grid, random_distribution<2>(random, shape, grid.dims()), halo<2>(1));
    generator rng(42);
    generator same(42);
    (void)rng.random();
    (void)same.random();
    rng.random(u);
    expect_same(u, same.random(shape), "random");
    rng.normal(1.0, 2.0, u);
    expect_same(u, same.normal(1.0, 2.0, shape), "normal");
    rng.exponential(3.0, u);
    expect_same(u, same.exponential(3.0, shape), "exponential");
    rng.gamma(0.7, 1.0, u(slice(none, none, -1), slice(1, none)));
    ndarray<double, 2> expected = u.gather_all();
    same.gamma(0.7, 1.0, expected(slice(none, none, -1), slice(1, none)));
    expect_same(u, expected, "gamma of a view");
    global_array<int, 2> dice(grid, u.distribution());
    rng.integers(1, 6, endpoint, dice);
    expect_same(dice, ndarray<int, 2>(same.integers(1, 6, endpoint, shape)), "integers");
    EXPECT_EQ(rng.random(), same.random());
    message_of<argument_error>([&] { rng.normal(0.0, -1.0, u); });
  }
}

TEST(global_create, text_is_that_of_the_local_array) {
  random_source random;
  for (int trial = 0; trial < 20; ++trial) {
    const auto grids = all_grids<2>(world());
    const process_grid<2>& grid = any_of(random, grids);
    const auto shape = random_shape_of<2>(random, trial < 10 ? 9 : 60);
    global_array<double, 2> u(grid, random_distribution<2>(random, shape, grid.dims()));
    generator rng(static_cast<std::uint64_t>(trial));
    rng.normal(0.0, 10.0, u);
    const ndarray<double, 2> a = u.gather_all();
    EXPECT_EQ(format(u), format(a));
    EXPECT_EQ(format(u, {.precision = 2, .threshold = 5, .edgeitems = 2}),
              format(a, {.precision = 2, .threshold = 5, .edgeitems = 2}));
    EXPECT_EQ(to_string(u(slice(none, none, -1), slice(1, none))),
              to_string(a(slice(none, none, -1), slice(1, none))));
    EXPECT_EQ(to_string(u * 2.0), to_string(a * 2.0));
    std::ostringstream out;
    out << u;
    EXPECT_EQ(out.str(), world().rank() == 0 ? format(a) : "");
  }
  message_of<argument_error>(
      [] { (void)format(ones(process_grid<1>(world()), {4}), {.precision = -1}); });
}

TEST(global_create, ranges_with_a_halo) {
  const process_grid<1> line(world());
  const auto u = arange(line, 20, halo<1>(1));
  EXPECT_EQ(u.halo(), halo<1>(1));
  expect_same(u, arange(20));
  expect_same(arange(line, 2.0, 9.0, halo<1>(2, true)), arange(2.0, 9.0));
  expect_same(arange(line, 0, 20, 3, halo<1>(1)), arange(0, 20, 3));
  const auto v = linspace(line, 0, 1, 11, halo<1>(1, true));
  EXPECT_EQ(v.halo(), (halo<1>(1, true)));
  expect_same(v, linspace(0, 1, 11));
  expect_same(linspace<float>(line, 0, 1, 5, {.endpoint = false}, halo<1>(1)),
              linspace<float>(0, 1, 5, {.endpoint = false}));
  EXPECT_EQ(checksum(v), checksum(linspace(0, 1, 11)));
}
