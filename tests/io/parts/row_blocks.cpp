#include <tessera/core.hpp>
#include <tessera/distributed.hpp>
#include <tessera/io/parts/row_blocks.hpp>

#include <gtest/gtest.h>

using namespace tessera;

TEST(row_blocks, are_whole_rows_of_the_same_array) {
  const communicator world = communicator::world();
  for (const shape_t<3> shape : {shape_t<3>{7, 5, 3}, shape_t<3>{1, 9, 2}, shape_t<3>{0, 4, 4}}) {
    global_array<int, 3> u(process_grid<3>(world), shape, halo<3>(1));
    u.fill([](index_t i, index_t j, index_t k) { return static_cast<int>(100 * i + 10 * j + k); });
    const global_array<int, 3> rows = to_row_blocks(u);
    EXPECT_TRUE(has_row_blocks(rows.distribution()));
    EXPECT_TRUE(rows.owned().is_contiguous());
    EXPECT_EQ(rows.halo(), halo<3>());
    EXPECT_TRUE(array_equal(rows.gather_all(), u.gather_all()));
    global_array<int, 3> back(u.grid(), shape);
    redistribute(rows, back);
    EXPECT_TRUE(array_equal(back.gather_all(), u.gather_all()));
  }
}

TEST(row_blocks, tells_which_blocks_are_one_piece_of_a_file) {
  using dims = grid_dims<3>;
  const auto contiguous = [](const shape_t<3>& shape, const dims& d) {
    return detail::has_contiguous_blocks(distribution<3>(shape, d));
  };
  EXPECT_TRUE(contiguous({4, 5, 6}, {4, 1, 1}));
  EXPECT_FALSE(contiguous({4, 5, 6}, {2, 2, 1}));
  EXPECT_FALSE(contiguous({4, 5, 6}, {1, 2, 1}));
  EXPECT_TRUE(contiguous({1, 5, 6}, {1, 2, 1}));
  EXPECT_FALSE(contiguous({1, 5, 6}, {1, 2, 3}));
  EXPECT_FALSE(contiguous({1, 5, 6}, {2, 2, 1}));
  EXPECT_TRUE(contiguous({1, 1, 6}, {1, 1, 3}));
}

TEST(row_blocks, contiguous_blocks_follow_each_other) {
  const shape_t<3> shape{1, 7, 3};
  const distribution<3> d(shape, {1, 4, 1});
  index_t expected = 0;
  for (int rank = 0; rank < d.ranks(); ++rank) {
    EXPECT_EQ(detail::elements_before(d.block(rank), shape), expected);
    expected += d.block(rank).size();
  }
  EXPECT_EQ(expected, size_of(shape));
}
