#include "cases.hpp"
#include "message_of.hpp"

#include <tessera/core/error.hpp>
#include <tessera/distributed/arrays/create.hpp>
#include <tessera/distributed/reduce.hpp>
#include <tessera/distributed/sparse/sparse_matrix.hpp>

#include <gtest/gtest.h>

#include <array>
#include <map>

using namespace tessera;
using namespace tessera_test;

namespace {

template <class T> using entries_of = std::vector<sparse_entry<T>>;

/// Random entries, some at the same places, the same on all ranks.
template <class T>
entries_of<T> random_entries(random_source& random, const shape_t<2>& shape, index_t n) {
  entries_of<T> result;
  for (index_t i = 0; i < n && size_of(shape) > 0; ++i)
    result.push_back({random.between(0, shape[0] - 1), random.between(0, shape[1] - 1),
                      static_cast<T>(static_cast<double>(random.between(-999, 999)) / 7)});
  return result;
}

/// This rank's part of a list: stretches in the order of the ranks.
template <class T> entries_of<T> own_part(const entries_of<T>& given) {
  const interval mine =
      axis_distribution(static_cast<index_t>(given.size()), world().size()).block(world().rank());
  return {given.begin() + mine.lower, given.begin() + mine.upper};
}

/// The elements, added in the order of the list.
template <class T> std::map<std::pair<index_t, index_t>, T> added(const entries_of<T>& given) {
  std::map<std::pair<index_t, index_t>, T> result;
  for (const sparse_entry<T>& e : given) {
    const auto [place, is_new] = result.try_emplace({e.row, e.column}, e.value);
    if (!is_new) place->second += e.value;
  }
  return result;
}

/// Its product with a vector, in the order of the columns.
template <class T>
ndarray<T, 1> plain_product(const entries_of<T>& given, index_t rows, const ndarray<T, 1>& x) {
  ndarray<T, 1> y(shape_t<1>{rows}, T{});
  for (const auto& [place, value] : added(given)) y(place.first) += value * x(place.second);
  return y;
}

template <class T> void products_are_right() {
  random_source random;
  for (int n = 0; n < 10; ++n) {
    const shape_t<2> shape = random_shape_of<2>(random, 40);
    const auto given = random_entries<T>(random, shape, random.between(0, 200));
    const sparse_matrix<T> a(random_grid<1>(random, world()), shape, own_part(given));
    EXPECT_EQ(a.nonzeros(), static_cast<index_t>(added(given).size())) << random.trace();
    ndarray<T, 1> x(shape_t<1>{shape[1]});
    for (index_t i = 0; i < x.size(); ++i) x(i) = T(1) / static_cast<T>(static_cast<double>(i + 3));
    const auto grid = random_grid<1>(random, world());
    global_array<T, 1> v(grid,
                         distribution_of_any_kind<1>(random, shape_t<1>{shape[1]}, grid.dims()));
    v.scatter(x);
    EXPECT_TRUE(array_equal(matmul(a, v).gather_all(), plain_product(given, shape[0], x)))
        << random.trace();
    global_array<T, 1> like(a.grid(),
                            distribution<1>(std::array<axis_distribution, 1>{a.columns()}));
    like.scatter(x);
    auto y = matmul(a, like);
    EXPECT_TRUE(array_equal(y.gather_all(), plain_product(given, shape[0], x))) << random.trace();
    matmul(a, like + T(1), y); // again, of an expression
    EXPECT_TRUE(
        array_equal(y.gather_all(), plain_product(given, shape[0], ndarray<T, 1>(x + T(1)))))
        << random.trace();
  }
}

} // namespace

TEST(sparse_matrix, products_have_the_bits_of_a_plain_loop) { products_are_right<double>(); }
TEST(sparse_matrix, products_in_float) { products_are_right<float>(); }

TEST(sparse_matrix, entries_are_sorted_and_added_in_order) {
  random_source random;
  const auto given = random_entries<float>(random, {6, 5}, 90); // many at the same places
  const sparse_matrix<float> a(process_grid<1>(world()), {6, 5}, own_part(given));
  const auto truth = added(given);
  for (const sparse_entry<float>& e : a.entries())
    EXPECT_EQ(e.value, truth.at({e.row, e.column})) << random.trace();
  const auto& columns = a.column_subscripts();
  for (std::size_t i = 0; i + 1 < a.starts().size(); ++i)
    for (index_t k = a.starts()[i] + 1; k < a.starts()[i + 1]; ++k)
      EXPECT_LT(columns[static_cast<std::size_t>(k) - 1], columns[static_cast<std::size_t>(k)]);
}

TEST(sparse_matrix, the_transposed_has_the_same_elements) {
  random_source random;
  const auto given = random_entries<double>(random, {17, 30}, 120);
  const sparse_matrix<double> a(process_grid<1>(world()), {17, 30}, own_part(given));
  const sparse_matrix<double> turned = a.transpose();
  EXPECT_EQ(turned.shape(), (shape_t<2>{30, 17}));
  EXPECT_EQ(turned.nonzeros(), a.nonzeros());
  const auto truth = added(given);
  for (const sparse_entry<double>& e : turned.entries())
    EXPECT_EQ(e.value, truth.at({e.column, e.row}));
}

TEST(sparse_matrix, values_may_change_and_halos_are_no_matter) {
  const index_t n = 50;
  entries_of<double> mine;
  for (index_t i = world().rank(); i < n; i += world().size()) {
    mine.push_back({i, i, 2.0});
    if (i > 0) mine.push_back({i, i - 1, -1.0});
    if (i + 1 < n) mine.push_back({i, i + 1, -1.0});
  }
  const process_grid<1> grid(world());
  sparse_matrix<double> a(grid, {n, n}, mine);
  global_array<double, 1> x(grid, shape_t<1>{n}, halo<1>(1));
  x.fill([](index_t i) { return static_cast<double>(i * i); });
  const ndarray<double, 1> y = matmul(a, x).gather_all();
  EXPECT_EQ(y(0), -1.0);
  EXPECT_EQ(y(n - 1), 2.0 * 49 * 49 - 48 * 48);
  for (index_t i = 1; i + 1 < n; ++i) EXPECT_EQ(y(i), -2.0);
  for (double& value : a.values()) value *= 2;
  EXPECT_TRUE(array_equal(matmul(a, x).gather_all(), 2.0 * y));
  EXPECT_LE(a.remote(), 2);
}

TEST(sparse_matrix, entries_outside_and_other_vectors_are_named_on_all_ranks) {
  const process_grid<1> grid(world());
  const bool last = world().rank() == world().size() - 1;
  const entries_of<double> wrong =
      last ? entries_of<double>{{0, 0, 1.0}, {3, 4, 1.0}} : entries_of<double>{};
  const std::string said = message_of<index_error>([&] {
    sparse_matrix<double>(grid, {4, 4}, wrong);
  });
  EXPECT_NE(said.find("entry 1 of rank " + std::to_string(world().size() - 1) +
                      " is at (3, 4), outside a matrix of shape (4, 4)"),
            std::string::npos)
      << said;
  const sparse_matrix<double> a(grid, {4, 3}, {});
  EXPECT_EQ(
      message_of<shape_error>([&] { static_cast<void>(matmul(a, ones(grid, shape_t<1>{4}))); }),
      "a sparse matrix of shape (4, 3) and a vector of 4 elements as its right factor; it "
      "takes 3");
  EXPECT_TRUE(array_equal(matmul(a, ones(grid, shape_t<1>{3})).gather_all(),
                          ndarray<double, 1>{0.0, 0.0, 0.0, 0.0}));
}
