// Sets and searches over ranks against those of the gathered elements, which std:: algorithms
// check.
#include "cases.hpp"
#include "message_of.hpp"
#include "sort_cases.hpp"

#include <tessera/core/shapes/reshape.hpp>
#include <tessera/distributed/sorting/unique.hpp>

#include <algorithm>
#include <map>
#include <vector>

using namespace tessera_test;

namespace {

struct key_order {
  bool operator()(double a, double b) const { return comes_first(a, b); }
};
struct appearance {
  double value; // the first of those that are equal
  index_t first;
  index_t count;
};
using appearances = std::map<double, appearance, key_order>;

appearances appearances_in(const ndarray<double, 1>& a) {
  appearances result;
  for (index_t i = 0; i < a.size(); ++i) {
    const auto at = result.try_emplace(a(i), appearance{a(i), i, 0}).first;
    ++at->second.count;
  }
  return result;
}

template <class M> ndarray<M, 1> members(const appearances& all, M appearance::*member) {
  ndarray<M, 1> result(shape_t<1>{static_cast<index_t>(all.size())});
  index_t next = 0;
  for (const auto& [key, each] : all) result(next++) = each.*member;
  return result;
}

void expect_unique(const global_array<double, 1>& u) {
  const auto a = u.gather_all();
  const auto expected = appearances_in(a);
  const auto values = members(expected, &appearance::value);
  const auto found = unique(u);
  EXPECT_TRUE(is_balanced(found));
  expect_same_bits(found, values);
  EXPECT_EQ(count_different(unique(a), values), 0);
  const auto every = unique_all(u);
  expect_same_bits(every.values, values);
  expect_same_bits(every.indices, members(expected, &appearance::first));
  expect_same_bits(every.counts, members(expected, &appearance::count));
  ndarray<index_t, 1> inverse(a.shape());
  for (index_t i = 0; i < a.size(); ++i)
    inverse(i) = std::distance(expected.begin(), expected.find(a(i)));
  expect_same_bits(every.inverse, inverse);
  EXPECT_EQ(count_different(unique_all(a).inverse, inverse), 0);
}

} // namespace

TEST(unique, every_kind) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (const key_kind kind : all_key_kinds)
    for (const index_t n : {0, 5, 4000}) {
      const auto u = random_keys<double>(random, n, kind);
      SCOPED_TRACE(describe(u.distribution()) + name_of(kind));
      expect_unique(u);
    }
}

TEST(unique, more_axes_and_expressions) {
  random_source random;
  SCOPED_TRACE(random.trace());
  const process_grid<2> grid = random_grid<2>(random, world());
  const shape_t<2> shape{9, 7};
  global_array<std::int64_t, 2> u(grid, distribution_of_any_kind(random, shape, grid.dims()));
  u.fill([](index_t i, index_t j) noexcept { return (i * 5 + j * 3) % 11 - 4; });
  const auto a = u.gather_all();
  expect_same_bits(unique(u), unique(a));
  expect_same_bits(unique(u * u), unique(a * a));
  expect_same_bits(unique_all(u).indices, unique_all(a).indices);
}

TEST(unique, places_in_sorted_arrays) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (const key_kind kind : all_key_kinds)
    for (const index_t n : {1, 100}) {
      const auto sorted = sort(random_keys<double>(random, n, kind));
      const auto v = random_keys<double>(random, 60, kind);
      const auto s = sorted.gather_all();
      const auto w = v.gather_all();
      for (const side where : {side::left, side::right}) {
        ndarray<index_t, 1> expected(w.shape());
        for (index_t i = 0; i < w.size(); ++i)
          expected(i) =
              (where == side::left ? std::lower_bound(s.data(), s.data() + n, w(i), key_order())
                                   : std::upper_bound(s.data(), s.data() + n, w(i), key_order())) -
              s.data();
        expect_same_bits(searchsorted(sorted, v, where), expected);
        EXPECT_EQ(count_different(searchsorted(sorted, w, where), expected), 0);
        expect_same_bits(searchsorted(s, v, where), expected);
      }
    }
  const auto evens = sort(random_keys<std::int64_t>(random, 40, key_kind::ascending));
  EXPECT_EQ(searchsorted(evens, 12), 12);
  EXPECT_EQ(searchsorted(evens, 12.5), 13);
}

TEST(unique, sets) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (const key_kind kind : {key_kind::few, key_kind::any, key_kind::extreme}) {
    const auto u = random_keys<double>(random, 70, kind);
    const auto v = random_keys<double>(random, 33, key_kind::few);
    const auto a = u.gather_all();
    const auto b = v.gather_all();
    ndarray<bool, 1> in(a.shape());
    for (index_t i = 0; i < a.size(); ++i)
      in(i) = std::find(b.data(), b.data() + b.size(), a(i)) != b.data() + b.size();
    expect_same_bits(isin(u, v), in);
    expect_same_bits(isin(u, b), in);
    expect_same_bits(union1d(u, v), union1d(a, b));
    expect_same_bits(intersect1d(u, v), intersect1d(a, b));
    expect_same_bits(intersect1d(u, b), intersect1d(a, b));
    expect_same_bits(setdiff1d(u, v), setdiff1d(a, b));
    expect_same_bits(setxor1d(u, v), setxor1d(a, b));
  }
}
