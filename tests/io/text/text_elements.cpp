/// @file
/// Elements of text files that are more than a real number: structs, texts, fixed arrays.

#include "support/particle.hpp"
#include "support/scratch.hpp"
#include "world.hpp"

#include <tessera/core.hpp>
#include <tessera/core/complex.hpp>
#include <tessera/core/fixed_array.hpp>
#include <tessera/core/members.hpp>
#include <tessera/core/text/text.hpp>
#include <tessera/io/text.hpp>

#include <gtest/gtest.h>

#include <string>

using namespace tessera;
using tessera_test::message_of;
using tessera_test::particle;
using tessera_test::particle_at;
using tessera_test::scratch;
using tessera_test::world;

namespace {

struct reading {
  double value;
  std::int32_t count;
  fixed_string<4> unit;
};

const char* const readings = "1.5 2 m\n-3 4 km # far\n\n0 -5 s\n";

bool same_reading(const reading& r, double value, std::int32_t count, const char* unit) {
  return r.value == value && r.count == count && r.unit == unit;
}

/// What a file of one text gives, locally and over the ranks; the same on all.
template <class T>
std::string reading_error(const std::string& path, const loadtxt_options& options = {}) {
  const std::string local = message_of([&] { static_cast<void>(loadtxt<T>(path, options)); });
  const std::string shared =
      message_of([&] { static_cast<void>(loadtxt<T>(world(), path, options)); });
  EXPECT_EQ(local, shared);
  EXPECT_EQ(shared, broadcast(world(), shared, 0));
  return shared;
}

} // namespace

TESSERA_MEMBERS(reading, value, count, unit);

TEST(text_elements, structs_have_a_column_for_each_member) {
  const scratch folder;
  const std::string path = folder.file("r.txt", readings);
  const auto check = [](const ndarray<reading, 2>& found) {
    ASSERT_EQ(found.shape(), (shape_t<2>{3, 1}));
    EXPECT_TRUE(same_reading(found(0, 0), 1.5, 2, "m"));
    EXPECT_TRUE(same_reading(found(1, 0), -3, 4, "km"));
    EXPECT_TRUE(same_reading(found(2, 0), 0, -5, "s"));
  };
  check(loadtxt<reading>(path));
  check(loadtxt<reading>(world(), path).gather_all());
  check(loadtxt<reading>(process_grid<2>(world()), path).gather_all());
  EXPECT_EQ((loadtxt<reading, 1>(world(), path).shape()), (shape_t<1>{3}));
  EXPECT_EQ((loadtxt<reading, 1>(path, {.max_rows = 2}).shape()), (shape_t<1>{2}));
}

TEST(text_elements, columns_are_chosen_and_filled) {
  const scratch folder;
  const std::string path = folder.file("r.csv", "km,4,x,1.5,,m\n'a,b',5,y,NA,7,\n");
  const auto found = loadtxt<reading>(world(), path,
                                      {.delimiter = ",",
                                       .usecols = {3, 1, 0, 4, -2, -1},
                                       .quotechar = '\'',
                                       .missing_values = "NA",
                                       .filling_values = -1.0})
                         .gather_all();
  ASSERT_EQ(found.shape(), (shape_t<2>{2, 2}));
  EXPECT_TRUE(same_reading(found(0, 0), 1.5, 4, "km"));
  EXPECT_TRUE(same_reading(found(0, 1), -1, -1, "m"));
  EXPECT_TRUE(same_reading(found(1, 0), -1, 5, "a,b"));
  EXPECT_TRUE(same_reading(found(1, 1), 7, 7, ""));
  const auto converted =
      loadtxt<reading, 1>(path, {.delimiter = ",",
                                 .usecols = {1, 1, 0},
                                 .quotechar = '\'',
                                 .converters = {{1, [](std::string_view text) {
                                                   return static_cast<double>(text.size());
                                                 }}}});
  EXPECT_TRUE(same_reading(converted(1), 1, 1, "a,b"));
}

