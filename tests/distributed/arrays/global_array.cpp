#include "memory_limit.hpp"
#include "message_of.hpp"
#include "numbered_values.hpp"

#include <tessera/core/reductions/reduce.hpp>

#include <optional>
#include <string>

using namespace tessera_test;

namespace {

constexpr index_t huge = index_t{1} << 40;

} // namespace

TEST(global_array, blocks_and_shapes) {
  random_source random;
  SCOPED_TRACE(random.trace());
  const auto grids = all_grids<3>(world());
  for (int i = 0; i < 50; ++i) {
    const process_grid<3>& grid = any_of(random, grids);
    const auto shape = random_shape_of<3>(random, 8);
    const auto blocks = random_distribution(random, shape, grid.dims());
    const auto width = random_halo<3>(random, 3);
    const global_array<float, 3> u(grid, blocks, width);
    EXPECT_EQ(u.shape(), shape);
    EXPECT_EQ(u.size(), size_of(shape));
    EXPECT_EQ(u.distribution(), blocks);
    EXPECT_EQ(u.halo(), width);
    EXPECT_EQ(u.block(), blocks.block(world().rank()));
    EXPECT_EQ(u.owned().shape(), u.block().shape());
    EXPECT_EQ(allreduce_sum(world(), u.owned().size()), u.size());
    if (u.block().empty()) continue;
    for (std::size_t d = 0; d < 3; ++d) {
      const index_t reach = width.lower[d] + width.upper[d];
      EXPECT_EQ(u.padded().shape(d), u.owned().shape(d) + reach);
      EXPECT_EQ(u.interior().shape(d), std::max<index_t>(0, u.owned().shape(d) - reach));
    }
  }
}

TEST(global_array, owned_lies_within_padded) {
  global_array<double, 2> u = numbered({16, 16}, halo<2>({1, 2}, {3, 0}));
  u.padded() = 1.0;
  u.owned() = 2.0;
  const index_t rows = u.owned().shape(0);
  const index_t columns = u.owned().shape(1);
  EXPECT_EQ(sum(u.padded()), static_cast<double>((rows + 4) * (columns + 2) + rows * columns));
  EXPECT_EQ(u.padded()(0, 0), 1.0);
  EXPECT_EQ(u.padded().at(1, 2), 2.0);
  EXPECT_EQ(u.padded().at(rows, columns + 1), 2.0);
  EXPECT_EQ(u.padded().at(rows + 1, columns + 1), 1.0);
}

TEST(global_array, interior_is_away_from_the_sides) {
  global_array<double, 2> u = numbered({16, 20}, halo<2>({1, 0}, {2, 3}));
  u = 0.0;
  u.interior() = 1.0;
  const view<double, 2> mine = u.owned();
  for_each_index(mine.shape(), [&](const shape_t<2>& at) {
    const bool inside = at[0] >= 1 && at[0] < mine.shape(0) - 2 && at[1] < mine.shape(1) - 3;
    EXPECT_EQ(mine(at[0], at[1]), inside ? 1.0 : 0.0);
  });
}

TEST(global_array, halo_is_zero_at_first) {
#ifdef TESSERA_CHECKED
  GTEST_SKIP() << "debug builds fill halos with NaN";
#endif
  const global_array<double, 2> u = numbered({8, 8}, halo<2>(1));
  index_t zeros = 0;
  for (index_t i = 0; i < u.padded().size(); ++i) zeros += u.data()[i] == 0.0 ? 1 : 0;
  EXPECT_EQ(zeros, u.padded().size() - u.owned().size());
}

TEST(global_array, without_elements) {
  for (const shape_t<2>& shape : {shape_t<2>{0, 5}, shape_t<2>{5, 0}, shape_t<2>{0, 0}}) {
    global_array<double, 2> u(process_grid<2>(world()), shape, halo<2>(2, true));
    global_array<double, 2> v(u);
    EXPECT_EQ(u.size(), 0);
    EXPECT_TRUE(u.block().empty());
    v = 2.0 * u + v;
    v += 1.0;
    v.fill([](index_t, index_t) { return 1.0; });
    EXPECT_EQ(v.padded().size(), 0);
    EXPECT_EQ(v.gather_all().shape(), shape);
  }
}

TEST(global_array, refused_sizes) {
  const process_grid<2> grid(world());
  message_of<argument_error>([&] { global_array<double, 2>(grid, {-1, 4}); });
  message_of<shape_error>([&] { global_array<double, 2>(grid, {huge, huge}); });
  message_of<shape_error>([&] { global_array<double, 2>(grid, {huge, huge}, halo<2>(1)); });
  message_of<shape_error>([&] {
    global_array<double, 2>(grid, distribution<2>({huge, huge}, grid.dims()));
  });
  const std::string text = message_of<shape_error>([&] {
    global_array<three_words, 2>(grid, {index_t{1} << 31, index_t{1} << 31});
  });
  EXPECT_NE(text.find("(2147483648, 2147483648)"), std::string::npos) << text;
}

TEST(global_array, refused_halos) {
  const process_grid<2> grid(world());
  const std::string text = message_of<argument_error>([&] {
    global_array<double, 2>(grid, {4, 4}, halo<2>({0, 0}, {0, -2}));
  });
  EXPECT_NE(text.find("(0, -2) along axis 1"), std::string::npos) << text;
  constexpr index_t most = std::numeric_limits<index_t>::max();
  message_of<error>([&] { global_array<double, 2>(grid, {4, 4}, halo<2>(most)); });
  message_of<error>([&] { global_array<double, 2>(grid, {4, 4}, halo<2>(most / 2)); });
  message_of<error>([&] { global_array<double, 2>(grid, {4, 4}, halo<2>(index_t{1} << 33)); });
}

