#include "support/scratch.hpp"
#include "world.hpp"

#include <tessera/core.hpp>
#include <tessera/distributed.hpp>
#include <tessera/io/text.hpp>

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <string>
#include <sys/resource.h>

using namespace tessera;
using namespace std::string_literals;
using tessera_test::content_of;
using tessera_test::message_of;
using tessera_test::scratch;
using tessera_test::world;

namespace {

/// Runs a command on rank 0, for all.
void shell(const std::string& command) {
  const int code = world().rank() == 0 ? std::system(command.c_str()) : 0;
  EXPECT_EQ(code, 0) << command;
  world().barrier();
}

void expect_rows(const std::string& path, const ndarray<double, 2>& expected,
                 const loadtxt_options& options = {}) {
  EXPECT_TRUE(array_equal(loadtxt<double>(path, options), expected)) << path;
  EXPECT_TRUE(array_equal(loadtxt<double>(world(), path, options).gather_all(), expected)) << path;
}

void expect_error(const std::string& path, const std::string& message,
                  const loadtxt_options& options = {}) {
  EXPECT_EQ(message_of([&] { loadtxt<double>(path, options); }), message);
  EXPECT_EQ(message_of([&] { loadtxt<double>(world(), path, options); }), message);
}

/// ASCII as UTF-16 or UTF-32.
std::string wide(const std::string& text, std::size_t width, bool big_endian) {
  std::string units;
  for (const char c : text) {
    const std::string zeros(width - 1, '\0');
    units += big_endian ? zeros + c : c + zeros;
  }
  return units;
}

/// Bytes of private memory, which a limit on data counts.
rlim_t data_in_use() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;)
    if (rlim_t kilobytes = 0; word == "VmData:" && status >> kilobytes) return 1024 * kilobytes;
  return 0;
}

#ifdef __SANITIZE_ADDRESS__
constexpr bool counts_memory = false; // the sanitizer keeps what is freed
#else
constexpr bool counts_memory = true;
#endif

const ndarray<double, 2> twice{{1, 2}, {3, 4}, {1, 2}, {3, 4}};

} // namespace

TEST(text_sources, packed_files_of_every_format) {
  const scratch folder;
  const std::string path = folder.file("in.txt", "1 2\n3 4\n");
  for (const std::string program : {"gzip", "bzip2", "xz", "zstd"}) {
    // No name tells, and members follow each other.
    const std::string packed = folder / program;
    shell(program + " -c '" + path + "' > '" + packed + ".1' && cat '" + packed + ".1' '" + packed +
          ".1' > '" + packed + "'");
    expect_rows(packed, twice);
    const std::string bytes = content_of(packed);
    const std::string cut = folder.file(program + ".cut", bytes.substr(0, bytes.size() - 9));
    expect_error(cut, "file: cannot read '" + cut + "': the compressed data end too early");
    const std::string more = folder.file(program + ".more", bytes + "1 2");
    expect_error(more, "file: cannot read '" + more + "': from byte " +
                           std::to_string(bytes.size()) +
                           " on, something else follows the compressed data");
    std::string flipped = bytes;
    // zstd gives the text away before it compares checksums: it must still be one of numbers.
    flipped[program == "zstd" ? bytes.find("1 2") : bytes.size() / 4] ^= 4;
    const std::string damaged = folder.file(program + ".damaged", flipped);
    expect_error(damaged, "file: cannot read '" + damaged + "': the compressed data are damaged");
  }
}

TEST(text_sources, frames_of_zstd_that_hold_no_text) {
  const scratch folder;
  const std::string path = folder.file("in.txt", "1 2\n3 4\n");
  shell("zstd -q --no-check '" + path + "'");
  const std::string frame = content_of(path + ".zst");
  const std::string passed_over("\x5f\x2a\x4d\x18\3\0\0\0abc", 11); // as pzstd has them
  const std::string nothing("\x28\xb5\x2f\xfd\x20\0\1\0\0", 9);
  expect_rows(folder.file("several", passed_over + frame + nothing + passed_over + frame), twice);
  // A window of 1 GiB, as of --long=30.
  const std::string wide("\x28\xb5\x2f\xfd\0\xa0\1\0\0", 9);
  const std::string asks = folder.file("asks", wide);
  EXPECT_EQ(message_of([&] { loadtxt<double>(asks); }),
            "other: cannot read '" + asks + "': no memory to unpack it");
}

TEST(text_sources, no_more_is_unpacked_than_is_asked_for) {
  if (!counts_memory) GTEST_SKIP();
  const scratch folder;
  const std::string path = folder / "long.gz";
  // 100 MB of rows, and 20 MB without any line end.
  shell("yes '1 2' | head -c 100000000 | gzip -1 > '" + path + "'");
  const std::string zeros = folder / "zeros.bz2";
  shell("head -c 20000000 /dev/zero | bzip2 > '" + zeros + "'");
  struct rusage before {};
  getrusage(RUSAGE_SELF, &before);
  expect_rows(path, {{1, 2}, {1, 2}, {1, 2}}, {.skiprows = 1000, .max_rows = 3});
  expect_error(zeros,
               "file: cannot read '" + zeros + "': a line holds bytes of zero; it is no text");
  struct rusage after {};
  getrusage(RUSAGE_SELF, &after);
  EXPECT_LT(after.ru_maxrss - before.ru_maxrss, 40000) << "KiB";
}

