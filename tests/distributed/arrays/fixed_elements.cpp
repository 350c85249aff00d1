/// @file
/// Fixed arrays as elements: between ranks, in halos and kernels, in reductions.

#include "cases.hpp"

#include <tessera/core/creation/create.hpp>
#include <tessera/core/fixed_array.hpp>
#include <tessera/distributed/arrays/copy.hpp>
#include <tessera/distributed/arrays/redistribute.hpp>
#include <tessera/distributed/messages.hpp>
#include <tessera/distributed/reduce.hpp>
#include <tessera/distributed/reduce_all.hpp>
#include <tessera/distributed/stencils/iterate.hpp>
#include <tessera/distributed/stencils/stencil.hpp>

#include <cmath>

using namespace tessera_test;

namespace {

using vec = fixed_array<double, 3>;
using mat = fixed_array<double, 2, 2>;

double wild(index_t k, index_t of) {
  const auto x = static_cast<double>(k);
  return std::sin(1.7 * x + static_cast<double>(of)) *
         std::pow(10.0, static_cast<double>((k * 7 + of) % 25 - 12));
}

vec vec_of(index_t k) { return {wild(k, 0), wild(k, 1), wild(k, 2)}; }

ndarray<vec, 2> serial(const shape_t<2>& shape) {
  ndarray<vec, 2> all(shape);
  for (index_t i = 0; i < all.size(); ++i) all.data()[i] = vec_of(i);
  return all;
}

global_array<vec, 2> field_on(const process_grid<2>& grid, const ndarray<vec, 2>& from,
                              const halo<2>& width = {}) {
  global_array<vec, 2> u(grid, from.shape(), width);
  u.fill([&](index_t i, index_t j) { return from(i, j); });
  return u;
}

const auto smooth = [](auto c) {
  return 0.5 * c(0, 0) + 0.125 * (c(-1, 0) + c(1, 0) + c(0, -1) + c(0, 1));
};

/// A step by a plain loop, over a periodic domain.
ndarray<vec, 2> smoothed(const ndarray<vec, 2>& u) {
  ndarray<vec, 2> v(u.shape());
  const index_t n = u.shape(0);
  const index_t m = u.shape(1);
  for (index_t i = 0; i < n; ++i)
    for (index_t j = 0; j < m; ++j)
      for (index_t k = 0; k < 3; ++k)
        v(i, j)(k) = 0.5 * u(i, j)(k) + 0.125 * (u((i + n - 1) % n, j)(k) + u((i + 1) % n, j)(k) +
                                                 u(i, (j + m - 1) % m)(k) + u(i, (j + 1) % m)(k));
  return v;
}

} // namespace

TEST(fixed_elements, in_messages) {
  const communicator comm = world();
  const int n = comm.size();
  const int right = (comm.rank() + 1) % n;
  const int left = (comm.rank() + n - 1) % n;
  const ndarray<vec, 2> mine({4, 3}, vec_of(comm.rank()));
  ndarray<vec, 2> received({4, 3}, vec{});
  sendrecv(comm, mine, right, received, left);
  EXPECT_TRUE(array_equal(received, ndarray<vec, 2>({4, 3}, vec_of(left))));
  mat value = comm.rank() == 0 ? mat{{1, 2}, {3, 4}} : mat{};
  bcast(comm, value, 0);
  EXPECT_EQ(value, (mat{{1, 2}, {3, 4}}));
  const auto all = allgather(comm, vec_of(comm.rank()));
  for (int r = 0; r < n; ++r) EXPECT_EQ(all.data()[r], vec_of(r));
}

TEST(fixed_elements, reduced_over_ranks) {
  const communicator comm = world();
  const ndarray<vec, 1> mine({2}, vec_of(comm.rank()));
  exact_sum expected[3];
  vec largest = vec_of(0);
  for (int r = 0; r < comm.size(); ++r)
    for (index_t k = 0; k < 3; ++k) expected[k].add(vec_of(r)(k));
  for (int r = 1; r < comm.size(); ++r) largest = maximum(largest, vec_of(r));
  const auto sums = allreduce(comm, mine);
  const vec single = allreduce(comm, vec_of(comm.rank()));
  for (index_t k = 0; k < 3; ++k) EXPECT_EQ(sums(1)(k), expected[k].value());
  EXPECT_EQ(single, sums(0));
  EXPECT_EQ(allreduce(comm, vec_of(comm.rank()), op::max), largest);
  const mat turn{{0, -1}, {1, 0}};
  mat turned = mat::identity();
  for (int r = 0; r < comm.size(); ++r) turned = matmul(turned, turn);
  EXPECT_EQ(allreduce(comm, turn, [](const mat& a, const mat& b) { return matmul(a, b); }), turned);
}

