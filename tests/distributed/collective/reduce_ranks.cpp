#include <tessera/core/complex.hpp>
#include <tessera/distributed/messages.hpp>

#include "cases.hpp"
#include "message_of.hpp"
#include "messages/in_pieces.hpp"

#include <tessera/core/creation/create.hpp>
#include <tessera/core/reductions/reduce.hpp>

#include <cmath>
#include <complex>
#include <limits>

using namespace tessera_test;

namespace {

class reduce_ranks : public in_pieces {};

/// Numbers of all sizes, which cancel.
template <class T> ndarray<T, 1> numbers_of(int rank, index_t count) {
  ndarray<T, 1> numbers(shape_t<1>{count});
  for (index_t i = 0; i < count; ++i)
    numbers(i) = static_cast<T>(std::sin(static_cast<double>(i) * 1.7 + rank) *
                                std::pow(10.0, static_cast<double>((i * 7 + rank) % 25 - 12)));
  return numbers;
}

/// A product that depends on its order.
struct matrix {
  long a, b, c, d;
  friend bool operator==(const matrix&, const matrix&) = default;
};
matrix product(const matrix& x, const matrix& y) {
  return {x.a * y.a + x.b * y.c, x.a * y.b + x.b * y.d, x.c * y.a + x.d * y.c,
          x.c * y.b + x.d * y.d};
}
matrix matrix_of(int rank) { return {rank % 3 + 1, rank % 2, 1, rank % 5 - 2}; }
matrix product_of(int first, int last) {
  matrix result = matrix_of(first);
  for (int r = first + 1; r < last; ++r) result = product(result, matrix_of(r));
  return result;
}

template <class T> void check_exact(index_t count) {
  const int ranks = world().size();
  const auto mine = numbers_of<T>(world().rank(), count);
  const auto sums = allreduce(world(), mine);
  const auto at_root = reduce(world(), mine, op::sum, ranks - 1);
  const auto up_to = scan(world(), mine);
  const auto below = exscan(world(), mine);
  for (index_t i = 0; i < count; ++i) {
    exact_sum whole;
    exact_sum lower;
    exact_sum before;
    for (int r = 0; r < ranks; ++r) {
      const auto term = static_cast<double>(numbers_of<T>(r, count)(i));
      whole.add(term);
      if (r <= world().rank()) lower.add(term);
      if (r < world().rank()) before.add(term);
    }
    const auto value = [](const exact_sum& sum) {
      if constexpr (std::is_same_v<T, float>)
        return sum.value_as_float();
      else
        return sum.value();
    };
    EXPECT_EQ(sums(i), value(whole));
    EXPECT_EQ(up_to(i), value(lower));
    EXPECT_EQ(below(i), value(before));
    EXPECT_EQ(at_root(i), world().rank() == ranks - 1 ? value(whole) : mine(i));
  }
}

} // namespace

TEST_P(reduce_ranks, sums_are_rounded_once) {
  check_exact<double>(60);
  check_exact<float>(60);
  EXPECT_EQ(allreduce(world(), 0.1 * me), allreduce_sum(world(), 0.1 * me));
  const double large = me % 2 == 0 ? 1e300 : -1e300;
  EXPECT_EQ(allreduce(world(), large + 0.0), allreduce_sum(world(), large));
  const double halves[] = {1.0, 0x1p-53, 0x1p-106, -0x1p-106, 0x1p-53, 3.0, -1.0};
  EXPECT_EQ(allreduce(world(), halves[me % 7]), allreduce_sum(world(), halves[me % 7]));
  const std::complex<double> z(me, 0.5);
  EXPECT_EQ(allreduce(world(), z), std::complex<double>(ranks * (ranks - 1) / 2.0, 0.5 * ranks));
}

TEST_P(reduce_ranks, sums_without_a_finite_value) {
  using limits = std::numeric_limits<double>;
  const double inf = limits::infinity();
  EXPECT_EQ(allreduce(world(), me == 0 ? inf : 1.0), inf);
  EXPECT_TRUE(std::isnan(allreduce(world(), me == 0 ? limits::quiet_NaN() : 1.0)));
  if (ranks > 1) {
    EXPECT_TRUE(std::isnan(allreduce(world(), me == 0 ? inf : -inf)));
  }
  const double negative_nan = -limits::quiet_NaN();
  const double not_a_number = allreduce(world(), me == 0 ? negative_nan : limits::quiet_NaN());
  for (const double each : allgather(world(), not_a_number))
    EXPECT_TRUE(ranks == 1 || same_bits(each, not_a_number));
  EXPECT_TRUE(same_bits(allreduce(world(), full<double>({3}, -0.0))(1), 0.0));
  const auto most = full<double>({3}, limits::max());
  EXPECT_EQ(allreduce(world(), most)(1), ranks == 1 ? limits::max() : inf);
}