TEST(global_array, grid_and_distribution_of_different_ranks) {
  const process_grid<1> grid(world());
  const std::string text = message_of<argument_error>([&] {
    global_array<double, 1>(grid, distribution<1>({9}, grid_dims<1>{world().size() + 1}));
  });
  EXPECT_NE(text.find("shape (9,) over " + std::to_string(world().size() + 1)), std::string::npos)
      << text;
}

TEST(global_array, memory_that_nobody_has) {
  if (is_sanitized) GTEST_SKIP() << "the sanitizer's allocator ends the program";
  const process_grid<1> grid(world());
  message_of<memory_error>([&] { global_array<double, 1>(grid, {index_t{1} << 56}); });
}

TEST(global_array, memory_that_one_rank_lacks) {
  if (is_sanitized) GTEST_SKIP() << "the sanitizer's allocator ends the program";
  const index_t n = index_t{48} << 20;
  global_array<double, 1> u(process_grid<1>(world()), {n});
  const int poor = world().size() - 1;
  std::optional<memory_limit> limit;
  if (world().rank() == poor) limit.emplace();
  message_of<memory_error>([&] { static_cast<void>(u.gather(poor)); });
  message_of<memory_error>([&] { static_cast<void>(u.gather_all()); });
  message_of<memory_error>([&] { global_array<double, 1>(u.grid(), {n * world().size()}); });
}

TEST(global_array, fill_by_global_index) {
  global_array<double, 3> u(process_grid<3>(world()), {4, 5, 6}, halo<3>(1));
  u.fill(
      [](index_t i, index_t j, index_t k) { return static_cast<double>(30 * i + 6 * j + k + 1); });
  EXPECT_EQ(wrong_elements(u), 0);
}

TEST(global_array, copies) {
  global_array<double, 2> u = numbered({7, 9}, halo<2>(1, true));
  u.update_halo();
  global_array<double, 2> v(u);
  EXPECT_EQ(v.halo(), u.halo());
  EXPECT_TRUE(array_equal(v.padded(), u.padded()));
  u = 0.0;
  EXPECT_EQ(wrong_elements(v), 0);
  u = v;
  EXPECT_EQ(wrong_elements(u), 0);
  global_array<double, 2>& same = u;
  u = same;
  EXPECT_EQ(wrong_elements(u), 0);
}

TEST(global_array, assigned_to_an_array_without_shape) {
  const global_array<double, 2> u = numbered();
  global_array<double, 2> v;
  v = u;
  EXPECT_EQ(wrong_elements(v), 0);
  global_array<double, 2> w;
  w = numbered();
  EXPECT_EQ(wrong_elements(w), 0);
}

TEST(global_array, moves) {
  global_array<double, 2> u = numbered({7, 9}, halo<2>(1, true));
  const double* const data = u.data();
  global_array<double, 2> v(std::move(u));
  EXPECT_EQ(v.data(), data);
  EXPECT_EQ(wrong_elements(v), 0);
  global_array<double, 2> w = numbered({3, 3});
  w = std::move(v);
  EXPECT_EQ(w.data(), data);
  EXPECT_EQ(wrong_elements(w), 0);
  w.update_halo();
  EXPECT_EQ(wrong_elements(w), 0);
}

TEST(global_array, moved_from_can_be_assigned) {
  global_array<double, 2> u = numbered();
  const global_array<double, 2> v(std::move(u));
  u = numbered({4, 4});
  EXPECT_EQ(u.shape(), (shape_t<2>{4, 4}));
  EXPECT_EQ(wrong_elements(u), 0);
}

TEST(global_array, swapped) {
  global_array<double, 2> u = numbered({7, 9}, halo<2>(1));
  global_array<double, 2> v = numbered({4, 4});
  v = 3.0;
  std::swap(u, v);
  EXPECT_EQ(u.shape(), (shape_t<2>{4, 4}));
  EXPECT_EQ(differing(u, [](double) { return 3.0; }), 0);
  EXPECT_EQ(wrong_elements(v), 0);
  global_array<double, 2> cut = cut_otherwise();
  fill_numbered(cut);
  std::swap(cut, cut);
  EXPECT_EQ(wrong_elements(cut), 0);
}

TEST(global_array, outlives_grid_and_communicator) {
  global_array<double, 1> u;
  {
    const communicator own = world().duplicate();
    const process_grid<1> grid(own);
    u = global_array<double, 1>(grid, {20}, halo<1>(1, true));
  }
  fill_numbered(u);
  u.update_halo();
  EXPECT_EQ(wrong_elements(u.gather_all()), 0);
}

// Freed after main, when MPI has ended.
TEST(global_array, of_static_lifetime) {
  static global_array<double, 1> u(process_grid<1>(world()), {20}, halo<1>(1, true));
  fill_numbered(u);
  u.update_halo();
  EXPECT_EQ(wrong_elements(u), 0);
}

TEST(global_array, elements_of_any_type) {
  global_array<three_words, 2> u(process_grid<2>(world()), {5, 5}, halo<2>(1));
  fill_numbered(u);
  const global_array<three_words, 2> v(u);
  u = element_of<three_words>(0);
  EXPECT_TRUE(same_bits(u.gather_all()(4, 4), element_of<three_words>(0)));
  u = v;
  EXPECT_EQ(wrong_elements(u), 0);
}

TEST(global_array, of_some_ranks) {
  const communicator half = world().split(world().rank() % 2);
  if (world().rank() % 2 == 1) return;
  global_array<double, 1> u(process_grid<1>(half), {20}, halo<1>(1));
  fill_numbered(u);
  global_array<double, 1> v(u);
  v = u + v;
  EXPECT_EQ(differing(v, [](double x) { return 2.0 * x; }), 0);
}
