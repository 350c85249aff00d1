#include "cases.hpp"
#include "message_of.hpp"

#include <tessera/distributed/arrays/create.hpp>
#include <tessera/distributed/subscripts/subscript_plan.hpp>

#include <algorithm>
#include <string>

using namespace tessera_test;

namespace {

using index_list = ndarray<index_t, 1>;

/// An array of any distribution, and the list of every rank, which all of them draw.
template <class T, std::size_t N> struct listed_case {
  listed_case(random_source& random, index_t most) {
    const process_grid<N> grid = random_grid<N>(random, world());
    const auto shape = random_shape_of<N>(random, most);
    const auto who = distribution_of_any_kind(random, shape, grid.dims());
    const auto width = who.is_cyclic() || random.one_in(2) ? halo<N>() : random_halo<N>(random, 2);
    u = global_array<T, N>(grid, who, width);
    fill_numbered(u);
    for (int r = 0; r < world().size(); ++r) {
      const index_t n = u.size() == 0 || random.one_in(4) ? 0 : random.between(1, 40);
      lists.emplace_back(shape_t<1>{n});
      draw(random, lists.back());
    }
    what = describe(who, width);
  }

  [[nodiscard]] const index_list& mine() const {
    return lists[static_cast<std::size_t>(world().rank())];
  }
  /// A subscript without its sign.
  [[nodiscard]] index_t flat(index_t subscript) const {
    return subscript < 0 ? subscript + u.size() : subscript;
  }

  global_array<T, N> u;
  std::vector<index_list> lists;
  std::string what;

private:
  /// In any order, ascending, or some that follow each other; repeated or not.
  void draw(random_source& random, index_list& list) const {
    const index_t kind = random.between(0, 2);
    const index_t first = u.size() == 0 ? 0 : random.between(0, u.size() - 1);
    for (index_t k = 0; k < list.size(); ++k)
      list(k) = kind == 0 ? (first + k) % u.size() : random.between(-u.size(), u.size() - 1);
    if (kind == 1) std::sort(list.data(), list.data() + list.size());
  }
};

/// Numbers that are not the same in any two ranks' places, and round when they are added.
template <class T> ndarray<T, 1> values_of(int rank, index_t count) {
  ndarray<T, 1> result(shape_t<1>{count});
  for (index_t k = 0; k < count; ++k)
    result(k) = static_cast<T>(1000 * rank + k) / static_cast<T>(7);
  return result;
}

/// Does to the whole array what the lists say, one behind the other.
template <class T, std::size_t N, class Change>
ndarray<T, N> changed(const listed_case<T, N>& c, ndarray<T, N> whole, const Change& change) {
  for (int r = 0; r < world().size(); ++r) {
    const index_list& list = c.lists[static_cast<std::size_t>(r)];
    const ndarray<T, 1> values = values_of<T>(r, list.size());
    for (index_t k = 0; k < list.size(); ++k) change(whole.data()[c.flat(list(k))], values(k));
  }
  return whole;
}

template <class T, std::size_t N>
void expect_bits(const global_array<T, N>& u, const ndarray<T, N>& expected,
                 const std::string& what) {
  const ndarray<T, N> found = u.gather_all();
  index_t wrong = 0;
  for (index_t i = 0; i < found.size(); ++i)
    wrong += same_bits(found.data()[i], expected.data()[i]) ? 0 : 1;
  EXPECT_EQ(wrong, 0) << what;
}

template <class T, std::size_t N>
void check_moves(listed_case<T, N>& c, const subscript_plan<N>& plan) {
  const index_list& mine = c.mine();
  const ndarray<T, 1> found = plan.gather(c.u);
  for (index_t k = 0; k < mine.size(); ++k)
    EXPECT_TRUE(same_bits(found(k), element_of<T>(c.flat(mine(k))))) << k << c.what;
  const ndarray<T, 1> values = values_of<T>(world().rank(), mine.size());
  const auto check = [&](const auto& run, const auto& change) {
    const ndarray<T, N> expected = changed(c, c.u.gather_all(), change);
    run();
    expect_bits(c.u, expected, c.what);
  };
  check([&] { plan.scatter(values, c.u); }, [](T& a, T b) { a = b; });
  check([&] { plan.add(values, c.u); }, [](T& a, T b) { a = a + b; });
  check([&] { plan.max(values, c.u); }, [](T& a, T b) { a = std::max(a, b); });
  check([&] { plan.min(values, c.u); }, [](T& a, T b) { a = std::min(a, b); });
  const auto mix = [](T a, T b) { return a / T{2} + b; };
  check([&] { plan.combine(values, c.u, mix); }, [&](T& a, T b) { a = mix(a, b); });
  check([&] { plan.add(values, c.u); }, [](T& a, T b) { a = a + b; }); // again
}

template <class T, std::size_t N> void check_random(int cases, index_t most) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int i = 0; i < cases; ++i) {
    listed_case<T, N> c(random, most);
    check_moves(c, subscript_plan<N>(c.u, c.mine()));
  }
}