TEST(text_elements, says_what_does_not_fit) {
  const scratch folder;
  const auto with = [&](const std::string& text) { return folder.file("w.txt", text); };
  const std::string name = "parse: '" + (folder / "w.txt") + "' line ";
  EXPECT_EQ(reading_error<reading>(with("1 2 m\n1 2 m 3\n")),
            name + "2: 4 columns, but line 1 has 3");
  EXPECT_EQ(
      reading_error<reading>(with("# head\n1 2 m 3\n")),
      name + "2: 4 columns, and each element of {value: float64, count: int32, unit: S4} takes 3");
  EXPECT_EQ(reading_error<reading>(with("1 2 m\n1 2.5 m\n")),
            name + "2, column 2: '2.5' is not an integer");
  EXPECT_EQ(reading_error<reading>(with("1 2 miles\n")),
            name + "1, column 3: 'miles' has 5 bytes, and its place 4");
  EXPECT_EQ(reading_error<std::complex<double>>(with("1+2j\n1+2\n")),
            name + "2, column 1: '1+2' is not a number");
  const loadtxt_options converts{.converters = {{2, [](std::string_view) { return 1.0; }}}};
  EXPECT_EQ(reading_error<reading>(with("1 2 m\n"), converts),
            name + "1, column 3: a converter makes numbers, no texts");
}

TEST(text_elements, come_back_from_savetxt) {
  const scratch folder;
  const savetxt_options exact{.fmt = "%s", .delimiter = ","};
  const auto p = tessera_test::particles(process_grid<2>(world()), {6, 3});
  // Numbers by their shortest texts, also those of bool.
  savetxt(folder / "p.csv", p, {.fmt = "%.17g", .delimiter = ","});
  const auto found = loadtxt<particle>(world(), folder / "p.csv", {.delimiter = ","});
  ASSERT_EQ(found.shape(), (shape_t<2>{6, 3}));
  EXPECT_EQ(tessera_test::wrong(found), 0);

  global_array<fixed_array<double, 3>, 1> v(process_grid<1>(world()), {7});
  v.fill([](index_t i) {
    const auto x = static_cast<double>(i);
    return fixed_array<double, 3>{x / 3, -x, 0.1};
  });
  savetxt(folder / "v.txt", v);
  const auto again = loadtxt<fixed_array<double, 3>, 1>(world(), folder / "v.txt").gather_all();
  EXPECT_TRUE(all(again == v.gather_all()));

  const ndarray<fixed_string<8>, 2> words{{"Größe", "a b"}, {"", "x"}};
  if (world().rank() == 0) savetxt(folder / "w.csv", words, exact);
  world().barrier();
  const auto read =
      loadtxt<fixed_string<8>>(world(), folder / "w.csv", {.delimiter = ","}).gather_all();
  ASSERT_EQ(read.shape(), words.shape());
  for (index_t k = 0; k < words.size(); ++k) EXPECT_EQ(read.data()[k], words.data()[k]);
}

TEST(text_elements, complex_numbers_come_back_from_savetxt) {
  const scratch folder;
  global_array<std::complex<double>, 2> z(process_grid<2>(world()), {9, 4});
  z.fill([](index_t i, index_t j) {
    return std::complex<double>(static_cast<double>(i) / 7, -static_cast<double>(j) / 3);
  });
  savetxt(folder / "z.txt", z);
  EXPECT_TRUE(
      all(loadtxt<std::complex<double>>(world(), folder / "z.txt").gather_all() == z.gather_all()));
  EXPECT_TRUE(all(loadtxt<std::complex<double>>(folder / "z.txt") == z.gather_all()));
  const auto columns =
      loadtxt<std::complex<double>>(world(), folder / "z.txt", {.usecols = {3}, .unpack = true});
  EXPECT_EQ(columns.shape(), (shape_t<2>{1, 9}));
  EXPECT_NE(message_of([&] {
              savetxt(folder / "z.txt", z, {.fmt = {"%g", "%g"}});
            }).find("2 formats for 4 columns"),
            std::string::npos);
}
