#include "random_source.hpp"
#include "support/scratch.hpp"

#include <tessera/core.hpp>
#include <tessera/distributed.hpp>
#include <tessera/io/text.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>

using namespace tessera;
using tessera_test::content_of;
using tessera_test::message_of;
using tessera_test::scratch;

namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

template <class T, std::size_t N> bool same_bits(const ndarray<T, N>& a, const ndarray<T, N>& b) {
  return a.shape() == b.shape() &&
         (a.size() == 0 ||
          std::memcmp(a.data(), b.data(), sizeof(T) * static_cast<std::size_t>(a.size())) == 0);
}

/// The bits of a global array equal those of a local one, on every rank.
template <class T, std::size_t N>
bool same_bits(const global_array<T, N>& a, const ndarray<T, N>& b) {
  return same_bits(a.gather_all(), b);
}

/// What loadtxt says about a file, locally and over all ranks; both must agree.
template <class T = double>
std::string load_error(const std::string& path, const loadtxt_options& options = {}) {
  const std::string local = message_of([&] { loadtxt<T>(path, options); });
  EXPECT_EQ(message_of([&] { loadtxt<T>(communicator::world(), path, options); }), local);
  return local;
}

/// The message without "parse: '<path>' ".
template <class T = double>
std::string parse_error_of(const scratch& folder, const std::string& text,
                           const loadtxt_options& options = {}) {
  const std::string path = folder.file("in.txt", text);
  const std::string message = load_error<T>(path, options);
  const std::string start = "parse: '" + path + "' ";
  EXPECT_EQ(message.substr(0, start.size()), start);
  return message.substr(std::min(start.size(), message.size()));
}

ndarray<double, 2> random_values(random_source& random, const shape_t<2>& shape) {
  ndarray<double, 2> a(shape);
  for (index_t i = 0; i < a.size(); ++i) {
    const auto bits = static_cast<std::uint64_t>(random.engine()());
    const double any = std::bit_cast<double>(bits);
    a.data()[i] = std::isnan(any) ? not_a_number : any;
  }
  return a;
}

} // namespace

TEST(text, reads_rows_and_columns) {
  const scratch folder;
  const std::string path =
      folder.file("in.txt", "# 2 3\n1 2 3 \r\n\n  # nothing\n +4\t-.5e1 6.#end\n\n7 8 inf");
  const ndarray<double, 2> expected{
      {1, 2, 3}, {4, -5, 6}, {7, 8, std::numeric_limits<double>::infinity()}};
  EXPECT_TRUE(same_bits(loadtxt<double>(path), expected));
  const communicator world = communicator::world();
  EXPECT_TRUE(same_bits(loadtxt<double>(world, path), expected));
  const auto u = loadtxt<double>(process_grid<2>(world), path, {}, halo<2>(2));
  EXPECT_TRUE(same_bits(u, expected));
  EXPECT_EQ(u.halo(), halo<2>(2));
}

TEST(text, reads_one_dimension) {
  const scratch folder;
  const communicator world = communicator::world();
  const ndarray<int, 1> expected{1, 2, 3};
  for (const char* text : {"1 2 3\n", "1\n2\n3\n"}) {
    const std::string path = folder.file("in.txt", text);
    EXPECT_TRUE(same_bits(loadtxt<int, 1>(path), expected));
    EXPECT_TRUE(same_bits(loadtxt<int, 1>(world, path), expected));
    EXPECT_TRUE(same_bits(loadtxt<int>(process_grid<1>(world), path), expected));
  }
  const std::string path = folder.file("in.txt", "1 2 3\n4 5 6\n");
  const std::string message = "shape: '" + path +
                              "' holds 2 rows of 3 columns; a one-dimensional "
                              "array needs one row or one column";
  EXPECT_EQ(message_of([&] { loadtxt<int, 1>(path); }), message);
  EXPECT_EQ(message_of([&] { loadtxt<int, 1>(world, path); }), message);
}

TEST(text, takes_options) {
  const scratch folder;
  const std::string path = folder.file("in.csv", "\xef\xbb\xbfx; y\n1 ; 2 // one\n// two\n 3;4\n");
  const loadtxt_options options{.comments = "//", .delimiter = ";", .skiprows = 1};
  const ndarray<float, 2> expected{{1, 2}, {3, 4}};
  EXPECT_TRUE(same_bits(loadtxt<float>(path, options), expected));
  EXPECT_TRUE(same_bits(loadtxt<float>(communicator::world(), path, options), expected));
}