/// 0, 1, ..., n - 1 on the ranks that are named, nothing elsewhere.
index_list all_of(index_t n, bool here) {
  index_list result(shape_t<1>{here ? n : 0});
  for (index_t k = 0; k < result.size(); ++k) result(k) = k;
  return result;
}

} // namespace

TEST(subscript_plan, one_axis) { check_random<double, 1>(25, 60); }
TEST(subscript_plan, two_axes) { check_random<double, 2>(15, 9); }
TEST(subscript_plan, three_axes_of_floats) { check_random<float, 3>(6, 5); }

TEST(subscript_plan, a_list_for_each_axis) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int i = 0; i < 8; ++i) {
    listed_case<double, 2> c(random, 9);
    const index_list& mine = c.mine();
    ndarray<int, 1> rows(shape_t<1>{mine.size()});
    index_list columns(shape_t<1>{mine.size()});
    const auto [n, m] = c.u.shape();
    for (index_t k = 0; k < mine.size(); ++k) {
      rows(k) = static_cast<int>(c.flat(mine(k)) / m - (k % 2 == 0 ? n : 0)); // some from the end
      columns(k) = c.flat(mine(k)) % m;
    }
    check_moves(c, subscript_plan(c.u, rows, columns));
  }
}

TEST(subscript_plan, elements_of_any_size) {
  const index_t n = 100;
  const process_grid<1> grid(world());
  global_array<three_words, 1> u(grid, {n});
  global_array<std::uint8_t, 1> v(grid, {n});
  fill_numbered(u);
  fill_numbered(v);
  index_list list(shape_t<1>{2 * n});
  for (index_t k = 0; k < 2 * n; ++k) list(k) = (7 * k + 3 * world().rank()) % n;
  const subscript_plan plan(grid, u.distribution(), list);
  ndarray<three_words, 1> a(shape_t<1>{2 * n});
  ndarray<std::uint8_t, 1> b(shape_t<1>{2 * n});
  plan.gather(std::tie(u, v), std::tie(a, b));
  for (index_t k = 0; k < 2 * n; ++k) {
    EXPECT_TRUE(same_bits(a(k), element_of<three_words>(list(k)))) << k;
    EXPECT_EQ(b(k), element_of<std::uint8_t>(list(k))) << k;
  }
  const three_words before = a(0);
  plan.scatter(std::tie(a, b), std::tie(u, v));
  EXPECT_EQ(wrong_elements(u) + wrong_elements(v), 0);
  EXPECT_TRUE(same_bits(before, a(0)));
}

TEST(subscript_plan, each_element_travels_once_to_a_rank) {
  const index_t n = 12;
  const process_grid<1> grid(world());
  const global_array<double, 1> u = arange<double>(grid, n);
  index_list list(shape_t<1>{4 * n});
  for (index_t k = 0; k < 4 * n; ++k) list(k) = k % n;
  const subscript_plan plan(u, list);
  EXPECT_EQ(plan.size(), 4 * n);
  EXPECT_EQ(plan.remote(), n - u.block().size());
  EXPECT_EQ(plan.wanted(), u.block().size() * (world().size() - 1));
  const ndarray<double, 1> values = plan.gather(u);
  for (index_t k = 0; k < 4 * n; ++k) EXPECT_EQ(values(k), static_cast<double>(k % n));
}

