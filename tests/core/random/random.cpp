#include <tessera/core/error.hpp>
#include <tessera/core/random.hpp>

#include <tessera/core/reductions/reduce.hpp>
#include <tessera/core/selection/search.hpp>

#include <gtest/gtest.h>

#include <limits>
#include <type_traits>

using namespace tessera;

namespace {

/// `draw(rng, n)` at once and in pieces, from an odd position: the same numbers.
template <class Draw> void expect_independent_of_pieces(const char* name, Draw draw) {
  constexpr index_t n = 2000;
  generator rng(7, 3);
  rng.skip(13);
  const auto whole = draw(rng, n);
  EXPECT_EQ(rng.state().position, 13U + n);
  index_t first = 0;
  generator again(7, 3);
  for (const index_t piece : {1, 0, 2, 5, 512, 513, 1, 64, 902}) {
    again.restore({7, 3, static_cast<std::uint64_t>(13 + first), 0});
    EXPECT_TRUE(array_equal(draw(again, piece), whole(slice(first, first + piece)))) << name;
    first += piece;
  }
  ASSERT_EQ(first, n);
  // One element from the middle, as another rank would make it.
  again.restore({7, 3, 13 + 1234, 0});
  EXPECT_EQ(draw(again, 1)(0), whole(1234)) << name;
}

} // namespace