TEST_P(reduce_ranks, extrema_are_those_of_arrays) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (int where = 0; where < ranks; ++where) {
    ndarray<double, 1> a = full<double>({1000}, me + 1.0);
    a(slice(none, none, 3)) = me == where ? nan : 1.0;
    const auto largest = allreduce(world(), a, op::max);
    const auto least = allreduce(world(), a, op::min);
    for (index_t i = 0; i < 1000; ++i) {
      EXPECT_EQ(std::isnan(largest(i)), i % 3 == 0);
      EXPECT_EQ(std::isnan(least(i)), i % 3 == 0);
      if (i % 3 != 0) {
        EXPECT_EQ(largest(i), ranks);
      }
      if (i % 3 != 0) {
        EXPECT_EQ(least(i), 1);
      }
    }
    EXPECT_TRUE(std::isnan(allreduce(world(), me == where ? nan : 1.0, op::max)));
    EXPECT_EQ(allreduce(world(), me == where ? 5 : -5, op::max), 5);
  }
}

TEST_P(reduce_ranks, integers_keep_their_type_and_wrap) {
  const auto a = full<std::int8_t>({300}, std::int8_t{100});
  const auto sums = allreduce(world(), a);
  static_assert(std::is_same_v<decltype(sums)::value_type, std::int8_t>);
  for (index_t i = 0; i < 300; ++i) EXPECT_EQ(sums(i), static_cast<std::int8_t>(100 * ranks));
  EXPECT_EQ(allreduce(world(), std::int8_t{100}), static_cast<std::int8_t>(100 * ranks));
  EXPECT_EQ(allreduce(world(), std::uint16_t{60000}), static_cast<std::uint16_t>(60000 * ranks));
  int factorial = 1;
  for (int r = 2; r <= ranks; ++r) factorial *= r;
  EXPECT_EQ(allreduce(world(), me + 1, op::product), factorial);
  EXPECT_EQ(allreduce(world(), me == 0, op::any), true);
  EXPECT_EQ(allreduce(world(), me == 0, op::all), ranks == 1);
}

TEST_P(reduce_ranks, operations_of_ones_own_in_the_order_of_the_ranks) {
  const matrix mine = matrix_of(me);
  EXPECT_EQ(allreduce(world(), mine, product), product_of(0, ranks));
  const auto times = [](const matrix& x, const matrix& y) { return product(x, y); };
  EXPECT_EQ(allreduce(world(), mine, times), product_of(0, ranks));
  EXPECT_EQ(scan(world(), mine, times), product_of(0, me + 1));
  if (me > 0) {
    EXPECT_EQ(exscan(world(), mine, times), product_of(0, me));
  }
  if (me == 0) {
    EXPECT_EQ(exscan(world(), mine, times), matrix{});
  }
  for (int root = 0; root < ranks; ++root)
    EXPECT_EQ(reduce(world(), mine, times, root), me == root ? product_of(0, ranks) : mine);
  const std::vector<matrix> many(50, mine);
  EXPECT_EQ(allreduce(world(), many, times)[49], product_of(0, ranks));
  // With a state, and several at once.
  const int base = 1000;
  const auto capped = [base](int a, int b) { return std::min(a + b, base); };
  EXPECT_EQ(allreduce(world(), 600, capped), std::min(600 * ranks, 1000));
  EXPECT_EQ(allreduce(world(), me, commutative([](int a, int b) { return a ^ b; })), [&] {
    int x = 0;
    for (int r = 0; r < ranks; ++r) x ^= r;
    return x;
  }());
}

