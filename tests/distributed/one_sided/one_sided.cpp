// One-sided access to elements, boxes, views and lists, against an array that every rank has.
#include "cases.hpp"
#include "message_of.hpp"
#include "windows.hpp"

#include <tessera/core.hpp>
#include <tessera/distributed/arrays/create.hpp>
#include <tessera/distributed/memory/shared_memory.hpp>
#include <tessera/distributed/one_sided.hpp>
#include <tessera/distributed/reduce.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

using namespace tessera;
using namespace tessera_test;

namespace {

/// By shared memory, then by windows of MPI.
template <class F> void both_ways(const F& f) {
  const bool shared = uses_shared_memory();
  for (const bool way : {shared, false}) {
    if (!way && !mpi_has_windows()) continue;
    use_shared_memory(way);
    SCOPED_TRACE(way ? "shared memory" : "windows");
    f(way);
  }
  use_shared_memory(shared);
}

slice random_slice(random_source& random, index_t n) {
  const index_t a = random.between(0, n);
  const index_t b = random.between(0, n);
  const index_t step = random.between(1, 3);
  if (!random.one_in(3)) return {std::min(a, b), std::max(a, b), step};
  if (a > 0) return {b - 1, a - 1, -step};
  return {b - 1, none, -step};
}

box<2> random_box(random_source& random, const shape_t<2>& shape) {
  box<2> where;
  for (std::size_t d = 0; d < 2; ++d) {
    where.lower[d] = random.between(0, shape[d]);
    where.upper[d] = random.between(where.lower[d], shape[d]);
  }
  return where;
}

view<std::int64_t, 2> part(ndarray<std::int64_t, 2>& a, const box<2>& where) {
  return a(slice(where.lower[0], where.upper[0]), slice(where.lower[1], where.upper[1]));
}

ndarray<std::int64_t, 2> drawn(random_source& random, const shape_t<2>& shape) {
  ndarray<std::int64_t, 2> result(shape);
  for (index_t k = 0; k < result.size(); ++k) result.data()[k] = random.between(-1000, 1000);
  return result;
}

bool same(const view<const std::int64_t, 2>& a, const view<const std::int64_t, 2>& b) {
  return a.shape() == b.shape() && tessera::all(a == b);
}

/// One rank puts and all accumulate, everybody looks; all ranks draw alike.
void random_case(random_source& random) {
  const shape_t<2> shape = random_shape_of<2>(random, 12);
  const auto grid = random_grid<2>(random, world());
  const auto where = distribution_of_any_kind(random, shape, grid.dims());
  SCOPED_TRACE(describe(where));
  const halo<2> width = where.is_cyclic() ? halo<2>{} : random_halo<2>(random, 2);
  global_array<std::int64_t, 2> u(grid, where, width);
  ndarray<std::int64_t, 2> expected = drawn(random, shape);
  u.scatter(world().rank() == 0 ? expected : ndarray<std::int64_t, 2>());
  one_sided access(u);
  for (int step = 0; step < 4; ++step) {
    const int writer = static_cast<int>(random.between(0, world().size() - 1));
    const slice s = random_slice(random, shape[0]);
    const slice t = random_slice(random, shape[1]);
    view<std::int64_t, 2> written = expected(s, t);
    const auto values = drawn(random, written.shape());
    if (world().rank() == writer) access.put(u(s, t), values);
    written = values;
    access.fence();
    EXPECT_FALSE(u.halo_is_fresh());
    for (int r = 0; r < world().size(); ++r) {
      const box<2> there = random_box(random, shape);
      const auto more = drawn(random, there.shape());
      if (world().rank() == r) access.accumulate(there, more, op::sum);
      part(expected, there) += more;
    }
    access.fence();
    EXPECT_TRUE(same(access.get(box<2>{{0, 0}, shape}), expected));
    EXPECT_TRUE(same(access.get(u(s, all)), expected(s, all)));
    EXPECT_TRUE(same(access.get(u.transpose()(t, s)), expected.transpose()(t, s)));
    access.fence(); // before the next one writes
  }
  access.close();
  EXPECT_TRUE(same(u.gather_all(), expected));
}

} // namespace

