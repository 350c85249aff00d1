// Elements of global arrays that masks choose, against loops over the gathered array.
#include "cases.hpp"
#include "message_of.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/expressions/map.hpp>
#include <tessera/core/reductions/reduce.hpp>
#include <tessera/core/text/format.hpp>
#include <tessera/distributed/arrays/create.hpp>
#include <tessera/distributed/functions/axes.hpp>
#include <tessera/distributed/ranks/memory_account.hpp>
#include <tessera/distributed/reduce.hpp>
#include <tessera/distributed/selection/masked_view.hpp>
#include <tessera/distributed/selection/place.hpp>

#include <string>
#include <vector>

using namespace tessera_test;

namespace {

/// True for some elements, by their number; long runs of either value, or of one.
struct rule {
  index_t every;
  index_t of;
  bool operator()(index_t i) const { return (i * 7919 + i / 5) % of < every; }
};

rule random_rule(random_source& random) {
  const index_t of = random.between(1, 9);
  return {random.one_in(5) ? (random.one_in(2) ? index_t{0} : of) : random.between(0, of), of};
}

/// A random array and a mask that lies as it does, and both gathered.
template <class T, std::size_t N> struct masked_case {
  masked_case(random_source& random, index_t most)
      : masked_case(random, random_shape_of<N>(random, most)) {}
  masked_case(random_source& random, const shape_t<N>& shape) {
    const process_grid<N> grid = random_grid<N>(random, world());
    const auto owners = distribution_of_any_kind(random, shape, grid.dims());
    const halo<N> width = random.one_in(3) && !owners.is_cyclic() ? halo<N>(1) : halo<N>();
    u = global_array<T, N>(grid, owners, width);
    mask = global_array<bool, N>(grid, owners);
    fill_numbered(u);
    is_true = random_rule(random);
    mask.fill([shape, this](auto... i) {
      return is_true(flat_index<N>({static_cast<index_t>(i)...}, shape));
    });
    whole = u.gather_all();
    whole_mask = mask.gather_all();
    what = describe(owners) + ", every " + std::to_string(is_true.every) + " of " +
           std::to_string(is_true.of);
  }

  global_array<T, N> u;
  global_array<bool, N> mask;
  ndarray<T, N> whole;
  ndarray<bool, N> whole_mask;
  rule is_true{};
  std::string what;
};

template <class T, std::size_t N>
std::vector<T> chosen_one_by_one(const ndarray<T, N>& whole, const ndarray<bool, N>& mask) {
  std::vector<T> result;
  for (index_t i = 0; i < whole.size(); ++i)
    if (mask.data()[i]) result.push_back(whole.data()[i]);
  return result;
}

/// These elements, in blocks whose sizes differ by one at most.
template <class T>
void expect_elements(const global_array<T, 1>& found, const std::vector<T>& expected,
                     const std::string& what) {
  const auto n = static_cast<index_t>(expected.size());
  ASSERT_EQ(found.size(), n) << what;
  EXPECT_EQ(found.distribution().axis(0), axis_distribution(n, found.grid().size())) << what;
  const auto all = found.gather_all();
  for (index_t i = 0; i < n; ++i)
    ASSERT_TRUE(same_bits(all.data()[i], expected[static_cast<std::size_t>(i)])) << what;
}

template <class T, std::size_t N> void check_reading(random_source& random, index_t most) {
  masked_case<T, N> c(random, most);
  expect_elements(copy(c.u(c.mask)), chosen_one_by_one(c.whole, c.whole_mask), c.what);
  if (c.u.distribution().is_cyclic()) return; // beside which local arrays are refused
  expect_elements(compress(c.whole_mask, c.u), chosen_one_by_one(c.whole, c.whole_mask),
                  c.what + ", a local mask");
}

/// A global array of the numbers from `first` on, anyhow distributed.
template <class T>
global_array<T, 1> numbers_from(random_source& random, index_t first, index_t n) {
  const process_grid<1> grid(world());
  global_array<T, 1> result(grid, distribution_of_any_kind(random, shape_t<1>{n}, grid.dims()));
  result.fill([first](index_t i) { return static_cast<T>(first + i); });
  return result;
}

} // namespace

TEST(masked, elements_in_order) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int trial = 0; trial < 8; ++trial) {
    check_reading<double, 1>(random, 60);
    check_reading<double, 2>(random, 13);
    check_reading<std::int32_t, 3>(random, 7);
    if (trial % 4 == 0) check_reading<three_words, 2>(random, 9);
  }
}

