// Statistics of integers whose sums leave 64 bits, beside those of the gathered array.
#include "cases.hpp"

#include <tessera/distributed/arrays/create.hpp>
#include <tessera/distributed/functions/statistics.hpp>

#include <limits>

using namespace tessera_test;

namespace {

using integer = std::int64_t;
constexpr integer largest = std::numeric_limits<integer>::max();

/// f(global, local) with numbers near both ends of the type.
template <class F> void on_large_integers(F f) {
  ndarray<integer, 2> a(shape_t<2>{5, 7});
  for (index_t i = 0; i < a.size(); ++i)
    a.data()[i] = i % 3 == 0 ? largest - i * 1000003 : -largest + i * i;
  for (const auto& grid : all_grids<2>(world())) {
    global_array<integer, 2> u(grid, a.shape());
    u = a;
    f(u, a);
  }
}

} // namespace

TEST(integer_statistics, means_over_ranks) {
  on_large_integers([](const auto& u, const auto& a) {
    EXPECT_EQ(mean(u), mean(a));
    EXPECT_EQ(mean(u, masked(u > 0)), mean(a, masked(a > 0)));
    EXPECT_EQ(mean(u + integer{1}), mean(a + integer{1}));
    EXPECT_TRUE(array_equal(mean(u, axis(0)), mean(a, axis(0))));
    EXPECT_TRUE(array_equal(mean(u, axis(1), keepdims), mean(a, axis(1), keepdims)));
    EXPECT_TRUE(array_equal(mean(u, axis(0), masked(u > 0)), mean(a, axis(0), masked(a > 0))));
    EXPECT_EQ(average(u, u), average(a, a));
    EXPECT_TRUE(array_equal(average(u, u, axis(0)), average(a, a, axis(0))));
  });
  const process_grid<1> line(world());
  EXPECT_EQ(mean(full(line, {2}, std::uint64_t{1} << 63U)), 0x1p63);
  EXPECT_EQ(mean(full(line, {9}, std::numeric_limits<int>::min())), -2147483648.0);
}

TEST(integer_statistics, variances_over_ranks) {
  on_large_integers([](const auto& u, const auto& a) {
    EXPECT_EQ(var(u), var(a));
    EXPECT_TRUE(array_equal(var(u, axis(0)), var(a, axis(0))));
    EXPECT_TRUE(array_equal(var(u, axis(1), masked(u > 0)), var(a, axis(1), masked(a > 0))));
  });
  const process_grid<1> line(world());
  EXPECT_EQ(var(arange(line, 1700000000000000000, 1700000000000000004)), 1.25);
}

TEST(integer_statistics, sums_and_products_over_ranks) {
  on_large_integers([](const auto& u, const auto& a) {
    EXPECT_EQ(sum(u), sum(a));
    EXPECT_EQ(prod(u), prod(a));
    EXPECT_EQ(vdot(u, u), vdot(a, a));
    EXPECT_TRUE(array_equal(sum(u, axis(0)), sum(a, axis(0))));
    EXPECT_TRUE(array_equal(prod(u, axis(1)), prod(a, axis(1))));
    EXPECT_EQ(median(u), median(a));
  });
  const process_grid<1> line(world());
  EXPECT_EQ(sum(full(line, {300}, std::int8_t{100})), 30000);
  EXPECT_EQ(dot(full(line, {9}, std::int8_t{100}), full(line, {9}, std::int8_t{100})), 90000);
  EXPECT_EQ(ptp(fromfunction([](index_t i) { return static_cast<std::int8_t>(i * 85 - 128); }, line,
                             {4})),
            255);
}