TEST(one_sided, random_parts) {
  random_source random;
  SCOPED_TRACE(random.trace());
  both_ways([&](bool shared) {
    for (int k = 0; k < (shared ? 25 : 2); ++k) random_case(random);
  });
}

TEST(one_sided, elements_of_others) {
  both_ways([](bool) {
    const process_grid<1> grid(world());
    const index_t n = 3 * world().size() + 1;
    auto u = fromfunction([](index_t i) { return 0.5 * static_cast<double>(i); }, grid, {n});
    one_sided access(u);
    const index_t mine = (3 * world().rank() + 5) % n;
    EXPECT_EQ(access.get({mine}), 0.5 * static_cast<double>(mine));
    EXPECT_EQ(access.get({-1}), 0.5 * static_cast<double>(n - 1));
    access.fence();
    access.put({n - 1 - world().rank()}, 100.0 + world().rank());
    access.fence();
    for (int r = 0; r < world().size(); ++r) EXPECT_EQ(access.get({n - 1 - r}), 100.0 + r);
    access.fence();
    const std::vector<double> befores = allgather(world(), access.fetch_add({0}, 2.0));
    EXPECT_EQ(tessera::sum(ndarray<double, 1>(befores)),
              static_cast<double>(world().size() * (world().size() - 1)));
    access.fence();
    EXPECT_EQ(access.get({0}), 2.0 * world().size());
  });
}

TEST(one_sided, structs_and_functions) {
  both_ways([](bool) {
    const process_grid<1> grid(world());
    global_array<two_words, 1> u(grid, {4});
    u = two_words{0, 1.0};
    one_sided access(u);
    for (index_t i = 0; i < 4; ++i)
      access.fetch_update({i}, [](const two_words& was) {
        return two_words{was.a + 1, was.b * 2};
      });
    access.fence();
    EXPECT_EQ(access.get({3}).a, world().size());
    EXPECT_EQ(access.get({3}).b, std::ldexp(1.0, world().size()));
    access.fence();
    ndarray<two_words, 1> given(shape_t<1>{4});
    given = two_words{world().rank(), 0.0};
    access.accumulate(box<1>{{0}, {4}}, given, [](const two_words& present, const two_words& more) {
      return two_words{present.a + more.a, present.b};
    });
    access.fence();
    EXPECT_EQ(access.get({1}).a, world().size() * (world().size() + 1) / 2);
    EXPECT_THROW(
        access.fetch_update({0}, [](two_words) -> two_words { throw argument_error("no"); }),
        argument_error);
    access.fence();
    EXPECT_EQ(access.fetch_update({0}, [](two_words was) { return was; }).b,
              std::ldexp(1.0, world().size()));
  });
}

TEST(one_sided, lists) {
  both_ways([](bool) {
    const process_grid<2> grid(world());
    auto u = fromfunction([](index_t i, index_t j) { return 10 * i + j; }, grid, {5, 7});
    one_sided access(u);
    const std::vector<shape_t<2>> list{{4, 6}, {0, 0}, {-1, 2}, {0, 0}};
    const ndarray<index_t, 1> found = access.get(std::span(list));
    EXPECT_TRUE(tessera::all(found == ndarray<index_t, 1>{46, 0, 42, 0}));
    EXPECT_EQ(access.get(std::span(list).first(0)).size(), 0);
    access.fence();
    access.accumulate(std::span(list), ndarray<index_t, 1>{1, 2, 3, 4}, op::sum);
    access.fence();
    EXPECT_EQ(access.get({0, 0}), 6 * world().size());
    EXPECT_EQ(access.get({4, 2}), 42 + 3 * world().size());
    access.fence();
    if (world().rank() == world().size() - 1) {
      ndarray<index_t, 1> values(shape_t<1>{8});
      values = arange(index_t{8});
      access.put(std::span(list), values(slice(none, none, 2)));
    }
    access.fence();
    EXPECT_EQ(access.get({4, 6}), 0);
    EXPECT_EQ(access.get({4, 2}), 4);
    EXPECT_EQ(access.get({0, 0}), 6); // the last one
  });
}