TEST(fixed_elements, in_expressions_and_reductions) {
  const shape_t<2> shape{13, 11};
  const ndarray<vec, 2> one = serial(shape);
  const ndarray<vec, 2> expected = 2.0 * one - vec{1, 0, 3} + abs(one);
  for (const process_grid<2>& grid : all_grids<2>(world())) {
    const auto u = field_on(grid, one);
    global_array<vec, 2> v(grid, shape);
    v = 2.0 * u - vec{1, 0, 3} + abs(u);
    EXPECT_TRUE(array_equal(v.gather_all(), expected));
    EXPECT_EQ(sum(u), sum(one));
    EXPECT_EQ(sum(2.0 * u), sum(2.0 * one));
    EXPECT_EQ(mean(u), mean(one));
    EXPECT_EQ((max)(u), (max)(one));
    EXPECT_EQ((min)(u), (min)(one));
    EXPECT_EQ(norm(u), norm(one));
    EXPECT_TRUE(array_equal(sum(u, axis(0)), sum(one, axis(0))));
    EXPECT_TRUE(array_equal(mean(u, axis(1)), mean(one, axis(1))));
    EXPECT_EQ(checksum(u), checksum(field_on(process_grid<2>(world(), {world().size(), 1}), one)));
    EXPECT_TRUE(array_equal(u, copy(u)));
    global_array<vec, 2> other(process_grid<2>(world(), {1, world().size()}), shape);
    redistribute(u, other);
    EXPECT_TRUE(array_equal(other.gather_all(), one));
  }
}

TEST(fixed_elements, in_kernels) {
  const shape_t<2> shape{14, 12};
  const ndarray<vec, 2> one = serial(shape);
  const ndarray<vec, 2> once = smoothed(one);
  ndarray<vec, 2> after = one;
  for (int step = 0; step < 5; ++step) after = smoothed(after);
  for (const process_grid<2>& grid : all_grids<2>(world())) {
    halo<2> width(1);
    width.periodic = {true, true};
    auto u = field_on(grid, one, width);
    global_array<vec, 2> v = u;
    apply(v, u, smooth);
    EXPECT_TRUE(array_equal(v.gather_all(), once));
    iterate(u, v, 5, smooth);
    EXPECT_TRUE(array_equal(u.gather_all(), after));
  }
}

TEST(fixed_elements, beyond_the_ends) {
  const shape_t<2> shape{9, 8};
  const ndarray<vec, 2> one = serial(shape);
  const vec wall{1, 2, 3};
  for (const process_grid<2>& grid : all_grids<2>(world())) {
    auto u = field_on(grid, one, halo<2>(1));
    u.set_boundary(axis(0), boundary::fixed(wall), boundary::antireflecting);
    u.set_boundary(axis(1), boundary::extrapolated, boundary::reflecting);
    global_array<vec, 2> v(grid, shape, halo<2>(1));
    const auto check = [&](auto kernel, auto expected) {
      apply(v, u, kernel);
      const auto all = v.gather_all();
      for (index_t i = 0; i < shape[0]; ++i)
        for (index_t j = 0; j < shape[1]; ++j) EXPECT_EQ(all(i, j), expected(i, j));
    };
    check([](auto c) { return c(-1, 0); },
          [&](index_t i, index_t j) { return i == 0 ? wall : one(i - 1, j); });
    check([](auto c) { return c(1, 0); },
          [&](index_t i, index_t j) { return i == 8 ? -one(8, j) : one(i + 1, j); });
    check([](auto c) { return c(0, -1); },
          [&](index_t i, index_t j) {
            return j == 0 ? one(i, 0) + (one(i, 0) - one(i, 1)) : one(i, j - 1);
          });
    check([](auto c) { return c(0, 1); },
          [&](index_t i, index_t j) { return one(i, j == 7 ? 7 : j + 1); });
  }
}
