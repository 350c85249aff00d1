// Streams of text, which several threads parse while one unpacks: the same as on one.
#include "support/scratch.hpp"
#include "with_threads.hpp"
#include "world.hpp"

#include "files/byte_stream.hpp"

#include <tessera/core.hpp>
#include <tessera/io/text.hpp>
#include <tessera/io/text/text_part.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>
#include <zlib.h>

using namespace tessera;
using tessera_test::message_of;
using tessera_test::scratch;

namespace {

/// Gives bytes, then fails where it is said so.
class stream_of_bytes final : public detail::byte_stream {
public:
  stream_of_bytes(std::string bytes, bool fails) : bytes_(std::move(bytes)), fails_(fails) {}
  index_t read(char* to, index_t most) override {
    const auto left = static_cast<index_t>(bytes_.size() - at_);
    if (left == 0 && fails_) throw file_error("it is damaged");
    const index_t count = std::min({left, most, index_t{13}});
    bytes_.copy(to, static_cast<std::size_t>(count), at_);
    at_ += static_cast<std::size_t>(count);
    return count;
  }
  [[nodiscard]] const std::string& path() const override { return path_; }

private:
  std::string path_ = "in.txt";
  std::string bytes_;
  std::size_t at_ = 0;
  bool fails_;
};

/// The values' bytes, and what else is told; or what is wrong.
std::string told(const std::string& text, bool fails, const loadtxt_options& options,
                 const detail::text_limits& limits) {
  std::string found;
  const std::string error = message_of([&] {
    stream_of_bytes stream(text, fails);
    detail::text_extent extent;
    const detail::text_part part =
        detail::parse_stream(stream, extent, options, detail::dtype_of<double>(), limits);
    const detail::text_layout layout = detail::lay_out({part.summary}, extent.lines_before);
    if (layout.failed_part >= 0) {
      found = detail::failure_message("in.txt", part, layout, limits);
      return;
    }
    found.resize(static_cast<std::size_t>(part.values.size()));
    part.values.copy_to(reinterpret_cast<std::byte*>(found.data()));
    found += std::to_string(part.summary.rows) + " of " + std::to_string(part.summary.columns) +
             " behind " + std::to_string(extent.lines_before) + " in " +
             std::to_string(part.summary.lines);
  });
  return found + error;
}

std::string told_by(int threads, const std::string& text, bool fails,
                    const loadtxt_options& options, const detail::text_limits& limits) {
  const with_threads here(threads);
  return told(text, fails, options, limits);
}

void expect_the_same(const std::string& text, const loadtxt_options& options = {},
                     index_t longest = 1000) {
  for (const bool fails : {false, true})
    for (const index_t chunk : {1, 7, 64, 5000}) {
      const detail::text_limits limits{chunk, longest};
      const std::string alone = told_by(1, text, fails, options, limits);
      EXPECT_FALSE(alone.empty());
      for (const int threads : {2, 3, 4})
        EXPECT_EQ(told_by(threads, text, fails, options, limits), alone)
            << threads << " threads, chunks of " << chunk << (fails ? ", fails" : "");
    }
}

std::string lines(int count) {
  std::string text;
  for (int k = 0; k < count; ++k) text += std::to_string(k) + " 0." + std::to_string(k) + " -7e3\n";
  return text;
}

} // namespace

TEST(line_blocks, give_the_same_values) {
  expect_the_same(lines(300));
  expect_the_same("# a comment\n\n" + lines(100) + "\r\n# another\n" + lines(100) + "1 2 3");
  expect_the_same("skipped\nskipped, too\n" + lines(100), {.skiprows = 2});
  expect_the_same(lines(100), {.skiprows = 99});
  expect_the_same(lines(100), {.skiprows = 200});
  expect_the_same(lines(100), {.max_rows = 7});
  expect_the_same(lines(100) + std::string(500, '\n') + lines(2));
  expect_the_same("");
  expect_the_same("1 2");
  expect_the_same("\n\n\n");
}

TEST(line_blocks, give_the_same_errors) {
  expect_the_same(lines(50) + "1 x 3\n" + lines(50) + "1 2 y\n" + lines(50));
  expect_the_same(lines(100) + "1 2\n" + lines(50) + "x\n");
  expect_the_same("1 2\n" + lines(100));
  expect_the_same(lines(100) + "4 5 6 7 8");
  expect_the_same(lines(100) + "1 2\r3\n" + lines(10));
  expect_the_same(lines(100) + std::string(2000, '1') + " 2 3\n" + lines(10));
  expect_the_same(lines(10) + std::string(3000000, '1'), {}, 2500000);
  expect_the_same(lines(10) + std::string(3000000, '\0'), {}, 2500000);
}

TEST(line_blocks, packed_files_are_parsed_alike) {
  const scratch folder;
  const std::string path = folder / ("in" + std::to_string(tessera_test::world().rank()) + ".gz");
  gzFile file = gzopen(path.c_str(), "wb1");
  const std::string text = lines(200000);
  EXPECT_EQ(gzwrite(file, text.data(), static_cast<unsigned>(text.size())),
            static_cast<int>(text.size()));
  gzclose(file);
  const auto load = [&](int threads) {
    const with_threads here(threads);
    return loadtxt<double>(path);
  };
  const ndarray<double, 2> alone = load(1);
  EXPECT_EQ(alone.shape(), (shape_t<2>{200000, 3}));
  EXPECT_TRUE(array_equal(alone(all, 0), arange(200000.0)));
  for (const int threads : {2, 3}) EXPECT_TRUE(array_equal(load(threads), alone));
  std::string bytes = tessera_test::content_of(path);
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 64);
  std::ofstream(path, std::ios::binary) << bytes;
  const std::string error = message_of([&] { load(1); });
  EXPECT_FALSE(error.empty());
  for (const int threads : {2, 3}) EXPECT_EQ(message_of([&] { load(threads); }), error);
}
