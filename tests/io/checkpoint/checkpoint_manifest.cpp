// Manifests whose checksum is right and whose lines contradict each other: a checksum guards
// against accidents, not against malice.
#include "support/scratch.hpp"

#include "checkpoint/checkpoint_manifest.hpp"
#include "checkpoint/manifest_words.hpp"

#include <gtest/gtest.h>

#include <string>

using namespace tessera;
using tessera_test::message_of;

namespace {

/// What is wrong with these lines behind the first ones.
std::string problem_of(const std::string& lines) {
  detail::checkpoint_manifest head;
  head.generation = 3;
  head.step = 7;
  head.file_bytes = 4096;
  const std::string message =
      message_of([&] { detail::parse_manifest(manifest_text(head, lines)); });
  const std::string start = "file: the manifest is damaged: ";
  EXPECT_EQ(message.substr(0, start.size()), message.empty() ? "" : start);
  return message.empty() ? "" : message.substr(start.size());
}

const std::string hash = "00000000000000aa ";

} // namespace

TEST(checkpoint_manifest, takes_what_covers_each_array_once) {
  EXPECT_EQ(problem_of(""), "");
  EXPECT_EQ(problem_of("array 0 8 float64 4x5 u%20v\ntile " + hash + "0x0 4x2 u%20v\ntile " + hash +
                       "0x2 4x3 u%20v\n"),
            "");
  EXPECT_EQ(problem_of("array 4 4 int32 - n\ntile " + hash + "- - n\narray 0 1 bool 0 e\n"), "");
}

TEST(checkpoint_manifest, takes_any_name_and_type) {
  detail::checkpoint_manifest head;
  head.generation = 3;
  head.file_bytes = 4096;
  for (const std::string text :
       {"a b", "'a' \"b\"", "%41%", "größe", "a\nb\tc\x7f", "-", "{x: int8[2, 3]}"}) {
    head.arrays = {{text, "{" + text + "}", 8, 0, {4}}};
    const std::string pieces = detail::piece_lines({{text, {0}, {4}, 17}});
    const auto parsed = detail::parse_manifest(manifest_text(head, pieces));
    EXPECT_EQ(parsed.generation, 3);
    EXPECT_EQ(parsed.arrays.at(0).name, text);
    EXPECT_EQ(parsed.arrays.at(0).type, "{" + text + "}");
    EXPECT_EQ(parsed.pieces.at(0).array, text);
  }
}

TEST(checkpoint_manifest, of_before_generations_had_numbers_are_read) {
  const std::string lines = "tessera checkpoint 1\nstep 7\nfile 4096 00000000000000bb\n"
                            "array 0 16 {x: float64, n: {a: int8[2, 3]}} 4x5 u %20v\ntile " +
                            hash + "0x0 4x5 u %20v\n";
  const auto parsed = detail::parse_manifest(
      lines + "end " + detail::manifest_words::hexadecimal(detail::hash_of(lines)) + "\n");
  EXPECT_EQ(parsed.generation, -1);
  EXPECT_EQ(parsed.step, 7);
  EXPECT_EQ(parsed.arrays.at(0).type, "{x: float64, n: {a: int8[2, 3]}}");
  EXPECT_EQ(parsed.arrays.at(0).name, "u %20v");
}

TEST(checkpoint_manifest, refuses_two_arrays_of_one_name) {
  EXPECT_EQ(
      problem_of("array 0 8 float64 4 u\narray 0 8 float64 2x2 u\ntile " + hash + "0x0 2x2 u\n"),
      "there are two arrays 'u'");
}

TEST(checkpoint_manifest, refuses_arrays_that_the_file_cannot_hold) {
  for (const char* array :
       {"array 4097 8 float64 0 u\n", "array 8 8 float64 512 u\n", "array 0 0 float64 1 u\n",
        "array 0 1 bool 4294967296x4294967296 u\n", "array 0 9223372036854775807 float64 2 u\n"})
    EXPECT_EQ(problem_of(array), "array 'u' does not fit into 4096 bytes") << array;
}

TEST(checkpoint_manifest, refuses_tiles_that_are_no_part) {
  const std::string u = "array 0 8 float64 4x5 u\n";
  for (const char* tile : {"0 4 u\n", "0x0 4x6 u\n", "1x0 4x5 u\n", "0x9223372036854775807 4x5 u\n",
                           "0x0 4x5 v\n", "- - u\n"})
    EXPECT_NE(problem_of(u + "tile " + hash + tile).find("that is no part of it"),
              std::string::npos)
        << tile;
  EXPECT_EQ(problem_of(u), "tiles of 'u' are missing");
  EXPECT_EQ(problem_of(u + "tile " + hash + "0x0 4x4 u\n"), "tiles of 'u' are missing");
}

TEST(checkpoint_manifest, refuses_lines_that_are_none) {
  EXPECT_EQ(problem_of("array 1 2 3\n"), "'' is not a count");
  EXPECT_EQ(problem_of("array 1 8 f -1 u\n"), "'-1' is not a count");
  EXPECT_EQ(problem_of("tile 00aa 0 4 u\n"), "'00aa' is not a checksum");
  EXPECT_EQ(
      problem_of("array 0 1 bool 1x1x1x1x1x1x1x1x1x1x1x1x1x1x1x1x1x1x1x1x1x1x1x1x1x1x1x1x1x1x1x"
                 "1x1x1x1 u\n"),
      "an array has more axes than there can be");
  EXPECT_EQ(problem_of("array 0 1 bool 1 u%2\n"), "'u%2' is no name");
  EXPECT_EQ(problem_of("array 0 1 bool 1 u%zz\n"), "'u%zz' is no name");
  EXPECT_EQ(problem_of("else\n"), "it has a line 'else'");
}
