// What users know from NumPy, over ranks: a test for each row of the course that concerns arrays,
// spelled as short as it goes. The truth is the local array.
#include <tessera/core/complex.hpp>
#include <tessera/distributed.hpp>

#include <gtest/gtest.h>

#include <string>
#include <tuple>

using namespace tessera;

namespace {

struct particle {
  double mass;
  int kind;
};

} // namespace

class course : public testing::Test {
protected:
  communicator world = communicator::world();
  process_grid<1> line{world};
  process_grid<2> grid{world};

  static bool same(const auto& found, const auto& expected) {
    return array_equal(found.gather_all(), expected);
  }
};

TEST_F(course, row_1_arrays_from_lists) {
  global_array a(grid, ndarray{{1.0, 2.0, 3.0}, {4.0, 5.0, 6.0}});
  global_array<int, 2> b(grid, astype<int>(a));
  global_array<bool, 1> c(line, ndarray{true, false});
  global_array<std::complex<double>, 1> d(line, ndarray{1.0, 2.0});
  auto e = fromfunction([](auto i, auto j) { return i + j; }, grid, {4, 4});
  EXPECT_EQ(to_string(a.shape()), "(2, 3)");
  EXPECT_EQ(a.size(), 6);
  EXPECT_EQ(sum(b), 21);
  EXPECT_EQ(sum(c), 1);
  EXPECT_EQ(sum(d), std::complex<double>(3.0));
  EXPECT_EQ(max(e), 6);
  // One rank has it: the others receive their parts.
  global_array<double, 1> f(line, {5});
  f.scatter(world.rank() == 0 ? linspace(0, 1, 5) : ndarray<double, 1>());
  EXPECT_TRUE(same(f, linspace(0, 1, 5)));
}

TEST_F(course, row_2_arange_and_linspace) {
  EXPECT_TRUE(same(arange(line, 10), arange(10)));
  EXPECT_TRUE(same(arange(line, 0.0, 1.0, 0.1), arange(0.0, 1.0, 0.1)));
  EXPECT_TRUE(same(linspace(line, -1, 1, 21), linspace(-1, 1, 21)));
}

TEST_F(course, row_3_zeros_ones_full_eye) {
  auto a = zeros(grid, {4, 6});
  EXPECT_TRUE(same(a, zeros(4, 6)));
  EXPECT_TRUE(same(ones<int>(grid, {4, 6}), ones<int>(4, 6)));
  EXPECT_TRUE(same(full(grid, {4, 6}, 4.2), full({4, 6}, 4.2)));
  EXPECT_TRUE(same(eye(grid, 5), eye(5)));
  EXPECT_TRUE(same(ones_like(a), ones(4, 6)));
  EXPECT_TRUE(same(full_like<int>(a, 3), full({4, 6}, 3)));
  EXPECT_EQ(empty(grid, {4, 6}).size(), 24);
}

TEST_F(course, row_4_not_numbers) {
  global_array<char, 1> a(line, ndarray<char, 1>{'a', 'b', 'c'});
  global_array<fixed_string<8>, 1> b(line, ndarray<fixed_string<8>, 1>{"Finland", "Norway"});
  auto c = full(line, {3}, particle{1.5, 2});
  a.set({1}, 'x');
  EXPECT_EQ(to_string(a), "[b'a' b'x' b'c']");
  EXPECT_EQ(b.at(1), fixed_string<8>("Norway"));
  EXPECT_EQ(count_nonzero(a == 'c'), 1);
  EXPECT_EQ(c.at(-1).kind, 2);
}

TEST_F(course, row_5_subscripts_and_slices) {
  auto m = fromfunction([](auto i, auto j) { return 10 * i + j; }, grid, {4, 8});
  EXPECT_EQ(m.at(0, 2), 2);
  EXPECT_EQ(m.at(1, -2), 16);
  m.set({1, -2}, -1);
  const auto whole = m.gather_all();
  EXPECT_TRUE(same(m(slice(2, none)), whole(slice(2, none))));
  EXPECT_TRUE(same(m(all, slice(1, 7, 2)), whole(all, slice(1, 7, 2))));
  EXPECT_TRUE(same(m(slice(none, none, -1), 0), whole(slice(none, none, -1), 0)));
  m(slice(1, 3), slice(none, -1)) = 0;
  m(0, all) += 5;
  m(all, -1) = arange(4);
  EXPECT_EQ(sum(m), sum(m.gather_all()));
  EXPECT_EQ(sum(m(slice(1, 3))), 1 + 2);
  EXPECT_THROW((void)m.at(4, 0), index_error);
}

TEST_F(course, row_6_views_and_copies) {
  auto a = arange(line, 10);
  auto view = a(slice(2, 5));
  auto copied = a(slice(2, 5)).copy();
  view = 0;
  EXPECT_EQ(a.at(3), 0);
  EXPECT_TRUE(same(copied, arange(2, 5)));
  auto b = a.copy();
  b = 1;
  EXPECT_EQ(a.at(9), 9);
}

TEST_F(course, row_7_reshape_transpose_and_newaxis) {
  auto a = fromfunction([](auto i, auto j) { return 10 * i + j; }, grid, {3, 5});
  global_array t(grid, a.transpose());
  EXPECT_TRUE(same(t, a.gather_all().transpose()));
  EXPECT_EQ(to_string(a(all, newaxis, all).shape()), "(3, 1, 5)");
  EXPECT_TRUE(same(reshape(a, {5, 3}), reshape(a.gather_all(), {5, 3})));
  EXPECT_TRUE(same(reshape(a, {-1}), ravel(a.gather_all())));
  EXPECT_TRUE(same(ravel(t), ravel(a.gather_all().transpose())));
}