TEST(subscript_plan, many_long_stretches) {
  // Large enough for every way through the engine: slices, direct messages, parts in memory.
  const index_t n = 200000;
  const process_grid<1> grid(world());
  global_array<double, 1> u(grid,
                            distribution<1>({axis_distribution::cyclic(n, world().size(), 1000)}));
  fill_numbered(u);
  const subscript_plan forward(u, all_of(n, world().rank() % 2 == 0));
  index_list backward = all_of(n, world().rank() == 0);
  std::reverse(backward.data(), backward.data() + backward.size());
  const subscript_plan reversed(u, backward);
  for (int run = 0; run < 2; ++run) {
    const ndarray<double, 1> a = forward.gather(u);
    EXPECT_EQ(wrong_elements(a), 0);
    ndarray<double, 1> b = reversed.gather(u);
    std::reverse(b.data(), b.data() + b.size());
    EXPECT_EQ(wrong_elements(b), 0);
    std::reverse(b.data(), b.data() + b.size());
    reversed.add(b, u);
    reversed.scatter(b, u);
    EXPECT_EQ(wrong_elements(u), 0);
  }
}

TEST(subscript_plan, two_transfers_at_once) {
  const index_t n = 50;
  const process_grid<1> grid(world());
  global_array<double, 1> u = arange<double>(grid, n);
  global_array<double, 1> sums(grid, {n});
  sums = 0.0;
  const index_list list = all_of(n, true);
  const subscript_plan plan(u, list);
  ndarray<double, 1> values(shape_t<1>{n});
  ndarray<double, 1> ones(shape_t<1>{n});
  ones = 1.0;
  transfer adding = plan.start_add(ones, sums);
  transfer gathering = plan.start_gather(u, values);
  adding.finish();
  gathering.finish();
  for (index_t k = 0; k < n; ++k) EXPECT_EQ(values(k), static_cast<double>(k));
  const auto whole = sums.gather_all();
  for (index_t k = 0; k < n; ++k) EXPECT_EQ(whole(k), world().size());
}

TEST(subscript_plan, errors_are_the_same_on_all_ranks) {
  const process_grid<2> grid(world());
  global_array<double, 2> u(grid, {3, 4});
  const int last = world().size() - 1;
  const std::string rank = world().size() == 1 ? "" : "rank " + std::to_string(last) + ": ";
  index_list list(shape_t<1>{3});
  list = 0;
  list(1) = world().rank() == last ? -13 : 0;
  EXPECT_EQ(message_of<index_error>([&] { subscript_plan(u, list); }),
            rank + "subscript -13, number 1 of this rank's part of the list, is outside the 12 "
                   "elements of shape "
                   "(3, 4), counted row by row");
  EXPECT_EQ(message_of<index_error>([&] { subscript_plan(u, list, all_of(3, true)); }),
            rank + "subscript -13, number 1 of this rank's part of the list, is outside axis 0 of "
                   "shape (3, 4)");
  list = 0;
  EXPECT_EQ(message_of<shape_error>(
                [&] { subscript_plan(u, list, all_of(world().rank() == last ? 2 : 3, true)); }),
            rank + "lists of 3 and 2 subscripts, for axes 0 and 1: one of each for every element");
  const subscript_plan plan(u, list);
  ndarray<double, 1> values(shape_t<1>{world().rank() == last ? 4 : 3});
  EXPECT_EQ(message_of<shape_error>([&] { plan.gather(u, values); }),
            rank + "4 values for a list of 3 subscripts; one for each");
  global_array<double, 2> wider(grid, {3, 5});
  EXPECT_EQ(message_of<argument_error>([&] {
              plan.scatter(ndarray<double, 1>(shape_t<1>{3}), wider);
            }).substr(0, 46),
            "a plan of subscripts of an array of shape (3, ");
  EXPECT_EQ(message_of<argument_error>([&] { static_cast<void>(subscript_plan<1>().size()); }),
            "a plan of subscripts that was made without arguments, or moved from");
}