TEST(one_sided, halos_and_expressions_after_a_fence) {
  if (!uses_shared_memory() && !mpi_has_windows()) GTEST_SKIP();
  const process_grid<1> grid(world());
  const index_t n = 4 * world().size();
  auto u = zeros(grid, {n}, halo<1>(1, true));
  u.update_halo();
  one_sided access(u);
  access.fence();
  EXPECT_TRUE(u.halo_is_fresh()) << "nobody has written";
  if (world().rank() == 0)
    for (index_t i = 0; i < n; ++i) access.put({i}, static_cast<double>(i));
  access.fence();
  EXPECT_FALSE(u.halo_is_fresh());
  const global_array<double, 1> step = copy(u(slice(1, none)) - u(slice(0, -1)));
  EXPECT_EQ(sum(step), static_cast<double>(n - 1));
  access.fence();
  access.put(u(slice(none, none, 2)), -1.0);
  access.fence();
  EXPECT_EQ(sum(u), static_cast<double>(n / 2 * (n / 2) - n / 2));
}

TEST(one_sided, mistakes_are_told_before_anything_is_written) {
  both_ways([](bool) {
    const process_grid<2> grid(world());
    auto u = zeros<int>(grid, {4, 6});
    auto v = zeros<int>(grid, {4, 6});
    one_sided access(u);
    EXPECT_EQ(message_of<index_error>([&] {
                access.put({0, 6}, 1);
              }),
              "subscript 6 is outside axis 1 of shape (4, 6)");
    EXPECT_EQ(message_of<index_error>([&] {
                access.put(box<2>{{0, 0}, {5, 1}}, 1);
              }),
              "one-sided access to the box from (0, 0) to (5, 1) of an array of shape (4, 6)");
    const ndarray<int, 2> small(shape_t<2>{2, 2});
    const std::string shapes = message_of<shape_error>([&] {
      access.put(box<2>{{0, 0}, {3, 2}}, small);
    });
    EXPECT_NE(shapes.find("(3, 2)"), std::string::npos) << shapes;
    EXPECT_NE(shapes.find("(2, 2)"), std::string::npos) << shapes;
    EXPECT_NE(shapes.find("rank " + std::to_string(world().rank())), std::string::npos) << shapes;
    EXPECT_THROW(access.put(v(0, all), 1), argument_error);
    const std::vector<shape_t<2>> list{{0, 0}, {4, 0}};
    EXPECT_THROW(access.put(std::span(list), ndarray<int, 1>{1, 2}), index_error);
    EXPECT_THROW(access.put(std::span(list).first(1), ndarray<int, 1>{1, 2}), shape_error);
    EXPECT_THROW(access.flush(world().size()), argument_error);
    EXPECT_THROW(static_cast<void>(access.lock(-1)), argument_error);
    access.fence();
    EXPECT_EQ(sum(u), 0);
    {
      const auto mine = access.lock_shared(world().rank());
      EXPECT_THROW(static_cast<void>(access.lock(world().rank())), argument_error);
    }
    access.close();
    const std::string closed = message_of<argument_error>([&] { access.put({0, 0}, 1); });
    EXPECT_NE(closed.find("closed"), std::string::npos) << closed;
  });
}

TEST(one_sided, array_that_is_gone) {
  both_ways([](bool) {
    one_sided<int, 1> access;
    EXPECT_THROW(static_cast<void>(access.get({0})), argument_error);
    {
      auto u = zeros<int>(process_grid<1>(world()), {7});
      access = one_sided(u);
      const auto moved = std::move(u);
      EXPECT_EQ(access.get({6}), 0);
      access.fence();
    }
    const std::string gone = message_of<argument_error>([&] { access.put({0}, 1); });
    EXPECT_NE(gone.find("gone"), std::string::npos) << gone;
  });
}