TEST_F(course, row_8_concatenate_split_stack) {
  auto a = fromfunction([](auto i, auto j) { return 10 * i + j; }, grid, {4, 6});
  const auto whole = a.gather_all();
  EXPECT_TRUE(same(concatenate(a, a, axis(0)), concatenate(whole, whole, axis(0))));
  EXPECT_TRUE(same(concatenate(a, -a, axis(1)), concatenate(whole, -whole, axis(1))));
  EXPECT_TRUE(same(stack(a, 2 * a), stack(whole, 2 * whole)));
  auto [left, right] = split(a, {4}, axis(1));
  EXPECT_TRUE(same(left, whole(all, slice(0, 4))));
  EXPECT_TRUE(same(right, whole(all, slice(4, none))));
  right = 0;
  EXPECT_EQ(sum(a(all, slice(4, none))), 0);
}

TEST_F(course, row_9_operators) {
  auto x = linspace(line, -1, 1, 101);
  auto y = empty_like(x);
  y = 2.0 * pow(x, 3) - x / 3.0 + 1;
  y = where(y > 1.0, y, -y);
  auto z = linspace(-1, 1, 101);
  ndarray expected = 2.0 * pow(z, 3) - z / 3.0 + 1;
  expected = where(expected > 1.0, expected, -expected);
  EXPECT_TRUE(same(y, expected));
  y -= x;
  EXPECT_EQ(sum(y > 0.0), sum(expected - z > 0.0));
}

TEST_F(course, row_10_mathematical_functions) {
  auto x = linspace(line, 0.1, 3, 50);
  auto z = linspace(0.1, 3, 50);
  EXPECT_TRUE(same(copy(sin(x) * exp(-x) + sqrt(log(x + 1))), sin(z) * exp(-z) + sqrt(log(z + 1))));
}

TEST_F(course, row_11_reductions) {
  auto u = fromfunction([](auto i, auto j) { return 1.0 / static_cast<double>(1 + i + j); }, grid,
                        {6, 7});
  const auto a = u.gather_all();
  EXPECT_EQ(sum(u), sum(a));
  EXPECT_EQ(mean(u), mean(a));
  EXPECT_EQ(tessera::std(u), tessera::std(a));
  EXPECT_EQ(var(u, {.ddof = 1}), var(a, {.ddof = 1}));
  EXPECT_EQ(min(u), min(a));
  EXPECT_EQ(argmax(-u), argmax(-a));
  EXPECT_EQ(any(u > 0.9), any(a > 0.9));
  EXPECT_EQ(all(u > 0.9), all(a > 0.9));
  EXPECT_TRUE(array_equal(sum(u, axis(0)), sum(a, axis(0))));
  EXPECT_TRUE(array_equal(max(u, axis(1)), max(a, axis(1))));
  EXPECT_TRUE(array_equal(argmin(u, axis(0)), argmin(a, axis(0))));
  EXPECT_TRUE(same(cumsum(u, axis(0)), cumsum(a, axis(0))));
  EXPECT_TRUE(same(copy(u - mean(u, axis(0))), a - mean(a, axis(0))));
  // Of integers there is no doubt about products.
  EXPECT_EQ(prod(arange(line, 1, 20)), prod(arange(1, 20)));
}

TEST_F(course, row_13_random_numbers) {
  generator rng(42);
  auto u = empty(grid, {30, 40});
  rng.normal(10.0, 2.0, u);
  EXPECT_TRUE(same(u, generator(42).normal(10.0, 2.0, 30, 40)));
  auto dice = empty<int>(line, {100});
  rng.integers(1, 6, endpoint, dice);
  EXPECT_EQ(min(dice), 1);
  EXPECT_EQ(max(dice), 6);
  generator one(3);
  generator other(3);
  EXPECT_TRUE(same(one.choice(arange(line, 9), 5), other.choice(arange(9), 5)));
  EXPECT_TRUE(same(one.permutation(arange(line, 9)), other.permutation(arange(9))));
}

TEST_F(course, row_16_attributes) {
  auto u = zeros(grid, {8, 8}, halo<2>(1));
  EXPECT_EQ(u.halo(), halo<2>(1));
  EXPECT_EQ(to_string(u.distribution().shape()), "(8, 8)");
  EXPECT_EQ(std::as_const(u).owned().size(), u.block().size());
  EXPECT_EQ(allreduce_sum(world, u.block().size()), 64);
}

TEST_F(course, row_18_differences_without_a_loop) {
  auto arr = pow(linspace(0, 1, 64), 2);
  global_array u(line, arr, halo<1>(1));
  const ndarray whole = arr;
  EXPECT_EQ(max(u(slice(1, none)) - u(slice(none, -1))),
            max(whole(slice(1, none)) - whole(slice(none, -1))));
  EXPECT_TRUE(same(diff(u), diff(whole)));
}

TEST_F(course, row_19_broadcasting) {
  generator rng(1);
  auto points = empty(process_grid<2>(world, {0, 1}), {40, 3});
  rng.random(points);
  const ndarray origin{0.5, 0.5, 0.5};
  auto centred = empty_like(points);
  centred = points - origin;
  const auto all_points = points.gather_all();
  EXPECT_TRUE(same(centred, all_points - origin));
  // Pairwise distances: the array of 40 x 40 x 3 differences is never there.
  const auto apart = norm(points(all, newaxis, all) - all_points(newaxis, all, all), axis(-1));
  const auto expected =
      norm(all_points(all, newaxis, all) - all_points(newaxis, all, all), axis(-1));
  EXPECT_TRUE(array_equal(apart, expected));
}