#define EXPECT_INDEPENDENT(call)                                                                   \
  expect_independent_of_pieces(#call, [](generator& rng, index_t n) { return rng.call; })

TEST(random, elements_do_not_depend_on_the_pieces_they_are_drawn_in) {
  EXPECT_INDEPENDENT(random(n));
  EXPECT_INDEPENDENT(standard_normal(n));
  EXPECT_INDEPENDENT(lognormal(0.0, 1.0, n));
  EXPECT_INDEPENDENT(exponential(2.0, n));
  EXPECT_INDEPENDENT(laplace(0.0, 1.0, n));
  EXPECT_INDEPENDENT(weibull(1.5, n));
  EXPECT_INDEPENDENT(gumbel(0.0, 1.0, n));
  EXPECT_INDEPENDENT(gamma(0.5, 1.0, n));
  EXPECT_INDEPENDENT(beta(2.0, 3.0, n));
  EXPECT_INDEPENDENT(standard_t(3.0, n));
  EXPECT_INDEPENDENT(poisson(3.0, n));
  EXPECT_INDEPENDENT(poisson(30.0, n));
  EXPECT_INDEPENDENT(binomial(100, 0.4, n));
  EXPECT_INDEPENDENT(geometric(0.1, n));
  // Many words are rejected here.
  EXPECT_INDEPENDENT(integers(0, (index_t{1} << 62) + (index_t{1} << 61), n));
  EXPECT_INDEPENDENT(choice(1000, n));
}

// Their stores go past the caches.
TEST(random, large_draws_are_those_of_their_parts) {
  const index_t n = (index_t{1} << 22U) + 37;
  const ndarray a = generator(5).uniform(-1.0, 2.0, n);
  for (const index_t first : {index_t{0}, n / 2 + 1, n - 700}) {
    generator rng(5);
    rng.skip(first);
    EXPECT_TRUE(array_equal(rng.uniform(-1.0, 2.0, 700), a(slice(first, first + 700))));
  }
}

// Positions count modulo 2^64, which the first blocks of elements, made together, must respect.
TEST(random, positions_wrap_around) {
  generator one(5);
  generator many(5);
  one.skip(-70);
  many.skip(-70);
  const ndarray a = many.gamma(2.0, 1.0, 140);
  for (index_t i = 0; i < 140; ++i) EXPECT_EQ(one.gamma(2.0, 1.0), a(i));
}

TEST(random, shapes_come_last) {
  generator rng(1);
  static_assert(std::is_same_v<decltype(rng.random()), double>);
  static_assert(std::is_same_v<decltype(rng.normal(0, 1, 2, 3)), ndarray<double, 2>>);
  static_assert(std::is_same_v<decltype(rng.integers(0, 9)), std::int64_t>);
  static_assert(
      std::is_same_v<decltype(rng.integers(0, 9, endpoint, 2, 2)), ndarray<std::int64_t, 2>>);
  EXPECT_EQ(rng.random(shape_t<3>{2, 0, 4}).shape(), (shape_t<3>{2, 0, 4}));
  EXPECT_EQ(rng.poisson(2.0, 3, 4).shape(), (shape_t<2>{3, 4}));
}

TEST(random, numbers_one_by_one_are_those_of_an_array) {
  generator one(5);
  generator many(5);
  const ndarray a = many.standard_normal(4, 3);
  for (index_t i = 0; i < a.size(); ++i) EXPECT_EQ(one.standard_normal(), a.data()[i]);
}

TEST(random, states_can_be_kept) {
  static_assert(std::is_trivially_copyable_v<generator_state>);
  generator rng(11);
  (void)rng.random(17);
  const generator_state kept = rng.state();
  const double next = rng.random();
  (void)rng.spawn();
  EXPECT_EQ(generator(kept).random(), next);
  rng.restore(kept);
  EXPECT_EQ(rng.random(), next);
  rng.skip(-1);
  EXPECT_EQ(rng.random(), next);
}

TEST(random, streams_and_children_differ) {
  generator rng(11);
  generator other(11, 1);
  generator child = rng.spawn();
  generator second = rng.spawn();
  generator again = generator(11).spawn();
  const double x = child.random();
  EXPECT_NE(x, rng.random());
  EXPECT_NE(x, other.random());
  EXPECT_NE(x, second.random());
  EXPECT_EQ(x, again.random());
}

TEST(random, rows_are_shuffled_whole) {
  generator rng(3);
  ndarray<int, 2> a(shape_t<2>{50, 3});
  for (index_t i = 0; i < 50; ++i) a(i) = static_cast<int>(i);
  const ndarray order = generator(3).permutation(50);
  const ndarray copy = rng.permutation(a);
  rng.restore({3, 0, 0, 0});
  rng.shuffle(a(slice(none, none, -1)));
  for (index_t i = 0; i < 50; ++i) {
    EXPECT_TRUE(array_equal(copy(i), ndarray<index_t, 1>{order(i), order(i), order(i)}));
    EXPECT_EQ(a(49 - i, 2), 49 - order(i));
  }
}

TEST(random, elements_are_chosen_from_arrays) {
  generator rng(3);
  const ndarray<double, 1> from{1.5, 2.5, 3.5};
  const ndarray<double, 1> weights{0, 1, 0};
  EXPECT_EQ(sum(rng.choice(from, 10, {.p = weights}) == 2.5), 10);
  const ndarray all_of = rng.choice(2.0 * from, 3, {.replace = false});
  EXPECT_EQ(sum(all_of), 15.0);
}

TEST(random, arrays_are_filled) {
  generator rng(3);
  generator same(3);
  ndarray<double, 2> a(shape_t<2>{4, 5});
  rng.normal(1.0, 2.0, a);
  EXPECT_TRUE(array_equal(a, same.normal(1.0, 2.0, 4, 5)));
  rng.random(a(all, slice(none, none, 2)));
  EXPECT_TRUE(array_equal(a(all, slice(none, none, 2)), same.random(4, 3)));
  ndarray<short, 1> dice(shape_t<1>{50});
  rng.integers(1, 6, endpoint, dice);
  EXPECT_TRUE(array_equal(dice, same.integers(1, 6, endpoint, 50)));
  EXPECT_EQ(rng.random(), same.random());
  EXPECT_THROW(rng.normal(0.0, -1.0, a), argument_error);
}

// What is held of the permutation does not change it.
TEST(random, choices_are_the_first_of_a_permutation) {
  for (const index_t n : {1, 7, 64, 1000, 5000})
    for (const index_t count : {1, 5, 100, 600}) {
      if (count > n) continue;
      const auto few = generator(5).choice(n, count, {.replace = false});
      const auto every = generator(5).choice(n, n, {.replace = false});
      EXPECT_TRUE(array_equal(few, every(slice(0, count)))) << count << " of " << n;
    }
}

TEST(random, choices_of_very_many_elements) {
  for (const index_t n : {index_t{1} << 32U, index_t{1} << 36U, index_t{1} << 62U,
                          std::numeric_limits<index_t>::max()}) {
    const auto chosen = generator(1).choice(n, 1000, {.replace = false});
    EXPECT_EQ(unique(chosen).size(), 1000);
    EXPECT_GE(min(chosen), 0);
    EXPECT_LT(max(chosen), n);
    EXPECT_GT(max(chosen), n / 2);
  }
}

TEST(random, too_many_elements_are_an_error) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "the address sanitizer ends the program at such a size";
#endif
  generator rng(1);
  EXPECT_THROW((void)rng.permutation(index_t{1} << 50U), memory_error);
  EXPECT_THROW((void)rng.choice(index_t{1} << 50U, index_t{1} << 49U, {.replace = false}),
               memory_error);
}

TEST(random, shapes_in_braces_and_alone) {
  generator r(1);
  generator q(1);
  EXPECT_TRUE(array_equal(r.random({2, 3}), q.random(2, 3)));
  EXPECT_TRUE(array_equal(r.normal(1000), q.normal(0.0, 1.0, 1000)));
  EXPECT_TRUE(array_equal(r.normal({2, 3}), q.standard_normal(2, 3)));
  EXPECT_TRUE(array_equal(r.uniform(shape_t<2>{1, 2}), q.random(1, 2)));
  EXPECT_TRUE(array_equal(r.integers(0, 5, {2, 2}), q.integers(0, 5, 2, 2)));
  EXPECT_TRUE(array_equal(r.integers(1, 6, endpoint, {3}), q.integers(1, 6, endpoint, 3)));
  EXPECT_TRUE(array_equal(r.exponential(2.0, {4}), q.exponential(2.0, 4)));
  EXPECT_EQ(r.normal(), q.standard_normal());
  ndarray<double, 1> a(shape_t<1>{5});
  r.normal(a);
  EXPECT_TRUE(array_equal(a, q.normal(0.0, 1.0, 5)));
}
