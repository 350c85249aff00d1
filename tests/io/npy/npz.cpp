#include "support/scratch.hpp"

#include <tessera/core.hpp>
#include <tessera/core/complex.hpp>
#include <tessera/io/npz.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

using namespace tessera;
using tessera_test::content_of;
using tessera_test::message_of;
using tessera_test::scratch;

namespace {

using names = std::vector<std::string>;

/// A file of this rank alone.
std::string own_file(const scratch& folder) {
  return folder / ("a" + std::to_string(communicator::world().rank()) + ".npz");
}

} // namespace

TEST(npz, reads_what_it_writes) {
  const scratch folder;
  const std::string path = own_file(folder);
  const ndarray<double, 2> x{{1, 2, 3}, {4, 5, 6}};
  const ndarray<std::complex<float>, 1> z{{1, 2}, {3, 4}};
  const ndarray<fixed_string<5>, 1> words{"north", "east"};
  const ndarray<int, 3> nothing({2, 0, 3});
  for (const bool compressed : {false, true}) {
    save_npz(path,
             {{"x", x},
              {"half", x * 0.5},
              {"back", x(all, slice(none, none, -1))},
              {"deep/z", z},
              {"words", words},
              {"nothing", nothing}},
             {.compressed = compressed});
    const npz_file file(path);
    EXPECT_EQ(file.names(), (names{"x", "half", "back", "deep/z", "words", "nothing"}));
    EXPECT_TRUE(array_equal(file.load<double, 2>("x"), x));
    EXPECT_TRUE(array_equal(file.load<double, 2>("half"), x * 0.5));
    EXPECT_TRUE(array_equal(file.load<double, 2>("back"), x(all, slice(none, none, -1))));
    EXPECT_TRUE(array_equal(file.load<std::complex<float>, 1>("deep/z"), z));
    EXPECT_EQ((file.load<fixed_string<5>, 1>("words")(1).str()), "east");
    EXPECT_EQ((file.load<int, 3>("nothing").shape()), (shape_t<3>{2, 0, 3}));
    EXPECT_EQ(file.header("x").descr, "<f8");
    EXPECT_EQ(file.header("half").shape, (std::vector<index_t>{2, 3}));
  }
}

TEST(npz, same_arrays_give_same_bytes) {
  const scratch folder;
  const std::string path = own_file(folder);
  const auto x = linspace(0.0, 1.0, 5000);
  save_npz(path, {{"x", x}});
  const std::string plain = content_of(path);
  save_npz(path, {{"x", x}});
  EXPECT_EQ(content_of(path), plain);
  save_npz(path, {{"x", 0.0 * x}}, {.compressed = true});
  EXPECT_LT(content_of(path).size(), plain.size() / 10);
}

TEST(npz, takes_lists_made_at_run_time) {
  const scratch folder;
  const std::string path = own_file(folder);
  std::vector<npz_array> arrays;
  save_npz(path, arrays);
  EXPECT_EQ(npz_file(path).names(), names{});
  for (int k = 0; k < 300; ++k) arrays.emplace_back("a" + std::to_string(k), full<int, 1>({4}, k));
  save_npz(path, arrays);
  npz_file file(path);
  EXPECT_EQ(file.names().size(), 300U);
  npz_file moved = std::move(file);
  file = std::move(moved);
  EXPECT_EQ((file.load<int, 1>("a299")(3)), 299);
}

TEST(npz, refuses_names_that_harm) {
  const scratch folder;
  const std::string path = own_file(folder);
  const ndarray<double, 1> x{1.0};
  for (const char* const name : {"", "/x", "../x", "a/../b", "..", "C:x", "a\\b", "a\nb"})
    EXPECT_TRUE(message_of([&] { save_npz(path, {{name, x}}); }).starts_with("argument: ")) << name;
  EXPECT_EQ(message_of([&] {
              save_npz(path, {{"x", x}, {"x", x}});
            }),
            "argument: two arrays of one npz file are called 'x'");
  EXPECT_FALSE(message_of([&] { save_npz(path, {{std::string(70000, 'x'), x}}); }).empty());
  EXPECT_EQ(folder.entries(), 0);
  save_npz(path, {{"..x", x}, {"x..", x}, {"a..b/c", x}});
  EXPECT_EQ(npz_file(path).names().size(), 3U);
}

