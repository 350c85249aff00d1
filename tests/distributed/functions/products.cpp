// Sums of products over ranks against those of the gathered arrays.
#include "gathered.hpp"
#include "message_of.hpp"

#include <tessera/core/algebra/products.hpp>
#include <tessera/core/random.hpp>
#include <tessera/distributed/arrays/create.hpp>
#include <tessera/distributed/einsum.hpp>
#include <tessera/distributed/functions/cross.hpp>
#include <tessera/distributed/functions/random.hpp>

#include <string>

using namespace tessera_test;

namespace {

/// Whole numbers, so that sums have the same bits in any order.
template <std::size_t N>
global_array<double, N> whole_numbers(random_source& random, const shape_t<N>& shape) {
  const process_grid<N> grid = random_grid<N>(random, world());
  global_array<double, N> u(grid, distribution_of_any_kind(random, shape, grid.dims()));
  generator(static_cast<std::uint64_t>(random.between(1, 1000))).normal(0.0, 5.0, u);
  u = rint(u);
  return u;
}

template <class Check> void many_times(const Check& check) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int trial = 0; trial < 6; ++trial) check(random);
}

} // namespace

TEST(products, einsum_of_global_and_local) {
  many_times([](random_source& random) {
    const index_t n = random.between(0, 9);
    const index_t m = random.between(1, 5);
    const auto u = whole_numbers<2>(random, {n, m});
    const auto a = u.gather_all();
    const ndarray<double, 2> table = rint(generator(1).normal(0.0, 5.0, {m, 3}));
    const ndarray<double, 1> x = rint(generator(2).normal(0.0, 5.0, {n}));
    expect_same(einsum<"ij,jk->ik">(u, table), einsum<"ij,jk->ik">(a, table), "matrix product");
    expect_same(einsum<"jk,ij->ki">(table, u), einsum<"jk,ij->ki">(table, a), "turned");
    expect_same(einsum<"ij,i->ji">(u, x), einsum<"ij,i->ji">(a, x), "scaled rows");
    expect_same(einsum<"ij->j">(u), einsum<"ij->j">(a), "sums of columns");
    expect_same(einsum<"ij,i,jk->k">(u * 2.0, x, table), einsum<"ij,i,jk->k">(a * 2.0, x, table),
                "three");
    expect_same(einsum<"...j,jk">(u.transpose().transpose(), table), einsum<"...j,jk">(a, table),
                "unnamed axes");
  });
}

TEST(products, einsum_of_global_arrays) {
  many_times([](random_source& random) {
    const index_t n = random.between(1, 8);
    const auto u = whole_numbers<2>(random, {n, n});
    const auto v = whole_numbers<2>(random, {n, 4});
    const auto a = u.gather_all();
    const auto b = v.gather_all();
    expect_same(einsum<"ij,jk->ik">(u, v), matmul(a, b), "matrix product");
    expect_same(einsum<"ij,kj->ik">(v, v), matmul(b, b.transpose()), "product with itself");
    expect_same(einsum<"ii->i">(u), diagonal(a).copy(), "diagonal");
    expect_same(einsum<"ij,ij->ij">(v, v), ndarray(b * b), "elementwise");
    expect_same(einsum<"ij,kl->ijkl">(u, v), einsum<"ij,kl->ijkl">(a, b), "all products");
  });
  const auto u = ones(process_grid<2>(world()), {2, 3});
  EXPECT_EQ(message_of<shape_error>([&] { (void)einsum<"ij,jk->ik">(u, u); }),
            "einsum<\"ij,jk->ik\"> of shapes (2, 3), (2, 3): j has 3 elements and 2");
}

TEST(products, tensordot_and_kron) {
  many_times([](random_source& random) {
    const auto u = whole_numbers<3>(random, {random.between(1, 4), 3, 2});
    const auto a = u.gather_all();
    const ndarray<double, 2> table = rint(generator(1).normal(0.0, 5.0, {3, 2}));
    expect_same(tensordot<2>(u, table), tensordot<2>(a, table), "two axes");
    expect_same(tensordot(u, table, axis(1), axis(0)), tensordot(a, table, axis(1), axis(0)),
                "a named axis");
    expect_same(tensordot<1>(table, u(0, slice(0, 2), all)),
                tensordot<1>(table, a(0, slice(0, 2), all)), "local first");
    const auto v = whole_numbers<2>(random, {random.between(1, 4), random.between(1, 3)});
    const auto b = v.gather_all();
    expect_same(kron(v, table), kron(b, table), "kron");
    expect_same(kron(table, v), kron(table, b), "kron, local first");
    expect_same(kron(v, v), kron(b, b), "kron of global arrays");
  });
}

TEST(products, cross_products) {
  many_times([](random_source& random) {
    const shape_t<2> shape{random.between(0, 7), 3};
    const auto u = whole_numbers<2>(random, shape);
    const auto v = whole_numbers<2>(random, shape);
    const ndarray<double, 1> e{1, 0, 2};
    expect_same(cross(u, v), cross(u.gather_all(), v.gather_all()), "cross");
    expect_same(cross(u, e), cross(u.gather_all(), e), "with a vector");
    expect_same(cross(e, 2.0 * u), cross(e, ndarray(2.0 * u.gather_all())), "vector first");
    EXPECT_TRUE(array_equal(vecdot(u, u + 1.0, axis(1)),
                            sum(u.gather_all() * (u.gather_all() + 1.0), axis(1))));
  });
  const auto u = ones(process_grid<2>(world()), {2, 4});
  EXPECT_EQ(message_of<shape_error>([&] { (void)cross(u, u); }),
            "cross of shapes (2, 4) and (2, 4): the last axis must have 3 elements");
}
