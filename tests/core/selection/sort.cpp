#include "message_of.hpp"
#include "random_source.hpp"

#include <tessera/core/creation/create.hpp>
#include <tessera/core/error.hpp>
#include <tessera/core/selection/merge.hpp>
#include <tessera/core/selection/search.hpp>
#include <tessera/core/sorting.hpp>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>
#include <vector>

using namespace tessera;

namespace {

/// NumPy's order: NaN comes last.
template <class T> bool comes_first(T a, T b) { return a < b || (b != b && a == a); }

template <class T> ndarray<T, 1> special_numbers(random_source& random, index_t n, bool few) {
  using limits = std::numeric_limits<T>;
  const T special[] = {limits::quiet_NaN(),
                       -limits::quiet_NaN(),
                       limits::infinity(),
                       -limits::infinity(),
                       T{0},
                       -T{0},
                       limits::max(),
                       limits::lowest(),
                       limits::denorm_min()};
  ndarray<T, 1> a(shape_t<1>{n});
  for (index_t k = 0; k < n; ++k)
    a(k) = random.one_in(few ? 1 : 4) ? special[random.between(0, 8)]
                                      : static_cast<T>(random.between(-9999, 9999)) / T{7};
  return a;
}

template <class T> void expect_bits(const ndarray<T, 1>& a, const ndarray<T, 1>& b) {
  ASSERT_EQ(a.size(), b.size());
  const std::size_t bytes = sizeof(T) * static_cast<std::size_t>(a.size());
  EXPECT_TRUE(bytes == 0 || std::memcmp(a.data(), b.data(), bytes) == 0) << a.size();
}

template <class T> void expect_stable_order(const ndarray<T, 1>& a) {
  ndarray<index_t, 1> order(a.shape());
  std::iota(order.data(), order.data() + a.size(), index_t{0});
  std::stable_sort(order.data(), order.data() + a.size(),
                   [&a](index_t p, index_t q) { return comes_first(a(p), a(q)); });
  expect_bits(argsort(a), order);
  expect_bits(sort(a), ndarray<T, 1>(take(a, order)));
}

} // namespace

TEST(sort, what_is_equal_keeps_its_order) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (const index_t n : {0, 1, 2, 10, 63, 64, 65, 300, 399, 400, 700, 5000})
    for (const bool few : {false, true}) {
      expect_stable_order(special_numbers<double>(random, n, few));
      expect_stable_order(special_numbers<float>(random, n, few));
    }
}

TEST(sort, integers_of_every_width) {
  random_source random;
  SCOPED_TRACE(random.trace());
  const auto check = [&](auto like) {
    using T = decltype(like);
    for (const index_t n : {2, 100, 3000}) {
      ndarray<T, 1> a(shape_t<1>{n});
      for (index_t i = 0; i < n; ++i) a(i) = static_cast<T>(random.between(INT64_MIN, INT64_MAX));
      a(0) = std::numeric_limits<T>::max();
      a(n - 1) = std::numeric_limits<T>::min();
      expect_stable_order(a);
    }
  };
  check(std::int8_t{});
  check(std::uint8_t{});
  check(std::int16_t{});
  check(std::uint16_t{});
  check(std::int32_t{});
  check(std::uint32_t{});
  check(std::uint64_t{});
}

TEST(sort, unique_of_few_and_of_many) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (const index_t different : {1, 30, 2048, 2049, 6000}) {
    ndarray<double, 1> a(shape_t<1>{8000});
    for (index_t i = 0; i < a.size(); ++i)
      a(i) = static_cast<double>(random.between(0, different - 1)) - 10.0;
    const std::vector<double> all(a.data(), a.data() + a.size());
    std::vector<double> values = all;
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
    const auto found = unique_all(a);
    ASSERT_EQ(found.values.size(), static_cast<index_t>(values.size()));
    EXPECT_TRUE(array_equal(unique(a), found.values));
    for (index_t k = 0; k < found.values.size(); ++k) {
      const double x = values[static_cast<std::size_t>(k)];
      EXPECT_EQ(found.values(k), x);
      EXPECT_EQ(found.counts(k), std::count(all.begin(), all.end(), x));
      EXPECT_EQ(found.indices(k), std::find(all.begin(), all.end(), x) - all.begin());
    }
    EXPECT_TRUE(array_equal(take(found.values, found.inverse), a));
  }
}

