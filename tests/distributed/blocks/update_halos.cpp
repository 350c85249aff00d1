#include "cases.hpp"
#include "message_of.hpp"

using namespace tessera_test;

namespace {

/// Cells of the padded block that do not hold the element they stand for.
template <class T, std::size_t N> index_t wrong_cells(const global_array<T, N>& u) {
  index_t wrong = 0;
  index_t number = 0;
  for_each_index(u.padded().shape(), [&](const shape_t<N>& cell) {
    const T& found = u.data()[number++];
    shape_t<N> index{};
    for (std::size_t d = 0; d < N; ++d) {
      const index_t n = u.shape()[d];
      index[d] = u.block().lower[d] + cell[d] - u.halo().lower[d];
      if (u.halo().periodic[d]) index[d] = (index[d] % n + n) % n;
      if (index[d] < 0 || index[d] >= n) return;
    }
    wrong += same_bits(found, element_of<T>(flat_index(index, u.shape()))) ? 0 : 1;
  });
  return wrong;
}

template <class T, std::size_t N>
global_array<T, N> random_array(random_source& random, const communicator& comm) {
  const auto grids = all_grids<N>(comm);
  const process_grid<N>& grid = any_of(random, grids);
  const auto shape = random_shape_of<N>(random, 8);
  global_array<T, N> u(grid, random_distribution(random, shape, grid.dims()),
                       random_halo<N>(random, 3));
  spoil(u);
  fill_numbered(u);
  return u;
}

template <class... Arrays> void check_together(Arrays&... arrays) {
  update_halos(arrays...);
  for (const index_t wrong : {wrong_cells(arrays)...}) EXPECT_EQ(wrong, 0);
}

/// Messages between ranks in one run, whichever way they go.
template <class... Arrays> index_t messages(Arrays&... arrays) {
  return halo_plan(arrays...).messages();
}

global_array<double, 2> periodic(const process_grid<2>& grid) {
  global_array<double, 2> u(grid, {16, 16}, halo<2>(1, true));
  fill_numbered(u);
  return u;
}

} // namespace

TEST(update_halos, random_arrays_of_all_kinds) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int i = 0; i < 60; ++i) {
    auto u = random_array<double, 2>(random, world());
    auto v = random_array<std::uint8_t, 2>(random, world());
    auto w = random_array<three_words, 3>(random, world());
    auto x = random_array<float, 1>(random, world());
    check_together(u, v, w, x);
    check_together(x, v);
    spoil(v);
    fill_numbered(v);
    check_together(u, v, w, x);
  }
}

TEST(update_halos, costs_the_messages_of_one) {
  const process_grid<2> grid(world());
  auto u = periodic(grid);
  auto v = periodic(grid);
  global_array<float, 2> w(grid, {16, 16}, halo<2>(1, true));
  const index_t one = messages(u);
  EXPECT_EQ(messages(u, v, w), one);
  EXPECT_EQ(halo_plan(u, v).bytes(), 2 * halo_plan(u).bytes());
  EXPECT_TRUE(one > 0 || world().size() == 1);
}

TEST(update_halos, leaves_fresh_ones_alone) {
  const process_grid<2> grid(world());
  auto u = periodic(grid);
  auto v = periodic(grid);
  u.update_halo();
  EXPECT_TRUE(u.halo_is_fresh() && !v.halo_is_fresh());
  update_halos(u, v);
  EXPECT_TRUE(u.halo_is_fresh() && v.halo_is_fresh());
  EXPECT_EQ(wrong_cells(std::as_const(v)), 0);
  update_halos(u, v);
  EXPECT_EQ(wrong_cells(std::as_const(u)), 0);
}

TEST(update_halos, plans_are_kept_for_the_arrays_they_were_made_for) {
  const process_grid<2> grid(world());
  auto u = periodic(grid);
  for (int i = 0; i < 10; ++i) { // new arrays lie where old ones lay
    auto v = periodic(grid);
    global_array<double, 2> w(grid, {16, 5 + i}, halo<2>(2, true));
    fill_numbered(w);
    spoil(u);
    fill_numbered(u);
    check_together(u, v, w);
  }
}

TEST(update_halos, expression_of_several_stale_halos) {
  const process_grid<2> grid(world());
  auto u = periodic(grid);
  auto v = periodic(grid);
  global_array<double, 2> w(grid, {16, 16});
  w = 0.0;
  w(slice(1, -1), all) = u(slice(0, -2), all) + v(slice(2, 16), all);
  EXPECT_TRUE(world().size() == 1 || (u.halo_is_fresh() && v.halo_is_fresh()));
  const ndarray<double, 2> whole = w.gather_all();
  for (index_t i = 1; i < 15; ++i) EXPECT_EQ(whole(i, 3), 2.0 * static_cast<double>(i * 16 + 4));
}

TEST(update_halos, arrays_over_different_ranks) {
  const communicator half = world().split(world().rank() % 2, -world().rank());
  auto u = periodic(process_grid<2>(world()));
  auto v = periodic(process_grid<2>(half));
  check_together(u, v);
  if (world().size() > 1) message_of<argument_error>([&] { halo_plan(u, v); });
}

TEST(update_halos, array_named_twice) {
  const process_grid<2> grid(world());
  auto u = periodic(grid);
  auto v = periodic(grid);
  const std::string text = message_of<argument_error>([&] { update_halos(u, v, u); });
  EXPECT_NE(text.find("number 2"), std::string::npos) << text;
  check_together(u, v);
}