TEST(text_sources, what_does_not_fit_names_the_file) {
  if (!counts_memory) GTEST_SKIP();
  const scratch folder;
  const std::string path = folder / "long.xz";
  shell("yes 0 | head -c 40000000 | xz -0 > '" + path + "'");
  if (world().rank() != 0) return;
  struct rlimit old {};
  getrlimit(RLIMIT_DATA, &old);
  set_memory_cache_limit(0);
  const struct rlimit low { data_in_use() + 90000000, old.rlim_max };
  setrlimit(RLIMIT_DATA, &low);
  const std::string message = message_of([&] { loadtxt<double>(path); });
  setrlimit(RLIMIT_DATA, &old);
  set_memory_cache_limit(std::size_t{1} << 30U);
  EXPECT_TRUE(message.starts_with("other: cannot read '" + path + "': cannot allocate")) << message;
}

TEST(text_sources, unicode_with_marks) {
  const scratch folder;
  const std::string text = "# head\n1 2\r\n3 4\n1 2\n3 4";
  expect_rows(folder.file("utf8", "\xef\xbb\xbf" + text), twice);
  expect_rows(folder.file("utf16le", "\xff\xfe" + wide(text, 2, false)), twice);
  expect_rows(folder.file("utf16be", "\xfe\xff" + wide(text, 2, true)), twice);
  expect_rows(folder.file("utf32le", "\xff\xfe\0\0"s + wide(text, 4, false)), twice);
  expect_rows(folder.file("utf32be", "\0\0\xfe\xff"s + wide(text, 4, true)), twice);
  const std::string path = folder.file("packed", "\xff\xfe" + wide(text, 2, false));
  shell("bzip2 '" + path + "'");
  expect_rows(path + ".bz2", twice);
  // A character of two units, in a comment and in a field.
  const std::string pair = "\xff\xfe" + wide("1 # ", 2, false) + "\x3d\xd8\x00\xde"s;
  expect_rows(folder.file("pair", pair), {{1}});
  const std::string field = folder.file("field", "\xff\xfe\x3d\xd8\x00\xde"s);
  expect_error(field,
               "parse: '" + field + "' line 1, column 1: '\xf0\x9f\x98\x80' is not a number");
  for (const std::string& bad :
       {"\xff\xfe" + wide("1 2\n", 2, false) + "x", "\xff\xfe\x3d\xd8"s + wide("1", 2, false),
        "\xff\xfe\x00\xde"s, "\xff\xfe" + wide("1 2\n", 2, false) + "\x3d\xd8"}) {
    const std::string file = folder.file("bad", bad);
    expect_error(file,
                 "file: cannot read '" + file + "': it is no UTF-16 text, as its first bytes say");
  }
}

TEST(text_sources, blanks_of_unicode) {
  // What str.isspace says, by Python 3.11.
  const scratch folder;
  for (const std::string blank :
       {"\x1c", "\x1f", "\xc2\x85", "\xc2\xa0", "\xe1\x9a\x80", "\xe2\x80\x80", "\xe2\x80\x8a",
        "\xe2\x80\xa8", "\xe2\x80\xa9", "\xe2\x80\xaf", "\xe2\x81\x9f", "\xe3\x80\x80", "\xa0"}) {
    SCOPED_TRACE(blank);
    expect_rows(folder.file("blanks", blank + "1" + blank + " 2" + blank + "\n" + blank + "\n3 " +
                                          blank + "4" + blank + "# " + blank + "\n1 2\n3" + blank +
                                          "4"),
                twice);
    const std::string fields = folder.file("fields", "1" + blank + ", " + blank + "2" + blank +
                                                         "\n3,4 " + blank + "# x\n1,2\n3,4\n");
    expect_rows(fields, twice, {.delimiter = ","});
  }
  for (const std::string other : {"\xe1\xa0\x8e", "\xe2\x80\x8b", "\xe2\x81\xa0", "\xef\xbb\xbf"}) {
    const std::string path = folder.file("none", "1" + other + "2\n");
    expect_error(path, "parse: '" + path + "' line 1, column 1: '1" + other + "2' is not a number");
  }
}

TEST(text_sources, blanks_inside_fields_stay) {
  const scratch folder;
  const std::string path = folder.file("in", "1\xc2\xa0"
                                             "2 3\n");
  const std::string message = "parse: '" + path +
                              "' line 1, column 1: '1\xc2\xa0"
                              "2' is not a number";
  expect_error(path, message, {.delimiter = " "});
  const std::string words = folder.file("words", "x\xc2\xa0y,1\n");
  const auto size = [](std::string_view field) { return static_cast<double>(field.size()); };
  expect_rows(words, {{4, 1}}, {.delimiter = ",", .converters = {{0, size}}});
}

TEST(text_sources, arrays_with_a_halo) {
  const scratch folder;
  const std::string path = folder.file("in.txt", "1 2\n3 4\n1 2\n3 4\n");
  const auto rows = loadtxt<double>(world(), path, halo<2>(1));
  EXPECT_EQ(rows.halo().lower[0], 1);
  EXPECT_TRUE(array_equal(rows.gather_all(), twice));
  const auto blocks = loadtxt<double>(process_grid<2>(world()), path, halo<2>(2));
  EXPECT_EQ(blocks.halo().upper[1], 2);
  EXPECT_TRUE(array_equal(blocks.gather_all(), twice));
  const auto line = loadtxt<double>(world(), folder.file("line", "1\n2\n3\n"), halo<1>(1));
  EXPECT_TRUE(array_equal(line.gather_all(), ndarray<double, 1>{1, 2, 3}));
  const auto columns = loadtxt<double>(world(), path, {.unpack = true}, halo<2>(1));
  EXPECT_TRUE(array_equal(columns.gather_all(), ndarray<double, 2>(twice.transpose())));
  for (const char* packer : {"gzip -kf ", "xz -kf "}) shell(packer + path);
  EXPECT_TRUE(array_equal(loadtxt<double>(world(), path + ".xz", halo<2>(1)).gather_all(), twice));
}