TEST(sort, first_of_equal_zeros_and_nan_stand_for_all) {
  ndarray<double, 1> a(shape_t<1>{1000}, 0.0);
  a(0) = -0.0;
  a(5) = -std::numeric_limits<double>::quiet_NaN();
  a(6) = std::numeric_limits<double>::quiet_NaN();
  const auto few = unique(a);
  ASSERT_EQ(few.size(), 2);
  EXPECT_TRUE(std::signbit(few(0)));
  EXPECT_TRUE(std::signbit(few(1)));
  expect_bits(unique(ndarray<double, 1>(a(slice(0, 100)))), few);
}

TEST(sort, merged_runs) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (const index_t n : {0, 1, 40, 1000})
    for (const index_t m : {0, 3, 50, 700}) {
      const auto a = sort(special_numbers<double>(random, n, random.one_in(2)));
      const auto b = sort(special_numbers<double>(random, m, random.one_in(2)));
      ndarray<double, 1> expected(shape_t<1>{n + m});
      std::merge(a.data(), a.data() + n, b.data(), b.data() + m, expected.data(),
                 &comes_first<double>);
      ndarray<double, 1> found(expected.shape());
      detail::merge_adjacent(a.data(), n, b.data(), m, found.data());
      expect_bits(found, expected);
    }
}

TEST(sort, runs_of_every_length) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (const index_t n : {0, 1, 2, 24, 25, 399, 400, 401, 5000}) {
    ndarray<std::int64_t, 1> a(shape_t<1>{n});
    for (index_t i = 0; i < n; ++i)
      a(i) = random.one_in(2) ? random.between(-5, 5) : random.between(INT64_MIN, INT64_MAX);
    std::vector<std::int64_t> expected(a.data(), a.data() + n);
    std::sort(expected.begin(), expected.end());
    const auto order = argsort(a);
    EXPECT_TRUE(array_equal(take(a, order), sort(a)));
    sort_in_place(a);
    EXPECT_TRUE(std::equal(expected.begin(), expected.end(), a.data())) << n;
  }
}

TEST(sort, in_place_works_through_views) {
  ndarray<double, 2> a{{3, 9, 1}, {2, 9, 5}};
  sort_in_place(a(all, slice(none, none, 2)));
  EXPECT_TRUE(array_equal(a, ndarray<double, 2>{{1, 9, 3}, {2, 9, 5}}));
  sort_in_place(a(slice(none, none, -1), 0));
  EXPECT_TRUE(array_equal(a, ndarray<double, 2>{{2, 9, 3}, {1, 9, 5}}));
}

TEST(sort, of_other_names_of_types) {
  const ndarray<long long, 1> a{3, -1, 2};
  EXPECT_TRUE(array_equal(sort(a), ndarray<int, 1>{-1, 2, 3}));
  EXPECT_EQ(max(a), 3);
  EXPECT_EQ(sum(a, axis(0), keepdims)(0), 4);
  const ndarray<char, 1> letters{'b', 'a'};
  EXPECT_EQ(sort(letters)(0), 'a');
}

TEST(sort, errors) {
  const ndarray<double, 1> a{1, 2};
  EXPECT_EQ(message_of<index_error>([&] { (void)partition(a, 2); }),
            "there is no element 2 among 2 along the axis");
  EXPECT_THROW((void)sort(a, axis(1)), argument_error);
}

TEST(sort, scalars_are_searched_for) {
  const ndarray<int, 1> a{1, 3, 3, 7};
  EXPECT_EQ(searchsorted(a, 3), 1);
  EXPECT_EQ(searchsorted(a, 3, side::right), 3);
  EXPECT_EQ(searchsorted(a, 6.5), 3);
  EXPECT_EQ(searchsorted(ndarray<int, 1>(), 1), 0);
}
