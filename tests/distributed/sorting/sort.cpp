// Sorted arrays over ranks against std::stable_sort of the gathered elements, bit for bit.
#include "cases.hpp"
#include "message_of.hpp"
#include "sort_cases.hpp"

#include <tessera/distributed/arrays/create.hpp>
#include <tessera/distributed/sorting/sort.hpp>

#include <algorithm>
#include <numeric>
#include <vector>

using namespace tessera_test;

namespace {

/// The places of elements in NumPy's order of them, that of appearance where they are equal.
template <class T> ndarray<index_t, 1> stable_order(const ndarray<T, 1>& a) {
  ndarray<index_t, 1> order(a.shape());
  std::iota(order.data(), order.data() + order.size(), index_t{0});
  std::stable_sort(order.data(), order.data() + order.size(),
                   [&](index_t i, index_t j) { return comes_first(a.data()[i], a.data()[j]); });
  return order;
}

template <class T> void expect_sorted(const global_array<T, 1>& u, const std::string& what) {
  const auto whole = u.gather_all();
  const auto order = stable_order(whole);
  ndarray<T, 1> expected(whole.shape());
  for (index_t i = 0; i < whole.size(); ++i) expected.data()[i] = whole.data()[order.data()[i]];
  const auto sorted = sort(u);
  EXPECT_EQ(count_different(sorted.gather_all(), expected), 0) << what;
  EXPECT_TRUE(is_balanced(sorted)) << what;
  EXPECT_EQ(count_different(argsort(u).gather_all(), order), 0) << what;
}

template <class T> void expect_all_kinds_sorted() {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (const key_kind kind : all_key_kinds)
    for (const index_t n : {0, 1, 5, 700}) {
      const auto u = random_keys<T>(random, n, kind);
      expect_sorted(u, describe(u.distribution()) + name_of(kind));
    }
}

} // namespace

TEST(sort, doubles_of_every_kind) { expect_all_kinds_sorted<double>(); }
TEST(sort, integers_of_every_kind) { expect_all_kinds_sorted<std::int64_t>(); }
TEST(sort, small_types_of_every_kind) {
  expect_all_kinds_sorted<std::uint8_t>();
  expect_all_kinds_sorted<float>();
}

TEST(sort, long_runs_merge_in_lanes) {
  random_source random;
  SCOPED_TRACE(random.trace());
  const auto u = random_keys<double>(random, 20000, key_kind::any);
  expect_sorted(u, describe(u.distribution()));
}

TEST(sort, views_and_expressions) {
  random_source random;
  SCOPED_TRACE(random.trace());
  const auto u = random_keys<double>(random, 101, key_kind::few);
  const auto a = u.gather_all();
  const auto check = [&](const auto& global, const auto& local) {
    const ndarray<double, 1> elements(local);
    expect_same_bits(sort(global), sort(elements));
    expect_same_bits(argsort(global), argsort(elements));
  };
  check(u(slice(none, none, 3)), a(slice(none, none, 3)));
  check(u(slice(none, none, -2)), a(slice(none, none, -2)));
  check(u(slice(40, 40)), a(slice(40, 40)));
  check(2.0 - u, 2.0 - a);
}

TEST(sort, along_axes) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int i = 0; i < 4; ++i) {
    const process_grid<2> grid = random_grid<2>(random, world());
    const auto shape = random_shape_of<2>(random, 12);
    global_array<double, 2> u(grid, distribution_of_any_kind(random, shape, grid.dims()));
    u.fill([&](index_t row, index_t column) noexcept {
      return static_cast<double>((row * 7 + column * 5) % 6);
    });
    const auto a = u.gather_all();
    for (const index_t k : {0, 1, -1}) {
      expect_same_bits(sort(u, axis(k)), sort(a, axis(k)));
      expect_same_bits(argsort(u, axis(k)), argsort(a, axis(k)));
    }
    expect_same_bits(sort(ravel(u)), sort(ndarray<double, 1>(ravel(a))));
  }
}

TEST(sort, errors) {
  const auto u = ones(process_grid<1>(world()), {5});
  EXPECT_NE(message_of<argument_error>([&] { (void)sort(u, axis(1)); }).find("axis 1"),
            std::string::npos);
}