TEST(npz, says_what_does_not_fit) {
  const scratch folder;
  const std::string path = own_file(folder);
  save_npz(path, {{"x", ndarray<double, 1>{1, 2}}, {"y", ndarray<index_t, 1>{1, 2}}});
  const npz_file file(path);
  EXPECT_EQ(message_of([&] { (void)file.load<double, 1>("z"); }),
            "file: cannot read '" + path + "': it holds no array called 'z'; it holds x, y");
  EXPECT_EQ(
      message_of([&] { (void)file.load<double, 1>("y"); }),
      "file: cannot read '" + path +
          "[y]': its elements are int64, which cannot be read as float64 without loss; read it "
          "as int64, and assign that to an array of float64");
  EXPECT_EQ(message_of([&] { (void)file.load<double, 2>("x"); }),
            "file: cannot read '" + path +
                "[x]': its shape is (2,), which has 1 dimensions, not 2");
  EXPECT_EQ(message_of([&] { npz_file(folder / "none.npz"); }),
            "file: cannot read '" + (folder / "none.npz") + "': No such file or directory");
}

TEST(npz, notices_every_damaged_byte_of_the_data) {
  const scratch folder;
  if (communicator::world().rank() > 0) return;
  const std::string path = folder / "a.npz";
  for (const bool compressed : {false, true}) {
    save_npz(path, {{"x", linspace(0.0, 1.0, 20)}}, {.compressed = compressed});
    const std::string good = content_of(path);
    const auto x = npz_file(path).load<double, 1>("x");
    for (std::size_t at = 0; at < good.size(); ++at) {
      std::string bad = good;
      bad[at] = static_cast<char>(bad[at] ^ 0x10);
      std::ofstream(path, std::ios::binary) << bad;
      ndarray<double, 1> found;
      const std::string message = message_of([&] { found = npz_file(path).load<double, 1>("x"); });
      // Dates and the like may change without harm.
      EXPECT_TRUE(message.starts_with("file: ") || (message.empty() && array_equal(found, x)))
          << at << message;
    }
    for (std::size_t bytes = 0; bytes < good.size(); bytes += 7) {
      std::ofstream(path, std::ios::binary) << good.substr(0, bytes);
      EXPECT_TRUE(
          message_of([&] { (void)npz_file(path).load<double, 1>("x"); }).starts_with("file: "));
    }
  }
}

TEST(npz, keeps_the_old_file_on_a_full_disk) {
  const scratch folder;
  const std::string path = folder.file("a.npz", "old");
  if (communicator::world().rank() > 0) return;
  const ndarray<double, 1> x({10000}, 1.0);
  for (const rlim_t bytes : {0U, 30U, 30000U, 80100U, 80200U}) {
    const tessera_test::file_size_limit limit(bytes);
    EXPECT_EQ(message_of([&] {
                save_npz(path, {{"x", x}});
              }),
              "file: cannot write '" + path + "': File too large");
  }
  EXPECT_EQ(content_of(path), "old");
}

TEST(npz, scalars) {
  const scratch folder;
  const std::string path = folder / ("s" + std::to_string(communicator::world().rank()) + ".npz");
  save_npz(path, {{"dt", 0.1}, {"n", 3}});
  const npz_file file(path);
  EXPECT_EQ(file.load<double>("dt"), 0.1);
  EXPECT_EQ(file.load<int>("n"), 3);
  EXPECT_TRUE(file.header("dt").shape.empty());
  EXPECT_NE(message_of([&] { static_cast<void>(file.load<float>("dt")); }), "");
}
