/// @file
/// The numbers beside axes, which no reader of a picture could check.

#include "drawing/axis_ticks.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

using namespace tessera::detail;

namespace {

/// All labels, and the note.
std::string text_of(const axis_ticks& ticks) {
  std::string text;
  for (const axis_tick& tick : ticks.ticks)
    if (!tick.label.empty()) text += tick.label + " ";
  return text + ticks.note;
}

constexpr double highest = std::numeric_limits<double>::max();

} // namespace

TEST(axis_ticks, are_round_numbers) {
  EXPECT_EQ(text_of(linear_ticks(0, 1, 6)), "0.0 0.2 0.4 0.6 0.8 1.0 ");
  EXPECT_EQ(text_of(linear_ticks(-1.1, 1.1, 5)), "−1.0 −0.5 0.0 0.5 1.0 ");
  EXPECT_EQ(text_of(linear_ticks(16.5, 93.5, 4)), "20 40 60 80 ");
  EXPECT_EQ(text_of(linear_ticks(0.3, 0.3 + 0.4, 5)), "0.3 0.4 0.5 0.6 0.7 ");
  EXPECT_EQ(text_of(linear_ticks(0, 123456, 7)), "0 20000 40000 60000 80000 100000 120000 ");
  EXPECT_EQ(text_of(linear_ticks(-0.001, 0.0007, 4)), "−0.0010 −0.0005 0.0000 0.0005 ");
}

TEST(axis_ticks, have_powers_of_ten_beside_the_axis) {
  EXPECT_EQ(text_of(linear_ticks(0, 1e300, 6)), "0.0 0.2 0.4 0.6 0.8 1.0 ×10³⁰⁰");
  EXPECT_EQ(text_of(linear_ticks(1e-5, 3e-5, 5)), "1.0 1.5 2.0 2.5 3.0 ×10⁻⁵");
  EXPECT_EQ(text_of(linear_ticks(-highest, highest, 3)), "−1 0 1 ×10³⁰⁸");
  EXPECT_EQ(text_of(linear_ticks(0, 5e6, 3)), "0 2 4 ×10⁶");
}

TEST(axis_ticks, have_large_parts_that_are_common_beside_the_axis) {
  EXPECT_EQ(text_of(linear_ticks(1e6, 1e6 + 1e-3, 6)),
            "0.0000 0.0002 0.0004 0.0006 0.0008 0.0010 +1000000");
  EXPECT_EQ(text_of(linear_ticks(5.00000002, 5.0000001, 5)), "0.2 0.4 0.6 0.8 1.0 ×10⁻⁷ +5");
  EXPECT_EQ(text_of(linear_ticks(-1e15 - 90, -1e15 + 20, 3)), "−50 0 −1×10¹⁵");
}

TEST(axis_ticks, lie_between_the_ends_and_are_not_too_many) {
  for (const double low : {-3.7, 0.0, 1e-300, 5e17, -1e308})
    for (const double length : {1e-9, 0.7, 1.0, 33.0, 1e9, 1e300})
      for (const int most : {2, 5, 9}) {
        const axis_range axis = axis_around(low, low + length, false, 0.05);
        const axis_ticks found = linear_ticks(axis.low, axis.high, most);
        EXPECT_GE(found.ticks.size(), 1U);
        EXPECT_LE(found.ticks.size(), static_cast<std::size_t>(most));
        for (const axis_tick& tick : found.ticks) {
          EXPECT_GT(axis.place(tick.value), -1e-6) << low << " " << length;
          EXPECT_LT(axis.place(tick.value), 1 + 1e-6) << low << " " << length;
        }
      }
}

TEST(axis_ticks, of_logarithmic_axes_are_powers) {
  EXPECT_EQ(text_of(logarithmic_ticks(0.7, 1400, 6)), "10⁰ 10¹ 10² 10³ ");
  EXPECT_EQ(text_of(logarithmic_ticks(1e-16, 1, 6)), "10⁻¹⁵ 10⁻¹² 10⁻⁹ 10⁻⁶ 10⁻³ 10⁰ ");
  EXPECT_EQ(text_of(logarithmic_ticks(1e-300, 1e300, 7)),
            "10⁻³⁰⁰ 10⁻²⁰⁰ 10⁻¹⁰⁰ 10⁰ 10¹⁰⁰ 10²⁰⁰ 10³⁰⁰ ");
  EXPECT_EQ(text_of(logarithmic_ticks(3, 25, 5)), "5 10 15 20 25 ");
}

TEST(axis_ticks, axes_have_room_beyond_the_values) {
  const axis_range usual = axis_around(0, 10, false, 0.05);
  EXPECT_DOUBLE_EQ(usual.low, -0.5);
  EXPECT_DOUBLE_EQ(usual.high, 10.5);
  for (const double value : {0.0, 3.0, -1e300, highest, 1e-320}) {
    const axis_range constant = axis_around(value, value, false, 0.05);
    EXPECT_LE(constant.low, value);
    EXPECT_GE(constant.high, value);
    EXPECT_LT(constant.low, constant.high);
    EXPECT_FALSE(linear_ticks(constant.low, constant.high, 5).ticks.empty());
  }
  const axis_range none = axis_around(HUGE_VAL, -HUGE_VAL, false, 0.05);
  EXPECT_EQ(none.low, 0);
  EXPECT_EQ(none.high, 1);
  const axis_range tiny = axis_around(1, 1 + 1e-15, false, 0.05);
  EXPECT_GT(tiny.high - tiny.low, 1e-14);
  const axis_range powers = axis_around(1e-320, 1e-310, true, 0.05);
  EXPECT_GT(powers.low, 0);
  EXPECT_LT(powers.low, powers.high);
}

// Ends that a user chose, as near to each other as doubles can be, with ticks for a large picture.
TEST(axis_ticks, between_neighbours) {
  for (const double low : {0.0, 1.0, 0x1p53, 1e300, -1e300, 1e-320, 5e15 + 1})
    for (const int most : {2, 9, 384}) {
      const double high = std::nextafter(low, HUGE_VAL);
      const axis_ticks found = linear_ticks(low, high, most);
      EXPECT_GE(found.ticks.size(), 1U) << low;
      EXPECT_LE(found.ticks.size(), static_cast<std::size_t>(most)) << low;
      const axis_range axis{low, high};
      EXPECT_EQ(axis.place(low), 0) << low;
      EXPECT_EQ(axis.place(high), 1) << low;
      if (low > 0) {
        EXPECT_EQ((axis_range{low, high, true}.place(low)) <= 0.5, true) << low;
        EXPECT_FALSE(logarithmic_ticks(low, high, most).ticks.empty()) << low;
      }
    }
}
