#include "support/scratch.hpp"
#include "with_threads.hpp"
#include "world.hpp"

#include <tessera/core.hpp>
#include <tessera/io/text/text_part.hpp>

#include <gtest/gtest.h>

#include <cstring>
#include <string>

using namespace tessera;
using tessera_test::scratch;

namespace {

/// What a file holds, or what is wrong with it, when it is parsed in pieces.
struct outcome {
  std::vector<double> values;
  index_t columns = 0;
  index_t rows = 0;
  std::string failure;
  friend bool operator==(const outcome&, const outcome&) = default;
};

void append(std::vector<double>& to, const detail::byte_segments& values) {
  const std::size_t before = to.size();
  to.resize(before + static_cast<std::size_t>(values.size()) / sizeof(double));
  if (values.size() > 0) values.copy_to(reinterpret_cast<std::byte*>(to.data() + before));
}

/// Parses the pieces between boundaries one after another, as if each were a rank's.
outcome parse(const input_file& file, const std::vector<index_t>& boundaries,
              const loadtxt_options& options, const detail::text_limits& limits) {
  const detail::text_extent extent = detail::find_extent(file, options, limits);
  std::vector<detail::text_part> parts;
  std::vector<detail::text_summary> summaries;
  for (std::size_t k = 0; k + 1 < boundaries.size(); ++k) {
    parts.push_back(detail::parse_part(file, extent, {boundaries[k], boundaries[k + 1]}, options,
                                       detail::dtype_of<double>(), limits));
    summaries.push_back(parts.back().summary);
  }
  const detail::text_layout layout = detail::lay_out(summaries, extent.lines_before);
  outcome result;
  if (layout.failed_part >= 0) {
    const auto& failed = parts[static_cast<std::size_t>(layout.failed_part)];
    result.failure = detail::failure_message("in.txt", failed, layout, limits);
    return result;
  }
  for (const detail::text_part& part : parts) append(result.values, part.values);
  result.columns = layout.columns;
  result.rows = layout.rows.back();
  return result;
}

/// Splits at every byte in two, into every number of equal pieces, and at all bytes at once.
void expect_the_same_for_every_split(const input_file& file, const loadtxt_options& options,
                                     const detail::text_limits& limits, const outcome& expected) {
  const detail::text_extent extent = detail::find_extent(file, options, limits);
  const index_t size = extent.end - extent.begin;
  for (index_t k = 0; k <= size; ++k)
    EXPECT_EQ(parse(file, {0, k, size}, options, limits), expected) << "split at " << k;
  for (int parts = 1; parts <= size + 2; ++parts) {
    const axis_distribution pieces(size, parts);
    std::vector<index_t> boundaries{0};
    for (int k = 0; k < parts; ++k) boundaries.push_back(pieces.block(k).upper);
    EXPECT_EQ(parse(file, boundaries, options, limits), expected) << parts << " parts";
  }
}

void check_all_splits(const std::string& text, const loadtxt_options& options,
                      const outcome& expected) {
  const scratch folder;
  const input_file file(folder.file("in.txt", text));
  for (const index_t chunk : {1, 2, 7, 1000})
    expect_the_same_for_every_split(file, options, {.chunk = chunk}, expected);
  const with_threads here(3); // which share what is longer than a chunk
  expect_the_same_for_every_split(file, options, {.chunk = 7}, expected);
}

} // namespace

TEST(text_part, any_split_gives_the_same_rows) {
  check_all_splits("# head\r\n1 2 3 \r\n\n  4\t5 +6# tail\n#\n \n7 8 -9e1", {},
                   {{1, 2, 3, 4, 5, 6, 7, 8, -90}, 3, 3, ""});
  check_all_splits("skip\nme\n1,2\n\n 3 ,4 //\n",
                   {.comments = "//", .delimiter = ",", .skiprows = 2}, {{1, 2, 3, 4}, 2, 2, ""});
  check_all_splits("\xef\xbb\xbf"
                   "5\n\n\n\n6",
                   {}, {{5, 6}, 1, 2, ""});
  check_all_splits("\n\n12345678901234567890123456789012345678901234567890\n\n", {},
                   {{12345678901234567890123456789012345678901234567890.0}, 1, 1, ""});
}

TEST(text_part, any_split_gives_the_same_rows_with_options) {
  check_all_splits("x y z\n# one\n1 2 3\n\n4 5 6 7\n8 9\n10 x\nbad bad\n",
                   {.skiprows = 1, .usecols = {-1, 0}, .max_rows = 3},
                   {{3, 1, 7, 4, 9, 8}, 2, 3, ""});
  check_all_splits("'1,# ''',2\n\"3\",4 % c\n// d\n'5, ' , '6'\n",
                   {.comments = {"//", "%"}, .delimiter = ",", .usecols = {1}, .quotechar = '\''},
                   {{2, 4, 6}, 1, 3, ""});
  check_all_splits("1,,3\n-,5,-\n",
                   {.delimiter = ",", .missing_values = {"-", "NA"}, .filling_values = 0.5},
                   {{1, 0.5, 3, 0.5, 5, 0.5}, 3, 2, ""});
}

TEST(text_part, comments_that_numbers_could_hold_are_comments) {
  const outcome expected{{1, 2, 3, 4, 5, 6}, 2, 3, ""};
  check_all_splits("1 2e1\n3 4\n5 6e7 8", {.comments = "e"}, expected);
  check_all_splits("1 27\n3 47\n5 6", {.comments = {"#", "7"}}, expected);
  check_all_splits("1 2 9\n3 4\n5 6 9", {.comments = " 9"}, expected);
  check_all_splits("1 2//\n3 4\r\n5 6/1\n", {.comments = "/"}, expected);
}