TEST(text, names_line_and_column_of_a_bad_field) {
  const scratch folder;
  EXPECT_EQ(parse_error_of(folder, "# c\n1 2 3\n\n4 abc 6\n"),
            "line 4, column 2: 'abc' is not a number");
  EXPECT_EQ(parse_error_of(folder, "1 2 3\n4 5 6x\n"), "line 2, column 3: '6x' is not a number");
  EXPECT_EQ(parse_error_of(folder, "1,2\n3,\n", {.delimiter = ","}),
            "line 2, column 2: there is nothing between two delimiters");
  EXPECT_EQ(parse_error_of(folder, "1 2\na b\n3 x\n", {.skiprows = 1}),
            "line 2, column 1: 'a' is not a number");
  EXPECT_EQ(parse_error_of(folder, "1 " + std::string(50, 'y')),
            "line 1, column 2: '" + std::string(40, 'y') + "...' is not a number");
  EXPECT_EQ(parse_error_of(folder, std::string("1 2\0\x7f", 5)),
            "line 1, column 2: '2\\x00\\x7f' is not a number");
}

TEST(text, takes_no_other_numbers) {
  const scratch folder;
  for (const std::string bad : {"0x10", "1_000", "+-5", "++5", "--5", "1d5", "nan(1)", "infi", "1e",
                                ".", "-", "+", "1,5", "e5", "1..2", "1e1e1", "True", "1-2"})
    EXPECT_EQ(parse_error_of(folder, bad + "\n"),
              "line 1, column 1: '" + bad + "' is not a number");
}

TEST(text, checks_integers) {
  const scratch folder;
  EXPECT_EQ(parse_error_of<int>(folder, "1.0"), "line 1, column 1: '1.0' is not an integer");
  EXPECT_EQ(parse_error_of<std::int8_t>(folder, "127 128"),
            "line 1, column 2: '128' does not fit into int8");
  EXPECT_EQ(parse_error_of<unsigned>(folder, "-1"),
            "line 1, column 1: '-1' does not fit into uint32");
  EXPECT_EQ(parse_error_of<bool>(folder, "True"), "line 1, column 1: 'True' is not an integer");
}

TEST(text, names_the_line_of_a_ragged_row) {
  const scratch folder;
  EXPECT_EQ(parse_error_of(folder, "#\n1 2 3 4\n1 2 3 4\n1 2 3\n1 2 3 4\n"),
            "line 4: 3 columns, but line 2 has 4");
  EXPECT_EQ(parse_error_of(folder, "1 2\n1 2 3\n1 2 x\n"), "line 2: 3 columns, but line 1 has 2");
  EXPECT_EQ(parse_error_of(folder, "1 2\n1\n"), "line 2: 1 column, but line 1 has 2");
  EXPECT_EQ(parse_error_of(folder, "1 2\n1 2 x\n"), "line 2, column 3: 'x' is not a number");
}

TEST(text, refuses_files_without_rows) {
  const scratch folder;
  for (const char* text : {"", "\n", "# 1 2\n", "  \r\n\n"})
    EXPECT_EQ(parse_error_of(folder, text), "holds no rows of numbers");
  EXPECT_EQ(parse_error_of(folder, "1\n2\n", {.skiprows = 7}),
            "holds no rows of numbers after line 2");
}

TEST(text, refuses_carriage_returns_inside_lines) {
  const scratch folder;
  const std::string expected = "a carriage return inside the line; convert the line ends of the "
                               "file, for example by `tr '\\r' '\\n'`";
  EXPECT_EQ(parse_error_of(folder, "1 2\r3 4\r"), "line 1: " + expected);
  EXPECT_EQ(parse_error_of(folder, "1 2\n# head\r3 4\r\n"), "line 2: " + expected);
  EXPECT_EQ(parse_error_of(folder, "1\r2\n3\n", {.skiprows = 1}), "line 1: " + expected);
}

TEST(text, says_why_a_file_cannot_be_read) {
  const scratch folder;
  EXPECT_EQ(load_error(folder / "none"),
            "file: cannot read '" + (folder / "none") + "': No such file or directory");
  EXPECT_EQ(load_error(folder.folder()),
            "file: cannot read '" + folder.folder() + "': Is a directory");
}

