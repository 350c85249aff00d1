#include "message_of.hpp"

#include <tessera/core/arrays/member_view.hpp>
#include <tessera/core/creation/ranges.hpp>
#include <tessera/core/elements/operators.hpp>
#include <tessera/core/error.hpp>
#include <tessera/core/reductions/reduce.hpp>
#include <tessera/core/shapes/axes.hpp>
#include <tessera/core/shapes/reshape.hpp>
#include <tessera/core/text/text.hpp>

using namespace tessera;

TEST(text, characters_both_ways) {
  auto dna = chars("AAAGTC");
  static_assert(std::is_same_v<decltype(dna), ndarray<char, 1>>);
  dna(slice(0, 2)) = 'G';
  EXPECT_EQ(text(dna), "GGAGTC");
  EXPECT_EQ(text(flip(dna)), "CTGAGG");
  EXPECT_EQ(sum(dna == 'G'), 3);
  const auto lines = chars({"first", "2nd"});
  EXPECT_EQ(lines.shape(), (shape_t<2>{2, 5}));
  EXPECT_EQ(text(lines(1)), "2nd");
}

TEST(text, fixed_strings_are_padded_text) {
  fixed_string<5> name("east");
  EXPECT_EQ(name.size(), 4U);
  EXPECT_EQ(name.str(), "east");
  EXPECT_EQ(name, "east");
  EXPECT_EQ(name, fixed_string<8>("east"));
  EXPECT_LT(fixed_string<5>("ab"), fixed_string<5>("b"));
  EXPECT_LT(fixed_string<5>("ab"), fixed_string<5>("abc"));
  EXPECT_LT(fixed_string<5>("z"), fixed_string<5>("\xff"));
  EXPECT_EQ(name = "north", "north");
  EXPECT_EQ(message_of<argument_error>([&] { name = "northern"; }),
            "the text 'northern' has 8 bytes, a fixed_string<5> no more than 5; "
            "fixed_string::truncated cuts it");
  EXPECT_EQ(fixed_string<5>::truncated("northern"), "north");
}

TEST(text, arrays_hold_fixed_strings) {
  ndarray<fixed_string<8>, 1> names{"north", "east", "south"};
  names(1) = "west";
  const ndarray<bool, 1> found = names == fixed_string<8>("west");
  EXPECT_TRUE(array_equal(found, ndarray<bool, 1>{false, true, false}));
  EXPECT_EQ(names(slice(none, none, -1))(0).str(), "south");
}

TEST(text, fields_of_structures_are_views) {
  struct particle {
    double x;
    int id;
    float charge;
  };
  auto all_of_them = zeros<particle>(2, 3);
  field(all_of_them, &particle::x) = reshape(arange(6), {2, 3});
  field(all_of_them(0), &particle::id) = 7;
  EXPECT_EQ(all_of_them(1, 2).x, 5.0);
  EXPECT_EQ(all_of_them(0, 2).id, 7);
  EXPECT_EQ(all_of_them(1, 2).id, 0);
  const auto& constant = all_of_them;
  static_assert(std::is_same_v<decltype(field(constant, &particle::id)), view<const int, 2>>);
  EXPECT_EQ(sum(field(transpose(constant), &particle::x)), 15.0);
  EXPECT_EQ(field(zeros<particle>(3), &particle::charge)(2), 0.0F);
}
