#include "cases.hpp"
#include "message_of.hpp"

#include <string>

using namespace tessera_test;

namespace {

/// Arrays in random blocks on random grids, with and without halos.
template <class T, std::size_t N, class Check>
void on_random_arrays(int cases, index_t largest, const Check& check) {
  random_source random;
  SCOPED_TRACE(random.trace());
  const auto grids = all_grids<N>(world());
  for (int i = 0; i < cases; ++i) {
    const process_grid<N>& grid = any_of(random, grids);
    const auto shape = random_shape_of<N>(random, largest);
    const auto width = random.one_in(2) ? halo<N>() : random_halo<N>(random, 3);
    global_array<T, N> u(grid, random_distribution(random, shape, grid.dims()), width);
    SCOPED_TRACE(describe(u.distribution(), width));
    spoil(u);
    check(u);
  }
}

template <class T, std::size_t N> void check_gather(global_array<T, N>& u) {
  fill_numbered(u);
  for (int root = 0; root < u.comm().size(); ++root) {
    const ndarray<T, N> whole = u.gather(root);
    const bool mine = u.comm().rank() == root;
    EXPECT_EQ(whole.shape(), mine ? u.shape() : shape_t<N>{});
    EXPECT_EQ(wrong_elements(whole), 0) << "root " << root;
  }
  const ndarray<T, N> everywhere = u.gather_all();
  EXPECT_EQ(everywhere.shape(), u.shape());
  EXPECT_EQ(wrong_elements(everywhere), 0);
}

template <class T, std::size_t N> ndarray<T, N> numbered(const shape_t<N>& shape) {
  ndarray<T, N> result(shape);
  for (index_t i = 0; i < result.size(); ++i) result.data()[i] = element_of<T>(i);
  return result;
}

template <class T, std::size_t N> void check_scatter(global_array<T, N>& u) {
  const ndarray<T, N> whole = numbered<T>(u.shape());
  for (int root = 0; root < u.comm().size(); ++root) {
    spoil(u);
    // What the others bring does not matter.
    u.scatter(u.comm().rank() == root ? whole.view() : view<const T, N>(), root);
    EXPECT_EQ(wrong_elements(u), 0) << "root " << root;
  }
}

} // namespace

TEST(gather_scatter, gather_to_every_root) {
  on_random_arrays<double, 1>(30, 30, check_gather<double, 1>);
  on_random_arrays<std::int32_t, 2>(30, 12, check_gather<std::int32_t, 2>);
  on_random_arrays<three_words, 3>(15, 6, check_gather<three_words, 3>);
}

TEST(gather_scatter, scatter_from_every_root) {
  on_random_arrays<double, 1>(30, 30, check_scatter<double, 1>);
  on_random_arrays<std::int32_t, 2>(30, 12, check_scatter<std::int32_t, 2>);
  on_random_arrays<three_words, 3>(15, 6, check_scatter<three_words, 3>);
}

TEST(gather_scatter, root_is_rank_0_unless_given) {
  global_array<double, 1> u(process_grid<1>(world()), {10});
  u.scatter(numbered<double>(u.shape()));
  EXPECT_EQ(wrong_elements(u), 0);
  EXPECT_EQ(u.gather().size(), world().rank() == 0 ? 10 : 0);
}

TEST(gather_scatter, scatter_of_a_transposed_view) {
  global_array<double, 2> u(process_grid<2>(world()), {7, 5}, halo<2>(1));
  const ndarray<double, 2> whole = numbered<double>(shape_t<2>{7, 5});
  ndarray<double, 2> turned({5, 7});
  turned = whole.transpose();
  u.scatter(std::as_const(turned).transpose(), world().size() - 1);
  EXPECT_EQ(wrong_elements(u), 0);
}

TEST(gather_scatter, scatter_of_reversed_and_stepped_views) {
  const int root = world().size() / 2;
  ndarray<double, 2> large({21, 10});
  large = -1.0;
  const auto chosen = large(slice(none, none, -3), slice(0, none, 2));
  EXPECT_EQ(chosen.shape(), (shape_t<2>{7, 5}));
  chosen = numbered<double>(shape_t<2>{7, 5});
  global_array<double, 2> u(process_grid<2>(world()), {7, 5});
  u.scatter(chosen, root);
  EXPECT_EQ(wrong_elements(u), 0);
}

TEST(gather_scatter, halo_is_not_touched) {
  global_array<double, 2> u(process_grid<2>(world()), {7, 5}, halo<2>(2));
  u.padded() = -1.0;
  u.scatter(numbered<double>(u.shape()));
  index_t kept = 0;
  for (index_t i = 0; i < u.padded().size(); ++i) kept += u.data()[i] < 0.0 ? 1 : 0;
  EXPECT_EQ(kept, u.padded().size() - u.owned().size());
}

TEST(gather_scatter, wrong_shape_on_root_is_refused_on_all_ranks) {
  global_array<double, 2> u(process_grid<2>(world()), {4, 5});
  const ndarray<double, 2> good({4, 5}, 1.0);
  const ndarray<double, 2> bad({5, 4}, 1.0);
  for (int root = 0; root < world().size(); ++root) {
    const auto& mine = world().rank() == root ? bad : good;
    const std::string text = message_of<shape_error>([&] { u.scatter(mine, root); });
    EXPECT_NE(text.find("(5, 4)"), std::string::npos) << text;
    EXPECT_NE(text.find("(4, 5)"), std::string::npos) << text;
  }
}

TEST(gather_scatter, wrong_shape_elsewhere_does_not_matter) {
  global_array<double, 2> u(process_grid<2>(world()), {4, 5});
  const ndarray<double, 2> good = numbered<double>(shape_t<2>{4, 5});
  const ndarray<double, 2> bad({5, 4}, 1.0);
  u.scatter(world().rank() == 0 ? good : bad);
  EXPECT_EQ(wrong_elements(u), 0);
}

TEST(gather_scatter, there_is_no_such_root) {
  global_array<double, 1> u(process_grid<1>(world()), {4});
  const ndarray<double, 1> whole({4}, 1.0);
  for (const int root : {-1, world().size()}) {
    const std::string name = "rank " + std::to_string(root);
    const auto expect_named = [&](const std::string& text) {
      EXPECT_NE(text.find(name), std::string::npos) << text;
    };
    expect_named(message_of<argument_error>([&] { static_cast<void>(u.gather(root)); }));
    expect_named(message_of<argument_error>([&] { u.scatter(whole, root); }));
  }
}

TEST(gather_scatter, arrays_without_elements) {
  global_array<double, 2> u(process_grid<2>(world()), {0, 5}, halo<2>(1));
  EXPECT_EQ(u.gather_all().shape(), (shape_t<2>{0, 5}));
  u.scatter(ndarray<double, 2>({0, 5}));
  EXPECT_EQ(u.gather(0).size(), 0);
}

TEST(gather_scatter, some_ranks_only) {
  const communicator half = world().split(world().rank() % 2, -world().rank());
  if (world().rank() % 2 == 1) return;
  global_array<double, 1> u(process_grid<1>(half), {11});
  fill_numbered(u);
  EXPECT_EQ(wrong_elements(u.gather_all()), 0);
  EXPECT_EQ(u.gather(half.size() - 1).size(), half.rank() == half.size() - 1 ? 11 : 0);
}