TEST(text, refuses_senseless_options) {
  const scratch folder;
  const std::string path = folder.file("in.txt", "1\n");
  for (const char* delimiter : {"ab", "1", "-", "e", "\n"})
    EXPECT_EQ(load_error(path, {.delimiter = delimiter}).find("argument: loadtxt: the delimiter"),
              0U);
  EXPECT_EQ(
      load_error(path, {.comments = "#", .delimiter = "#"}).find("argument: loadtxt: comments"),
      0U);
  EXPECT_EQ(load_error(path, {.comments = "a\n"}).find("argument: loadtxt: the comment sign"), 0U);
  const auto refused = [&](const loadtxt_options& options, const char* why) {
    EXPECT_EQ(load_error<std::int8_t>(path, options).find(std::string("argument: loadtxt: ") + why),
              0U);
  };
  refused({.delimiter = ",", .quotechar = ','}, "the quote");
  refused({.comments = "\"", .quotechar = '"'}, "comments");
  refused({.converters = {{0, nullptr}}}, "column 0 has");
  refused({.missing_values = "NA"}, "there are missing");
  refused({.filling_values = 128.0}, "filling_values is 128");
  EXPECT_EQ(load_error(path, {.skiprows = -1}).find("argument: loadtxt: skiprows is -1"), 0U);
}

TEST(text, converts_columns) {
  const scratch folder;
  const std::string path = folder.file("in.csv", "1,12:30,a\n2,23:59,b\n");
  const auto minutes = [](std::string_view field) {
    if (field.size() != 5) throw argument_error("no time of day");
    const auto digit = [&](std::size_t k) { return field[k] - '0'; };
    return 60.0 * (10 * digit(0) + digit(1)) + 10 * digit(3) + digit(4);
  };
  const auto letter = [](std::string_view field) { return static_cast<double>(field[0] - 'a'); };
  const loadtxt_options options{
      .delimiter = ",", .usecols = {0, 1, -1}, .converters = {{1, minutes}, {-1, letter}}};
  const ndarray<int, 2> expected{{1, 750, 0}, {2, 1439, 1}};
  EXPECT_TRUE(same_bits(loadtxt<int>(path, options), expected));
  EXPECT_TRUE(same_bits(loadtxt<int>(communicator::world(), path, options), expected));
  EXPECT_EQ(parse_error_of<int>(folder, "1,12:30,a\n2,1:00,b\n", options),
            "line 2, column 2: no time of day");
  EXPECT_EQ(parse_error_of<std::int8_t>(folder, "1,12:30,a\n", options),
            "line 1, column 2: 750.000000 does not fit into int8");
}

TEST(text, names_what_is_wrong_with_chosen_columns) {
  const scratch folder;
  EXPECT_EQ(parse_error_of(folder, "1 2 3\n4 5\n", {.usecols = {0, 2}}),
            "line 2: 2 columns, and column 2 of usecols (from 0) is none of them");
  EXPECT_EQ(parse_error_of(folder, "1 2 3\n4 x y\n", {.usecols = {2, 0}}),
            "line 2, column 3: 'y' is not a number");
  EXPECT_EQ(parse_error_of(folder, "1 2\n", {.usecols = {-3}}),
            "line 1: 2 columns, and column -3 of usecols (from 0) is none of them");
  EXPECT_EQ(parse_error_of(folder, "'1' '2\n", {.quotechar = '\''}),
            "line 1, column 2: a quote that is not closed on its line");
  EXPECT_EQ(parse_error_of(folder, "1,NA\n", {.delimiter = ","}),
            "line 1, column 2: 'NA' is not a number");
}

TEST(text, reads_compressed_files) {
  const scratch folder;
  const std::string path = folder.file("in.txt", "1 2\n3 4\n5 6\n");
  const std::string zip =
      "gzip -k '" + path + "' && cat '" + path + ".gz' '" + path + ".gz' > '" + path + ".2'";
  const int code = communicator::world().rank() == 0 ? std::system(zip.c_str()) : 0;
  EXPECT_EQ(code, 0);
  communicator::world().barrier();
  const ndarray<int, 2> once{{1, 2}, {3, 4}, {5, 6}};
  const ndarray<int, 2> twice{{1, 2}, {3, 4}, {5, 6}, {1, 2}, {3, 4}, {5, 6}};
  EXPECT_TRUE(same_bits(loadtxt<int>(path + ".gz"), once));
  EXPECT_TRUE(same_bits(loadtxt<int>(communicator::world(), path + ".2"), twice));

  const std::string packed = content_of(path + ".gz");
  const std::string torn = folder.file("torn.gz", packed.substr(0, packed.size() - 5));
  EXPECT_EQ(load_error(torn),
            "file: cannot read '" + torn + "': the compressed data end too early");
  std::string flipped = packed;
  flipped[flipped.size() - 6] ^= 1;
  const std::string damaged = folder.file("damaged.gz", flipped);
  EXPECT_EQ(load_error(damaged),
            "file: cannot read '" + damaged + "': the compressed data are damaged");
}

