#include "message_of.hpp"
#include "random_source.hpp"

#include <tessera/core/creation/create.hpp>
#include <tessera/core/error.hpp>
#include <tessera/core/selection/search.hpp>

#include <algorithm>
#include <vector>

using namespace tessera;

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
