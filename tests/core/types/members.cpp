#include <tessera/core/members.hpp>

#include <tessera/core/complex.hpp>
#include <tessera/core/error.hpp>
#include <tessera/core/ndarray.hpp>
#include <tessera/core/text/format.hpp>
#include <tessera/core/text/text.hpp>
#include <tessera/core/types/padding.hpp>

#include <gtest/gtest.h>

#include <cstddef>
#include <cstring>
#include <string>

using namespace tessera;

namespace {

struct pair {
  std::int16_t a;
  std::int8_t b;
};

struct particle {
  std::int8_t kind;
  double x[3];
  fixed_string<5> name;
  std::array<pair, 2> pairs;
  bool alive;
};

struct lone {
  double value;
};

struct twice {
  int a;
  int b;
};

/// Prints itself.
struct printed {
  int a;
};
std::string to_string(const printed& p) { return "#" + std::to_string(p.a); }

} // namespace

TESSERA_MEMBERS(pair, a, b);
TESSERA_MEMBERS(particle, kind, x, name, pairs, alive);
TESSERA_MEMBERS(lone, value);
TESSERA_MEMBERS(printed, a);
template <>
inline constexpr auto tessera::members_of<twice> = members(member("a", &twice::a),
                                                           member("a", &twice::b));

TEST(members, are_found_where_they_lie) {
  const detail::struct_layout& layout = detail::struct_layout_of<particle>();
  ASSERT_EQ(layout.all.size(), 5U);
  const std::size_t offsets[] = {offsetof(particle, kind), offsetof(particle, x),
                                 offsetof(particle, name), offsetof(particle, pairs),
                                 offsetof(particle, alive)};
  for (std::size_t k = 0; k < 5; ++k)
    EXPECT_EQ(layout.all[k].offset, static_cast<index_t>(offsets[k]));
  EXPECT_EQ(layout.all[3].shape, (std::vector<index_t>{2}));
  EXPECT_EQ(to_string(detail::dtype_of<particle>()),
            "{kind: int8, x: float64[3], name: S5, pairs: {a: int16, b: int8}[2], alive: bool}");
}

TEST(members, have_names_that_differ) {
  EXPECT_THROW((void)detail::dtype_of<twice>(), argument_error);
}

TEST(members, texts_are_seen) {
  static_assert(detail::holds_text<particle>());
  static_assert(!detail::holds_text<pair>());
  static_assert(!detail::has_members<double>);
}

TEST(members, padding_becomes_zero_and_members_stay) {
  EXPECT_TRUE(detail::has_padding(detail::dtype_of<particle>()));
  EXPECT_FALSE(detail::has_padding(detail::dtype_of<lone>()));
  EXPECT_FALSE(detail::has_padding(detail::dtype_of<double>()));
  unsigned char bytes[3 * sizeof(particle)];
  std::memset(bytes, 0xff, sizeof bytes);
  detail::zero_padding(bytes, detail::dtype_of<particle>(), 2);
  std::string expected(sizeof(particle), '\0');
  const auto member = [&](std::size_t offset, std::size_t size) {
    std::memset(expected.data() + offset, 0xff, size);
  };
  member(offsetof(particle, kind), 1);
  member(offsetof(particle, x), 24);
  member(offsetof(particle, name), 5);
  for (std::size_t k = 0; k < 2; ++k) member(offsetof(particle, pairs) + k * sizeof(pair), 3);
  member(offsetof(particle, alive), 1);
  const auto element = [&](std::size_t k) {
    return std::string(reinterpret_cast<const char*>(bytes) + k * sizeof(particle),
                       sizeof(particle));
  };
  EXPECT_EQ(element(0), expected);
  EXPECT_EQ(element(1), expected);
  EXPECT_EQ(element(2), std::string(sizeof(particle), '\xff'));
}

TEST(members, are_printed) {
  ndarray<particle, 1> a(shape_t<1>{2});
  a(0) = {1, {0.5, 1, 2}, "ab", {pair{1, 2}, pair{3, 4}}, true};
  a(1) = {-10, {10, 0.25, 0}, "c", {pair{100, 2}, pair{3, 4}}, false};
  EXPECT_EQ(to_string(a), "[(  1, [ 0.5 ,  1.  ,  2.  ], b'ab', [(  1, 2), (  3, 4)],  True)\n"
                          " (-10, [10.  ,  0.25,  0.  ], b'c', [(100, 2), (  3, 4)], False)]");
  const ndarray<lone, 1> b{{1.5}};
  EXPECT_EQ(to_string(b), "[(1.5,)]");
  EXPECT_THROW((void)format(b, ".3f"), argument_error);
}

TEST(members, give_way_to_a_text_of_their_struct) {
  const ndarray<printed, 1> a{{7}, {8}};
  EXPECT_EQ(to_string(a), "[#7 #8]");
}