TEST(masked, of_views) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int trial = 0; trial < 8; ++trial) {
    masked_case<double, 2> c(random, 10);
    const auto check = [&](const auto& part, const auto& mask, const auto& whole,
                           const auto& whole_mask) {
      expect_elements(copy(part(mask)), chosen_one_by_one(ndarray(whole), ndarray(whole_mask)),
                      c.what);
    };
    check(c.u.transpose(), c.mask.transpose(), c.whole.transpose(), c.whole_mask.transpose());
    if (c.u.distribution().is_cyclic()) continue; // parts of which are refused in expressions
    const slice rows(none, none, -2);
    check(c.u(rows), c.mask(rows), c.whole(rows), c.whole_mask(rows));
    const slice some(1, none);
    check(c.u(all, some), c.mask(all, some), c.whole(all, some), c.whole_mask(all, some));
    if (c.whole.shape()[0] > 0)
      check(c.u(-1, all), c.mask(-1, all), c.whole(-1, all), c.whole_mask(-1, all));
    if (c.whole.shape()[1] > 0)
      check(c.u(all, 0), c.mask(all, 0), c.whole(all, 0), c.whole_mask(all, 0));
  }
}

// Many short parts of rows: the elements are brought to other ranks first.
TEST(masked, of_short_rows) {
  random_source random;
  SCOPED_TRACE(random.trace());
  const process_grid<2> grid(world(), {1, world().size()});
  global_array<double, 2> u(grid, distribution_of_any_kind(random, {3000, 9}, grid.dims()));
  fill_numbered(u);
  const ndarray<double, 2> whole = u.gather_all();
  const ndarray<bool, 2> mask = whole % 3.0 != 1.0;
  expect_elements(copy(u(u % 3.0 != 1.0)), chosen_one_by_one(whole, mask), "short rows");
  u(u % 3.0 != 1.0) = ndarray<double, 1>(-arange(count_nonzero(mask)));
  ndarray<double, 2> expected = whole;
  expected(mask) = -arange(count_nonzero(mask));
  EXPECT_TRUE(array_equal(u.gather_all(), expected));
}

TEST(masked, of_expressions) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int trial = 0; trial < 5; ++trial) {
    masked_case<double, 2> c(random, 9);
    const ndarray<bool, 2> large = c.whole > 20.0;
    const ndarray<double, 2> square = c.whole * c.whole;
    expect_elements(compress(c.u > 20.0, c.u * c.u), chosen_one_by_one(square, large), c.what);
    expect_elements(extract(c.u - 21.0, c.u),
                    chosen_one_by_one(c.whole, ndarray<bool, 2>(c.whole != 21.0)), c.what);
    if (!c.u.distribution().is_cyclic())
      expect_elements(compress(c.mask, c.whole), chosen_one_by_one(c.whole, c.whole_mask), c.what);
    EXPECT_EQ(sum(c.u(c.mask)), sum(c.whole(c.whole_mask))) << c.what;
    EXPECT_EQ(c.u(c.mask).size(), count_nonzero(c.whole_mask)) << c.what;
    const auto twice = copy(2.0 * c.u(c.mask));
    static_assert(std::is_same_v<decltype(twice), const global_array<double, 1>>);
    expect_elements(twice, chosen_one_by_one(ndarray<double, 2>(2.0 * c.whole), c.whole_mask),
                    c.what);
  }
}

// The mask reads the halo, which is stale.
TEST(masked, of_neighbours) {
  global_array<std::int64_t, 1> u(process_grid<1>(world()), {50}, halo<1>(1));
  u.fill([](index_t i) { return i * 7 % 11; });
  const ndarray<std::int64_t, 1> whole = u.gather_all();
  const slice upper(1, none);
  const slice lower(none, -1);
  const ndarray<bool, 1> grows = whole(upper) > whole(lower);
  const auto expected = chosen_one_by_one(ndarray<std::int64_t, 1>(whole(upper)), grows);
  expect_elements(copy(u(upper)(u(upper) > u(lower))), expected, "neighbours");
  u(upper)(u(upper) > u(lower)) = 0;
  ndarray<std::int64_t, 1> cut = whole;
  cut(upper)(grows) = 0;
  EXPECT_TRUE(array_equal(u.gather_all(), cut));
}

TEST(masked, throws_on_all_ranks_together) {
  global_array<double, 2> u(process_grid<2>(world()), {5, 4});
  fill_numbered(u);
  const auto small = map(
      [](double x) {
        if (x == 20.0) throw argument_error("20 is too much");
        return x < 10.0;
      },
      u);
  const std::string message =
      message_of<argument_error>([&] { static_cast<void>(copy(u(small))); });
  EXPECT_NE(message.find("20 is too much"), std::string::npos) << message;
  EXPECT_EQ(copy(u(map([](double x) { return x < 10.0; }, u))).size(), 9);
}

TEST(masked, assigned) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int trial = 0; trial < 7; ++trial) {
    masked_case<double, 2> c(random, 9);
    const index_t n = count_nonzero(c.whole_mask);
    const auto expect_assigned = [&](const char* how) {
      EXPECT_TRUE(array_equal(c.u.gather_all(), c.whole)) << how << ", " << c.what;
      EXPECT_FALSE(c.u.halo_is_fresh());
    };
    c.u(c.mask) = numbers_from<double>(random, 100, n);
    c.whole(c.whole_mask) = 100.0 + arange(n);
    expect_assigned("global values");
    if (c.u.distribution().is_cyclic())
      c.u(c.mask) = arange(n);
    else
      c.u(c.whole_mask) = arange(n);
    c.whole(c.whole_mask) = arange(n);
    expect_assigned("local values");
    c.u.transpose()(c.mask.transpose()) = numbers_from<float>(random, -50, n);
    c.whole.transpose()(c.whole_mask.transpose()) = arange(n) - 50.0;
    expect_assigned("the transposed array");
    c.u(c.mask) = 0.5 * numbers_from<double>(random, 3, n);
    c.whole(c.whole_mask) = 0.5 * (arange(n) + 3.0);
    expect_assigned("an expression");
    c.u(c.u > 20.0) = 20.0;
    c.whole(c.whole > 20.0) = 20.0;
    expect_assigned("one value");
    c.u(c.mask) = c.u(c.mask);
    expect_assigned("itself");
  }
}