TEST_P(reduce_ranks, into_arrays_that_are_there) {
  ndarray<double, 2> a = full<double>({4, 5}, me);
  ndarray<double, 2> result(shape_t<2>{5, 4});
  allreduce(world(), a, result.transpose(), op::plain_sum);
  const double total = ranks * (ranks - 1) / 2.0;
  EXPECT_TRUE(array_equal(result, full<double>({5, 4}, total)));
  allreduce(world(), in_place, a);
  EXPECT_TRUE(array_equal(a, full<double>({4, 5}, total)));
  a = me;
  request later = iallreduce(world(), a, result.transpose(), op::max);
  later.wait();
  EXPECT_EQ(result(4, 3), ranks - 1);
  later = iscan(world(), a, result.transpose(), op::plain_sum);
  later.wait();
  EXPECT_EQ(result(4, 3), me * (me + 1) / 2.0);
  scan(world(), a, result.transpose());
  EXPECT_EQ(result(4, 3), me * (me + 1) / 2.0);
  exscan(world(), a, result.transpose(), op::plain_sum);
  EXPECT_EQ(result(4, 3), me * (me - 1) / 2.0);
  EXPECT_EQ(reduce(world(), me, 0), me == 0 ? ranks * (ranks - 1) / 2 : me);
  later = ireduce(world(), a, result.transpose(), op::plain_sum, 0);
  later.wait();
  EXPECT_EQ(result(4, 3), me == 0 ? total : me);
  reduce(world(), in_place, a, op::max, 0);
  EXPECT_EQ(a(0, 0), me == 0 ? ranks - 1 : me);

  ndarray<double, 2> parts = full<double>({ranks, 3}, 1.0);
  for (int r = 0; r < ranks; ++r) parts(r, all) = r;
  ndarray<double, 1> part(shape_t<1>{3});
  reduce_scatter(world(), parts, part);
  EXPECT_EQ(part(2), me * ranks);
  reduce_scatter(world(), parts, part, op::min);
  EXPECT_EQ(part(2), me);
}

TEST_P(reduce_ranks, fewer_elements_than_ranks) {
  for (const index_t count : {0, 1, 2}) {
    const auto a = full<double>({count}, 1.5);
    EXPECT_TRUE(array_equal(allreduce(world(), a), full<double>({count}, 1.5 * ranks)));
    EXPECT_TRUE(array_equal(allreduce(world(), a, op::max), a));
    EXPECT_TRUE(array_equal(scan(world(), a), full<double>({count}, 1.5 * (me + 1))));
    const auto at_root = reduce(world(), a, op::sum, 0);
    EXPECT_TRUE(array_equal(at_root, full<double>({count}, me == 0 ? 1.5 * ranks : 1.5)));
  }
}

INSTANTIATE_TEST_SUITE_P(pieces, reduce_ranks, testing::Values(index_t{1} << 30, index_t{64}));

TEST(reduce_ranks, what_does_not_fit) {
  const ndarray<double, 1> a = full<double>({3}, 1.0);
  ndarray<double, 1> b(shape_t<1>{4});
  EXPECT_NE(message_of<argument_error>([&] { allreduce(world(), a, b); }).find("do not fit"),
            std::string::npos);
  ndarray<double, 1> d(shape_t<1>{3});
  EXPECT_NE(
      message_of<argument_error>([&] { allreduce(world(), d, d, op::max); }).find("say in_place"),
      std::string::npos);
  ndarray<float, 1> c(shape_t<1>{3});
  EXPECT_NE(
      message_of<argument_error>([&] { allreduce(world(), a, c, op::max); }).find("float32 (3,)"),
      std::string::npos);
  EXPECT_NE(message_of<argument_error>([&] {
              (void)reduce(world(), 1.0, op::max, -1);
            }).find("no rank -1"),
            std::string::npos);
}

TEST_P(reduce_ranks, ranks_that_disagree) {
  if (ranks == 1) GTEST_SKIP();
  const bool before = checks_arguments();
  check_arguments(true);
  const auto expect_parts = [](const std::string& text, const char* one, const char* other) {
    EXPECT_NE(text.find(one), std::string::npos) << text;
    EXPECT_NE(text.find(other), std::string::npos) << text;
  };
  const bool is_odd = me == ranks - 1;
  expect_parts(message_of<argument_error>([&] {
                 if (is_odd)
                   static_cast<void>(allreduce(world(), 1.0F, op::max));
                 else
                   static_cast<void>(allreduce(world(), 1.0, op::max));
               }),
               "allreduce of 1 float64", "allreduce of 1 float32");
  expect_parts(message_of<argument_error>([&] {
                 if (is_odd)
                   static_cast<void>(allreduce(world(), 1.0, op::max));
                 else
                   static_cast<void>(allreduce(world(), 1.0));
               }),
               "exact sums", "a commutative operation");
  check_arguments(before);
}