TEST(text_part, rows_among_other_lines_are_found) {
  check_all_splits("1,2\n3,4\n3.5 , -4.25\t\r\n\n5,6#7\n7 ,8\r\n#\n 9,\t10", {.delimiter = ","},
                   {{1, 2, 3, 4, 3.5, -4.25, 5, 6, 7, 8, 9, 10}, 2, 6, ""});
  check_all_splits("1 2\n3 4\n5 6\r7 8\n", {},
                   {{},
                    0,
                    0,
                    "'in.txt' line 3: a carriage return inside the line; convert the line ends of "
                    "the file, for example by `tr '\\r' '\\n'`"});
  check_all_splits(
      "1,2\n3,4\n5,6,\n", {.delimiter = ","},
      {{}, 0, 0, "'in.txt' line 3, column 3: there is nothing between two delimiters"});
}

TEST(text_part, any_split_of_a_nasty_file_gives_the_same_rows) {
  // Line ends of both kinds and none at the end, blank lines and lines of blanks, comments of
  // several signs behind and between rows, quotes around them, and a line longer than all others.
  const std::string text = "\xef\xbb\xbfhead, 'it''s\r\n"
                           "1,'2',3\r\n\r\n \t \n"
                           "# 9,9,9\n  // ' \r\n"
                           "'4' , 5 ,'6' # 7,'\n"
                           "'7','#8//',9// 'x'\n" +
                           std::string(70, ' ') + "10" + std::string(60, ' ') + ",11,12" +
                           std::string(90, ' ') + "%%" + std::string(80, '#') + "\r\n\n\n" +
                           "%%\n'',-14,+15e0";
  check_all_splits(text,
                   {.comments = {"#", "//", "%%"},
                    .delimiter = ",",
                    .skiprows = 1,
                    .usecols = {2, 0},
                    .quotechar = '\'',
                    .missing_values = "#8//",
                    .filling_values = -1},
                   {{3, 1, 6, 4, 9, 7, 12, 10, 15, -1}, 2, 5, ""});
}

TEST(text_part, any_split_gives_the_same_error) {
  const auto failing = [](const std::string& message) {
    return outcome{{}, 0, 0, "'in.txt' " + message};
  };
  check_all_splits("# c\n1 2\n\n3 4\n5 x\n6\ny 7\n", {},
                   failing("line 5, column 2: 'x' is not a number"));
  check_all_splits("# c\n1 2\n\n3 4\n5\n6 x\n7\n", {},
                   failing("line 5: 1 column, but line 2 has 2"));
  check_all_splits("1 2\n3 4 5\n3 4 5\n3 4 5\n", {},
                   failing("line 2: 3 columns, but line 1 has 2"));
  check_all_splits("1 2\n3 4 5 x\n", {}, failing("line 2, column 4: 'x' is not a number"));
  check_all_splits("a b\n1 x\n2\n", {.skiprows = 1},
                   failing("line 2, column 2: 'x' is not a number"));
  check_all_splits("1 2\n3,4\n", {.delimiter = " "},
                   failing("line 2, column 1: '3,4' is not a number"));
}

TEST(text_part, long_lines_are_an_error) {
  const scratch folder;
  const input_file file(folder.file("in.txt", "1 2 3 4\n1 2 3 4 \n1 2 3 4  \n"));
  const outcome expected{{}, 0, 0, "'in.txt' line 3 is longer than 8 bytes"};
  for (const index_t chunk : {1, 4, 64})
    expect_the_same_for_every_split(file, {}, {.chunk = chunk, .longest_line = 8}, expected);
}

TEST(text_part, lines_longer_than_a_chunk_are_read) {
  const scratch folder;
  std::string text;
  for (int row = 0; row < 3; ++row) {
    for (int k = 0; k < 50000; ++k) text += std::to_string(k) + ' ';
    text += '\n';
  }
  const input_file file(folder.file("in.txt", text));
  const index_t size = file.size();
  const outcome whole = parse(file, {0, size}, {}, {});
  EXPECT_EQ(whole.columns, 50000);
  EXPECT_EQ(whole.rows, 3);
  EXPECT_EQ(parse(file, {0, size / 5, size / 2, size}, {}, {.chunk = 4096}), whole);
}

TEST(text_part, threads_tell_of_what_comes_first) {
  std::string text; // binary data behind a bad line, and before it
  for (int line = 0; line < 200; ++line) text += "1 2 3\n";
  const scratch folder;
  const auto message = [&](const std::string& in_file, int threads) {
    const with_threads here(threads);
    const input_file file(folder.file("in.txt", in_file));
    std::string found;
    try {
      found = parse(file, {0, file.size()}, {}, {.chunk = 64}).failure;
    } catch (const error& e) {
      found = e.what();
    }
    tessera_test::world().barrier(); // the next one is written when all have read this one
    return found;
  };
  const std::string binary("\0\1\0\2\0\3\n", 7);
  for (const std::string& bad :
       {text + "1 x 3\n" + text + binary + text, text + binary + text + "1 x 3\n",
        text + "1 2\n" + text + "x\n", text + "4 5 6 7 8"}) {
    const std::string alone = message(bad, 1);
    EXPECT_FALSE(alone.empty());
    for (const int threads : {2, 3, 4}) EXPECT_EQ(message(bad, threads), alone);
  }
}
