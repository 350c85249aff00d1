// Sorted structs, several keys, the k-th, the largest, whether sorted: against std:: algorithms.
#include "cases.hpp"
#include "message_of.hpp"
#include "sort_cases.hpp"

#include <tessera/distributed/sorting/lexsort.hpp>
#include <tessera/distributed/sorting/select.hpp>

#include <algorithm>
#include <numeric>
#include <stdexcept>
#include <vector>

using namespace tessera_test;

namespace {

struct particle {
  double energy;
  std::int32_t cell;
  std::int32_t number;
};

global_array<particle, 1> random_particles(random_source& random, index_t n) {
  const auto energies = random_keys<double>(random, n, key_kind::extreme);
  const auto all = energies.gather_all();
  global_array<particle, 1> result(energies.grid(), energies.distribution());
  result.fill([&](index_t i) noexcept {
    return particle{all.data()[i], static_cast<std::int32_t>(i * 7 % 5),
                    static_cast<std::int32_t>(i)};
  });
  return result;
}

template <class Less> ndarray<particle, 1> stably_sorted(ndarray<particle, 1> all, Less less) {
  std::stable_sort(all.data(), all.data() + all.size(), less);
  return all;
}

} // namespace

TEST(sort_by, members_and_orders) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (const index_t n : {0, 3, 150}) {
    const auto u = random_particles(random, n);
    const auto all = u.gather_all();
    const auto by_energy = stably_sorted(
        all, [](const particle& a, const particle& b) { return comes_first(a.energy, b.energy); });
    expect_same_bits(sort(u, &particle::energy), by_energy);
    EXPECT_EQ(count_different(sort(all, &particle::energy), by_energy), 0);
    const auto less = [](const particle& a, const particle& b) { return a.cell > b.cell; };
    expect_same_bits(sort(u, less), stably_sorted(all, less));
    EXPECT_EQ(count_different(sort(all, less), stably_sorted(all, less)), 0);
  }
}

TEST(sort_by, what_an_order_throws_is_thrown_on_all_ranks) {
  const int last = world().size() - 1;
  const int me = world().rank();
  const auto fails = [=](int a, int b) {
    if (me == last) throw std::runtime_error("these do not compare");
    return a < b;
  };
  // With one element each, nothing is compared before runs meet.
  for (const index_t n : {index_t{40}, index_t{last} + 1}) {
    if (n == 1) continue;
    global_array<int, 1> u(process_grid<1>(world()), {n});
    u.fill([](index_t i) noexcept { return static_cast<int>(i * 3 % 40); });
    EXPECT_NE(message_of<error>([&] { (void)sort(u, fails); }).find("these do not compare"),
              std::string::npos);
  }
}

TEST(sort_by, several_keys) {
  random_source random;
  SCOPED_TRACE(random.trace());
  const auto u = random_keys<double>(random, 90, key_kind::extreme);
  const auto v = random_keys<std::int64_t>(random, 90, key_kind::few);
  const auto a = u.gather_all();
  const auto b = v.gather_all();
  ndarray<index_t, 1> order(a.shape());
  std::iota(order.data(), order.data() + order.size(), index_t{0});
  std::stable_sort(order.data(), order.data() + order.size(), [&](index_t i, index_t j) {
    return b(i) < b(j) || (b(i) == b(j) && comes_first(a(i), a(j)));
  });
  global_array<std::int64_t, 1> beside(u.grid(), u.distribution());
  beside.fill([&](index_t i) noexcept { return b.data()[i]; });
  expect_same_bits(lexsort(u, beside), order);
  const auto shorter = random_keys<double>(random, 89, key_kind::any);
  EXPECT_EQ(message_of<shape_error>([&] { (void)lexsort(u, shorter); }),
            "lexsort: keys of 90 and of 89 elements; all have as many");
}

TEST(sort_by, is_it_sorted) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (const key_kind kind : all_key_kinds)
    for (const index_t n : {0, 1, 9, 60}) {
      const auto u = random_keys<double>(random, n, kind);
      const auto a = u.gather_all();
      const bool expected = std::is_sorted(a.data(), a.data() + n, &comes_first<double>);
      EXPECT_EQ(is_sorted(u), expected) << describe(u.distribution());
      EXPECT_EQ(is_sorted(a), expected);
      EXPECT_TRUE(is_sorted(sort(u)));
    }
}

TEST(sort_by, the_kth_is_in_its_place) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (const key_kind kind : all_key_kinds)
    for (const index_t n : {1, 2, 200}) {
      const auto u = random_keys<double>(random, n, kind);
      const index_t k = random.between(0, n - 1);
      const auto parted = partition(u, k - (random.one_in(2) ? n : 0));
      EXPECT_TRUE(is_balanced(parted));
      const auto found = parted.gather_all();
      const auto sorted = sort(u).gather_all();
      const auto same = [](double a, double b) { return !comes_first(a, b) && !comes_first(b, a); };
      EXPECT_TRUE(same(found(k), sorted(k))) << k << name_of(kind);
      for (index_t i = 0; i < n; ++i)
        EXPECT_FALSE(i < k ? comes_first(found(k), found(i)) : comes_first(found(i), found(k)));
      const auto elements = sort(parted).gather_all();
      for (index_t i = 0; i < n; ++i) EXPECT_TRUE(same(elements(i), sorted(i)));
    }
  const auto u = random_keys<double>(random, 5, key_kind::any);
  EXPECT_EQ(message_of<index_error>([&] { (void)partition(u, 5); }),
            "there is no element 5 among 5 along the axis");
}

TEST(sort_by, the_largest_and_the_smallest) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (const key_kind kind : all_key_kinds) {
    const auto u = random_keys<double>(random, 120, kind);
    const auto a = u.gather_all();
    for (const index_t k : {0, 1, 7, 120})
      for (const bool largest : {true, false}) {
        ndarray<index_t, 1> order(a.shape());
        std::iota(order.data(), order.data() + order.size(), index_t{0});
        std::stable_sort(order.data(), order.data() + order.size(), [&](index_t i, index_t j) {
          return largest ? comes_first(a(j), a(i)) : comes_first(a(i), a(j));
        });
        const ndarray<index_t, 1> expected(order(slice(0, k)));
        const auto end = largest ? topk_end::largest : topk_end::smallest;
        const auto found = topk(u, k, end);
        EXPECT_EQ(count_different(found.indices, expected), 0) << k << name_of(kind);
        EXPECT_EQ(count_different(found.values, ndarray<double, 1>(take(a, expected))), 0);
        EXPECT_EQ(count_different(topk(a, k, end).indices, expected), 0);
      }
  }
  const auto u = random_keys<double>(random, 5, key_kind::any);
  EXPECT_EQ(message_of<argument_error>([&] { (void)topk(u, 6); }),
            "topk: there are no 6 among 5 elements");
}