TEST(text, writes_what_it_reads) {
  const scratch folder;
  const communicator world = communicator::world();
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int round = 0; round < 20; ++round) {
    const ndarray<double, 2> a =
        random_values(random, {random.between(1, 30), random.between(1, 9)});
    global_array<double, 2> u(process_grid<2>(world), a.shape(), halo<2>(random.between(0, 2)));
    u.scatter(a);
    const std::string path = folder / "u.txt";
    savetxt(path, u, {.fmt = "%.16e", .header = "two\nlines", .footer = "end"});
    EXPECT_TRUE(same_bits(loadtxt<double>(path), a));
    EXPECT_TRUE(same_bits(loadtxt<double>(process_grid<2>(world), path), a));
    const std::string local = folder / ("local" + std::to_string(world.rank()));
    savetxt(local, a, {.fmt = "%.16e", .header = "two\nlines", .footer = "end"});
    EXPECT_EQ(content_of(path), content_of(local)) << "the ranks must not show";
    world.barrier();
  }
}

TEST(text, writes_views_expressions_and_vectors) {
  const scratch folder;
  const communicator world = communicator::world();
  const std::string path = folder / ("out" + std::to_string(world.rank()));
  const ndarray<int, 2> a{{1, 2, 3}, {4, 5, 6}};
  savetxt(path, a(all, slice(none, none, -2)), {.fmt = "%d", .delimiter = ","});
  EXPECT_EQ(content_of(path), "3,1\n6,4\n");
  savetxt(path, a + 1, {.fmt = "%d"});
  EXPECT_EQ(content_of(path), "2 3 4\n5 6 7\n");
  savetxt(path, a(1, all), {.fmt = "%.1f"});
  EXPECT_EQ(content_of(path), "4.0\n5.0\n6.0\n");
  global_array<int, 1> u(process_grid<1>(world), {5});
  u.fill([](index_t i) { return static_cast<int>(i); });
  savetxt(folder / "u", u, {.fmt = "%d", .newline = ";"});
  EXPECT_EQ(content_of(folder / "u"), "0;1;2;3;4;");
  savetxt(folder / "slice", 2 * u(slice(none, none, -2)), {.fmt = "%d", .newline = ";"});
  EXPECT_EQ(content_of(folder / "slice"), "8;4;0;");
}

TEST(text, refuses_bad_formats) {
  const scratch folder;
  const std::string path = folder / "out.txt";
  const ndarray<double, 2> a{{1}};
  const global_array<double, 2> u(process_grid<2>(communicator::world()), {4, 4});
  for (const char* fmt : {"", "%", "e", "%%", "%n", "%x", "%.3d", "%*d", "%1001d", "%.1001e", "%le",
                          "%#g", "%99999999999999999999e", "%.e%n", "%c"}) {
    const std::string message = message_of([&] { savetxt(path, a, {.fmt = fmt}); });
    EXPECT_EQ(message.find("argument: savetxt: the format '" + std::string(fmt) + "'"), 0U)
        << message;
    EXPECT_EQ(message_of([&] { savetxt(path, u, {.fmt = fmt}); }), message);
  }
  EXPECT_EQ(message_of([&] {
              savetxt(path, a, {.fmt = "%d%d"});
            }).find("argument: savetxt: the format '%d%d' has 2 conversions for 1 column;"),
            0U);
  EXPECT_EQ(message_of([&] {
              savetxt(path, a, {.fmt = {"%d", "%e%f"}});
            }).find("argument: savetxt: the format '%e%f' has 2 conversions, where"),
            0U);
  EXPECT_EQ(folder.entries(), 0);
}

TEST(text, refuses_nan_as_an_integer_on_all_ranks) {
  const scratch folder;
  const std::string path = folder.file("out.txt", "old");
  const communicator world = communicator::world();
  global_array<double, 2> u(process_grid<2>(world), {9, 2});
  u.fill([](index_t i, index_t) { return i == 8 ? not_a_number : 1.0; });
  const std::string message = message_of([&] { savetxt(path, u, {.fmt = "%d"}); });
  EXPECT_NE(message.find("savetxt: the format '%d' cannot write nan"), std::string::npos)
      << message;
  EXPECT_EQ(content_of(path), "old");
  EXPECT_EQ(folder.entries(), 1);
}

TEST(text, keeps_the_old_file_on_a_full_disk) {
  const scratch folder;
  const std::string path = folder.file("out.txt", "old");
  global_array<double, 2> u(process_grid<2>(communicator::world()), {100, 10});
  u = 1.0;
  {
    const tessera_test::file_size_limit limit(20000);
    const std::string message = message_of([&] { savetxt(path, u); });
    EXPECT_NE(message.find("cannot write '" + path + "': File too large"), std::string::npos)
        << message;
  }
  EXPECT_EQ(content_of(path), "old");
  EXPECT_EQ(folder.entries(), 1);
}
