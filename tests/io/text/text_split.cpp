// Text files over ranks that have less than a line each, or more ranks than lines; and compressed.
#include "support/scratch.hpp"
#include "world.hpp"

#include <tessera/core.hpp>
#include <tessera/distributed.hpp>
#include <tessera/io/text.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <zlib.h>

using namespace tessera;
using tessera_test::message_of;
using tessera_test::scratch;
using tessera_test::world;

namespace {

/// The ranks read what one process reads, or throw the same.
void expect_as_alone(const std::string& path, const loadtxt_options& options = {}) {
  ndarray<double, 2> alone;
  ndarray<double, 2> together;
  const std::string error = message_of([&] { alone = loadtxt<double>(path, options); });
  EXPECT_EQ(message_of([&] { together = loadtxt<double>(world(), path, options).gather_all(); }),
            error);
  EXPECT_TRUE(array_equal(together, alone)) << path;
  EXPECT_EQ(error.empty(), alone.size() > 0);
}

std::string packed(const std::string& text) {
  z_stream s{};
  std::string bytes(text.size() + 100, '\0');
  EXPECT_EQ(deflateInit2(&s, 6, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string from = text;
  s.next_in = reinterpret_cast<Bytef*>(from.data());
  s.avail_in = static_cast<uInt>(from.size());
  s.next_out = reinterpret_cast<Bytef*>(bytes.data());
  s.avail_out = static_cast<uInt>(bytes.size());
  EXPECT_EQ(deflate(&s, Z_FINISH), Z_STREAM_END);
  bytes.resize(s.total_out);
  deflateEnd(&s);
  return bytes;
}

std::string numbers(int count) {
  std::string line;
  for (int k = 0; k < count; ++k) line += std::to_string(k) + ' ';
  return line;
}

} // namespace

TEST(text_split, fewer_lines_than_ranks) {
  const scratch folder;
  for (const char* text : {"1 2\n3 4\n5 6\n", "1 2\n3 4\n5 6", "1", "\n\n1 2\r\n", "1 2\n3\n5 6\n",
                           "1 2\nx 4\n5 6\n", "#\n", ""})
    expect_as_alone(folder.file("in.txt", text));
}

TEST(text_split, lines_longer_than_a_ranks_share) {
  const scratch folder;
  expect_as_alone(folder.file("long.txt", numbers(2000) + "\n" + numbers(2000)));
  expect_as_alone(folder.file("first.txt", "# " + numbers(3000) + "\n1 2\n3 4\n"));
  expect_as_alone(folder.file("last.txt", "1 2\n3 4\n5 6 # " + numbers(3000)));
  expect_as_alone(folder.file("middle.txt", "1 2\n" + std::string(9000, ' ') + "\n5 6\n"));
  expect_as_alone(folder.file("ragged.txt", numbers(2000) + "\n" + numbers(1999)));
}

TEST(text_split, compressed_files) {
  const scratch folder;
  const std::string text = "# head\r\n1 2 3 \r\n\n4 5 6 # tail\n7 8 9";
  expect_as_alone(folder.file("in.gz", packed(text)));
  expect_as_alone(folder.file("members.gz", packed("1 2\n3") + packed(" 4\n") + packed("")));
  expect_as_alone(folder.file("bad.gz", packed("1 2\n3\n")));
}

TEST(text_split, what_follows_compressed_data) {
  const scratch folder;
  const std::string whole = packed("1 2\n");
  // As Python's gzip does.
  expect_as_alone(folder.file("zeros.gz", whole + std::string(1000, '\0')));
  expect_as_alone(folder.file("more.gz", whole + std::string(3, '\0') + whole));
  const std::string path = folder.file("else.gz", whole + "else");
  const std::string expected = "file: cannot read '" + path + "': from byte " +
                               std::to_string(whole.size()) +
                               " on, something else follows the compressed data";
  EXPECT_EQ(message_of([&] { loadtxt<double>(path); }), expected);
  EXPECT_EQ(message_of([&] { loadtxt<double>(world(), path); }), expected);
}

TEST(text_split, compressed_files_cut_anywhere) {
  const scratch folder;
  const std::string whole = packed("1 2\n3 4\n");
  const std::size_t step = world().size() == 1 ? 1 : 7;
  for (std::size_t bytes = 2; bytes < whole.size(); bytes += step) {
    const std::string path = folder.file("cut.gz", whole.substr(0, bytes));
    EXPECT_EQ(message_of([&] { loadtxt<double>(world(), path); }),
              "file: cannot read '" + path + "': the compressed data end too early");
    world().barrier();
  }
}
