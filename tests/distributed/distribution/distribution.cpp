#include "cases.hpp"
#include "message_of.hpp"

#include <chrono>
#include <string>

using namespace tessera_test;

namespace {

/// Every element has one owner, in whose block it lies, and the blocks hold no others.
template <std::size_t N> void check_tiling(const distribution<N>& d) {
  index_t owned = 0;
  for (int rank = 0; rank < d.ranks(); ++rank) owned += d.block(rank).size();
  EXPECT_EQ(owned, size_of(d.shape())) << describe(d);
  index_t wrong = 0;
  for_each_index(d.shape(), [&](const shape_t<N>& index) {
    const int owner = d.owner(index);
    const bool here = d.block(owner).contains(index);
    wrong += here && d.to_global(owner, d.to_local(index)) == index ? 0 : 1;
  });
  EXPECT_EQ(wrong, 0) << describe(d);
}

template <std::size_t N> void check_random(int cases, index_t largest, index_t most_parts) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int i = 0; i < cases; ++i) {
    grid_dims<N> dims{};
    for (int& n : dims) n = static_cast<int>(random.between(1, most_parts));
    check_tiling(random_distribution(random, random_shape_of<N>(random, largest), dims));
  }
}

} // namespace

TEST(distribution, blocks_tile_the_shape) {
  check_random<1>(100, 40, 12);
  check_random<2>(100, 12, 9);
  check_random<3>(40, 7, 5);
  check_random<4>(10, 5, 4);
}

TEST(distribution, nine_by_eight_ranks_in_one_process) {
  const distribution<2> d({100, 75}, grid_dims<2>{9, 8});
  EXPECT_EQ(d.ranks(), 72);
  check_tiling(d);
  EXPECT_EQ(d.block(0), (box<2>{{0, 0}, {12, 10}}));
  EXPECT_EQ(d.block(71), (box<2>{{89, 66}, {100, 75}}));
  // The last axis of the grid runs fastest.
  EXPECT_EQ(d.block(1).lower, (shape_t<2>{0, 10}));
  EXPECT_EQ(d.owner({0, 10}), 1);
}

TEST(distribution, more_ranks_than_elements) {
  const distribution<2> d({2, 1}, grid_dims<2>{5, 3});
  check_tiling(d);
  EXPECT_TRUE(d.block(14).empty());
}

TEST(distribution, boundaries_given) {
  const auto d = distribution<2>::explicit_boundaries({{{0, 7, 7, 10}, {0, 1, 4}}});
  EXPECT_EQ(d.shape(), (shape_t<2>{10, 4}));
  EXPECT_EQ(d.dims(), (grid_dims<2>{3, 2}));
  EXPECT_EQ(d.block(1), (box<2>{{0, 1}, {7, 4}}));
  EXPECT_TRUE(d.block(2).empty());
  check_tiling(d);
}

TEST(distribution, equal_when_all_blocks_are_equal) {
  const distribution<2> d({10, 4}, grid_dims<2>{3, 2});
  EXPECT_EQ(d, (distribution<2>::explicit_boundaries({{{0, 4, 7, 10}, {0, 2, 4}}})));
  EXPECT_FALSE(d == (distribution<2>::explicit_boundaries({{{0, 4, 7, 10}, {0, 1, 4}}})));
  EXPECT_FALSE(d == distribution<2>({10, 4}, grid_dims<2>{2, 3}));
}

TEST(distribution, a_million_ranks_at_once) {
  const auto start = std::chrono::steady_clock::now();
  const distribution<3> d({5000, 4000, 3000}, grid_dims<3>{100, 100, 100});
  EXPECT_EQ(d.ranks(), 1000000);
  index_t owned = 0;
  for (int rank = 0; rank < d.ranks(); ++rank) {
    const box<3> block = d.block(rank);
    owned += block.size();
    if (d.owner(block.lower) != rank) ADD_FAILURE() << "rank " << rank;
  }
  EXPECT_EQ(owned, size_of(d.shape()));
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10));
}

TEST(distribution, text_names_shape_and_grid) {
  EXPECT_EQ(to_string(distribution<2>({8, 6}, grid_dims<2>{2, 1})),
            "shape (8, 6) over 2 x 1 ranks");
  const std::string text = to_string(distribution<2>::explicit_boundaries({{{0, 3, 8}, {0, 6}}}));
  EXPECT_NE(text.find("shape (8, 6) over 2 x 1 ranks with boundaries"), std::string::npos) << text;
}

TEST(distribution, what_is_refused) {
  message_of<argument_error>([] { distribution<2>({8, -1}, grid_dims<2>{1, 1}); });
  message_of<argument_error>([] { distribution<2>({8, 1}, grid_dims<2>{0, 1}); });
  message_of<argument_error>([] { distribution<1>::explicit_boundaries({{{0, 5, 3}}}); });
}
