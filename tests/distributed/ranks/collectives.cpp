#include <tessera/distributed/collectives.hpp>

#include "cases.hpp"

#include <tessera/core/complex.hpp>
#include <tessera/core/reductions/reduce.hpp>

#include <cmath>
#include <limits>
#include <numeric>
#include <string>

using namespace tessera_test;

namespace {

/// One value per rank gives what the local reductions of all of them give, bit for bit.
template <class T> void check_values(const T& mine) {
  const std::vector<T> all = allgather(world(), mine);
  const view<const T, 1> values(all.data(), {world().size()});
  EXPECT_TRUE(same_bits(allreduce_sum(world(), mine), sum(values)));
  if constexpr (std::is_arithmetic_v<T>) {
    EXPECT_TRUE(same_bits(allreduce_min(world(), mine), min(values)));
    EXPECT_TRUE(same_bits(allreduce_max(world(), mine), max(values)));
  }
}

template <class T> void check_integers() {
  using limits = std::numeric_limits<T>;
  const int rank = world().rank();
  const bool last = rank == world().size() - 1;
  check_values(static_cast<T>(rank + 1));
  check_values(limits::max());
  check_values(limits::lowest());
  check_values(last ? limits::max() : T{0});
  check_values(last ? limits::lowest() : T{0});
}

template <class T> void expect_nan(T mine) {
  EXPECT_TRUE(std::isnan(allreduce_min(world(), mine)));
  EXPECT_TRUE(std::isnan(allreduce_max(world(), mine)));
  EXPECT_TRUE(std::isnan(allreduce_sum(world(), mine)));
}

/// A NaN of either sign on each rank in turn, between numbers and infinities.
template <class T> void check_nan() {
  using limits = std::numeric_limits<T>;
  for (int where = 0; where < world().size(); ++where)
    for (const T nan : {limits::quiet_NaN(), -limits::quiet_NaN()})
      for (const T other : {static_cast<T>(world().rank()), limits::infinity(), T{0}})
        expect_nan(world().rank() == where ? nan : other);
}

template <class T> bool is_positive_zero(T x) { return x == 0 && !std::signbit(x); }

template <class T> void check_zeros() {
  for (int where = 0; where <= world().size(); ++where) {
    const T mine = world().rank() == where ? T{0} : -T{0};
    EXPECT_TRUE(is_positive_zero(allreduce_min(world(), mine)));
    EXPECT_TRUE(is_positive_zero(allreduce_max(world(), mine)));
    EXPECT_TRUE(is_positive_zero(allreduce_sum(world(), mine)));
  }
}

} // namespace

TEST(collectives, reductions_of_integers) {
  check_integers<std::int8_t>();
  check_integers<std::uint8_t>();
  check_integers<std::int16_t>();
  check_integers<std::uint16_t>();
  check_integers<std::int32_t>();
  check_integers<std::uint32_t>();
  check_integers<std::int64_t>();
  check_integers<std::uint64_t>();
  check_integers<long long>();
  check_integers<char>();
}

TEST(collectives, sums_of_integers_have_64_bits) {
  const int n = world().size();
  EXPECT_EQ(allreduce_sum(world(), std::int8_t{127}), std::int64_t{127} * n);
  EXPECT_EQ(allreduce_sum(world(), std::uint16_t{65535}), std::uint64_t{65535} * unsigned(n));
  EXPECT_EQ(allreduce_sum(world(), true), n);
  EXPECT_EQ(allreduce_sum(world(), 1e300), 1e300 * n);
}

TEST(collectives, reductions_of_reals) {
  random_source random;
  for (int i = 0; i < 50; ++i) {
    const auto digits = static_cast<double>(random.between(-(index_t{1} << 40), index_t{1} << 40));
    const double drawn = std::ldexp(digits, static_cast<int>(random.between(-100, 60)));
    const double mine = drawn * (world().rank() + 1); // all ranks draw the same
    check_values(mine);
    check_values(static_cast<float>(mine));
    check_values(std::complex(mine, -drawn));
  }
  check_values(world().rank() % 2 == 0 ? 1e300 : -1e300);
  check_values(world().rank() % 2 == 0 ? std::numeric_limits<double>::infinity() : 1.0);
  check_values(-std::numeric_limits<float>::infinity());
  check_values(std::numeric_limits<double>::denorm_min());
}

TEST(collectives, reductions_of_long_doubles) {
  const long double rank = world().rank();
  const long double size = world().size();
  EXPECT_EQ(allreduce_sum(world(), rank + 1), size * (size + 1) / 2);
  EXPECT_EQ(allreduce_max(world(), rank * 1e4000L), (size - 1) * 1e4000L);
  EXPECT_EQ(allreduce_min(world(), -rank), 1 - size);
}

// MPI_MAX of Open MPI 4.1.4 returns 2 where four ranks bring 1, 2, NaN and 4.
TEST(collectives, nan_on_any_rank_is_the_result) {
  check_nan<float>();
  check_nan<double>();
  check_nan<long double>();
}

TEST(collectives, zeros_are_positive) {
  check_zeros<float>();
  check_zeros<double>();
  check_zeros<long double>();
}

TEST(collectives, extremes_of_truth_values) {
  const bool last = world().rank() == world().size() - 1;
  EXPECT_TRUE(allreduce_max(world(), last));
  EXPECT_EQ(allreduce_min(world(), last), world().size() == 1);
  EXPECT_FALSE(allreduce_max(world(), false));
  EXPECT_TRUE(allreduce_min(world(), true));
}

TEST(collectives, exclusive_scan) {
  const int rank = world().rank();
  EXPECT_EQ(exclusive_scan(world(), rank + 1), rank * (rank + 1) / 2);
  EXPECT_EQ(exclusive_scan(world(), std::int64_t{1} << 40), rank * (std::int64_t{1} << 40));
}

TEST(collectives, broadcast_of_values) {
  for (int root = 0; root < world().size(); ++root) {
    for (const index_t count : {0, 1, 1000, 300000}) {
      std::vector<double> values(static_cast<std::size_t>(count), -1.0);
      if (world().rank() == root) std::iota(values.begin(), values.end(), root);
      broadcast(world(), values.data(), count, root);
      std::vector<double> expected(values.size());
      std::iota(expected.begin(), expected.end(), root);
      EXPECT_TRUE(values == expected);
    }
  }
}

TEST(collectives, broadcast_of_text) {
  const std::string binary("a\0b\n", 4);
  for (int root = 0; root < world().size(); ++root) {
    for (const std::string& text : {std::string(), binary, std::string(100000, 'x')}) {
      const std::string mine = world().rank() == root ? text : "something of another length";
      EXPECT_TRUE(broadcast(world(), mine, root) == text);
    }
  }
}

TEST(collectives, allgather) {
  const std::vector<three_words> all = allgather(world(), element_of<three_words>(world().rank()));
  EXPECT_EQ(all.size(), static_cast<std::size_t>(world().size()));
  for (std::size_t r = 0; r < all.size(); ++r)
    EXPECT_TRUE(same_bits(all[r], element_of<three_words>(static_cast<index_t>(r))));
}
