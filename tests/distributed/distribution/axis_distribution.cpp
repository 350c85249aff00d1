#include "cases.hpp"
#include "message_of.hpp"

#include <chrono>
#include <string>

using namespace tessera_test;

namespace {

/// Blocks follow each other from 0 to the end, and every element is where its owner says.
void check_tiling(const axis_distribution& axis) {
  index_t next = 0;
  for (int k = 0; k < axis.parts(); ++k) {
    const interval block = axis.block(k);
    EXPECT_EQ(block.lower, next);
    EXPECT_GE(block.size(), 0);
    for (index_t i = block.lower; i < block.upper; ++i) {
      EXPECT_EQ(axis.owner(i), k);
      EXPECT_EQ(axis.to_local(i), i - block.lower);
      EXPECT_EQ(axis.to_global(k, axis.to_local(i)), i);
    }
    next = block.upper;
  }
  EXPECT_EQ(next, axis.size());
}

/// The parts found are the first and the last that own any of it.
void check_owners(const axis_distribution& axis, interval wanted) {
  int first = 0;
  int last = -1;
  for (int k = axis.parts() - 1; k >= 0; --k) {
    const interval block = axis.block(k);
    if (std::max(block.lower, wanted.lower) >= std::min(block.upper, wanted.upper)) continue;
    first = k;
    last = std::max(last, k);
  }
  const auto found = axis.owners(wanted);
  EXPECT_EQ(found.first, first) << wanted.lower << " " << wanted.upper;
  EXPECT_EQ(found.last, last) << wanted.lower << " " << wanted.upper;
}

} // namespace

TEST(axis_distribution, equal_blocks_tile_the_axis) {
  for (index_t size = 0; size < 25; ++size)
    for (int parts = 1; parts < 12; ++parts) check_tiling({size, parts});
}

// As numpy.array_split does.
TEST(axis_distribution, larger_blocks_come_first) {
  const axis_distribution axis(11, 4);
  EXPECT_EQ(axis.block(0), (interval{0, 3}));
  EXPECT_EQ(axis.block(1), (interval{3, 6}));
  EXPECT_EQ(axis.block(2), (interval{6, 9}));
  EXPECT_EQ(axis.block(3), (interval{9, 11}));
}

TEST(axis_distribution, more_parts_than_elements) {
  const axis_distribution axis(2, 5);
  EXPECT_EQ(axis.block(1), (interval{1, 2}));
  for (int k = 2; k < 5; ++k) EXPECT_TRUE(axis.block(k).empty());
}

TEST(axis_distribution, boundaries_anywhere_tile_the_axis) {
  random_source random;
  SCOPED_TRACE(random.trace());
  int with_boundaries = 0;
  for (int i = 0; i < 300; ++i) {
    const axis_distribution axis =
        random_axis(random, random.between(0, 30), static_cast<int>(random.between(1, 9)));
    check_tiling(axis);
    with_boundaries += axis.has_boundaries() ? 1 : 0;
    for (int k = 0; k < 10; ++k)
      check_owners(axis, {random.between(-5, 35), random.between(-5, 35)});
  }
  EXPECT_GT(with_boundaries, 50);
}

TEST(axis_distribution, empty_parts_at_both_ends) {
  const axis_distribution axis({0, 0, 0, 4, 4, 9, 9});
  check_tiling(axis);
  EXPECT_EQ(axis.parts(), 6);
  EXPECT_EQ(axis.size(), 9);
  EXPECT_EQ(axis.owner(0), 2);
  EXPECT_EQ(axis.owner(4), 4);
  EXPECT_EQ(axis.owners({0, 9}).first, 2);
  EXPECT_EQ(axis.owners({0, 9}).last, 4);
}

TEST(axis_distribution, equal_when_all_blocks_are_equal) {
  EXPECT_EQ(axis_distribution(10, 3), axis_distribution(std::vector<index_t>{0, 4, 7, 10}));
  EXPECT_EQ(axis_distribution(std::vector<index_t>{0, 4, 7, 10}), axis_distribution(10, 3));
  EXPECT_FALSE(axis_distribution(10, 3) == axis_distribution(std::vector<index_t>{0, 3, 7, 10}));
  EXPECT_FALSE(axis_distribution(10, 3) == axis_distribution(10, 2));
  EXPECT_FALSE(axis_distribution(10, 3) == axis_distribution(11, 3));
  EXPECT_EQ(axis_distribution(0, 2), axis_distribution(std::vector<index_t>{0, 0, 0}));
}

TEST(axis_distribution, a_million_parts_at_once) {
  const auto start = std::chrono::steady_clock::now();
  const axis_distribution axis(index_t{1} << 60, 1000003);
  EXPECT_EQ(axis, axis_distribution(index_t{1} << 60, 1000003));
  index_t next = 0;
  for (int k = 0; k < axis.parts(); ++k) {
    if (axis.block(k).lower != next || axis.owner(next) != k) ADD_FAILURE() << "part " << k;
    next = axis.block(k).upper;
  }
  EXPECT_EQ(next, axis.size());
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

TEST(axis_distribution, what_is_refused) {
  const auto text_of = [](const auto& make) { return message_of<argument_error>(make); };
  EXPECT_NE(text_of([] { axis_distribution(-3, 2); }).find("-3"), std::string::npos);
  EXPECT_NE(text_of([] { axis_distribution(3, 0); }).find("0 ranks"), std::string::npos);
  EXPECT_NE(text_of([] { axis_distribution(3, -1); }).find("-1 ranks"), std::string::npos);
  using boundaries = std::vector<index_t>;
  for (const boundaries& bad :
       {boundaries{}, boundaries{0}, boundaries{1, 5}, boundaries{0, 5, 4}, boundaries{-1, 5}})
    EXPECT_NE(text_of([&] { axis_distribution{bad}; }).find("ascend"), std::string::npos);
  EXPECT_NE(text_of([] {
              axis_distribution(boundaries{0, 5, 4});
            }).find("(0, 5, 4)"),
            std::string::npos);
}