TEST(masked, in_place) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int trial = 0; trial < 5; ++trial) {
    masked_case<double, 2> c(random, 9);
    const index_t n = count_nonzero(c.whole_mask);
    c.u(c.mask) += 2.0;
    c.u(c.mask) *= numbers_from<double>(random, 1, n);
    c.u(c.mask) -= ndarray<double, 1>(arange(n));
    c.u(c.mask) /= c.u(c.mask) + 1.0;
    c.whole(c.whole_mask) += 2.0;
    c.whole(c.whole_mask) *= arange(n) + 1.0;
    c.whole(c.whole_mask) -= arange(n);
    c.whole(c.whole_mask) /= c.whole(c.whole_mask) + 1.0;
    EXPECT_TRUE(array_equal(c.u.gather_all(), c.whole)) << c.what;
  }
}

TEST(masked, place) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int trial = 0; trial < 3; ++trial) {
    masked_case<double, 2> c(random, 9);
    for (const index_t n : {index_t{1}, index_t{4}, c.whole.size() + 1}) {
      place(c.u, c.mask, numbers_from<double>(random, n, n));
      place(c.whole, c.whole_mask, ndarray<double, 1>(arange(n) + static_cast<double>(n)));
      EXPECT_TRUE(array_equal(c.u.gather_all(), c.whole)) << n << " values, " << c.what;
      if (c.u.distribution().is_cyclic()) continue;
      place(c.u(all, slice(0, 5)), c.u(all, slice(0, 5)) - 3.0, ndarray<double, 1>(arange(n)));
      place(c.whole(all, slice(0, 5)), c.whole(all, slice(0, 5)) - 3.0,
            ndarray<double, 1>(arange(n)));
      EXPECT_TRUE(array_equal(c.u.gather_all(), c.whole)) << n << " local values, " << c.what;
    }
  }
}

TEST(masked, says_what_is_wrong) {
  const process_grid<2> grid(world());
  global_array<double, 2> u(grid, {4, 6});
  u = 1.0;
  EXPECT_EQ(
      message_of<shape_error>([&] {
        static_cast<void>(u(ndarray<bool, 2>({4, 5})));
      }),
      "a mask of shape (4, 5) as a subscript of an array of shape (4, 6); they must be equal");
  EXPECT_EQ(message_of<shape_error>([&] {
              u(u > 0.0) = ndarray<double, 1>{1, 2, 3};
            }),
            "3 values for 24 chosen elements");
  EXPECT_EQ(message_of<shape_error>([&] { u(u > 0.0) += zeros(process_grid<1>(world()), {7}); }),
            "7 values for 24 chosen elements");
  EXPECT_EQ(message_of<shape_error>([&] { place(u, u > 0.0, ndarray<double, 1>(shape_t<1>{0})); }),
            "0 values for 24 chosen elements");
  EXPECT_TRUE(all(u == 1.0));
  if (world().size() < 2) return;
  std::vector<index_t> on_first(static_cast<std::size_t>(world().size()) + 1, 4);
  on_first.front() = 0;
  global_array<bool, 2> otherwise(process_grid<2>(world(), {world().size(), 1}),
                                  distribution<2>::explicit_boundaries({on_first, {0, 6}}));
  otherwise = true;
  const std::string message =
      message_of<argument_error>([&] { static_cast<void>(copy(u(otherwise))); });
  EXPECT_NE(message.find("redistribute"), std::string::npos) << message;
}

// Beside array, mask and result: bits, and what leaves its rank.
TEST(masked, needs_little_memory) {
  using namespace tessera::detail;
  const index_t each = 1 << 20;
  global_array<double, 1> u(process_grid<1>(world()), {each * world().size()});
  u.fill([](index_t i) { return static_cast<double>(i); });
  const double middle = static_cast<double>(u.size() / 2);
  const auto bytes = static_cast<index_t>(sizeof(double)) * each;
  const memory_account before = memory_of(memory_kind::local);
  const auto chosen = copy(u(u >= middle)); // which the upper ranks have
  const index_t most = memory_of(memory_kind::local).most;
  EXPECT_EQ(chosen.size(), u.size() - u.size() / 2);
  EXPECT_EQ(chosen.at(0), middle);
  const auto result = static_cast<index_t>(sizeof(double)) * size_of(chosen.local_shape());
  EXPECT_LE(most, std::max(before.most, before.now + result + bytes * 3 / 2));
}
