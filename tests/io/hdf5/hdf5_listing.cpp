/// @file
/// What an HDF5 file holds: groups, datasets, links, attributes.

#include "support/numbered.hpp"
#include "support/scratch.hpp"
#include "world.hpp"

#include <tessera/core/creation/create.hpp>
#include <tessera/core/creation/ranges.hpp>
#include <tessera/io/hdf5.hpp>

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <string>

using namespace tessera;
using tessera_test::message_of;
using tessera_test::scratch;
using tessera_test::world;

namespace {

std::string joined(const std::vector<index_t>& values) {
  std::string text;
  for (const index_t v : values) text += std::to_string(v) + " ";
  return text;
}

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all += text + " ";
  return all;
}

std::string line(const hdf5_entry& e) {
  return e.path + "|" + (e.is_group ? "group" : "") + "|" + e.dtype + "|" + joined(e.shape) + "|" +
         joined(e.max_shape) + "|" + joined(e.chunk) + "|" + e.filters + "|" +
         std::to_string(e.stored_bytes) + "|" + e.link + "|" + e.refused + "\n";
}

void fill(hdf5_file& file) {
  global_array<double, 2> u(process_grid<2>(world()), {6, 5});
  tessera_test::number(u);
  file.write("results/u", u);
  file.write("results/deep/flags", full<bool, 1>({3}, true));
  file.write("a", zeros<std::complex<float>>(0));
  file.set_attribute("results/u", "units", "K");
  file.set_attribute("results/u", "dt", 0.1);
  file.set_attribute("results", "steps", ndarray<int, 1>{1, 2, -3});
}

void expect_content(hdf5_file& file) {
  std::string lines;
  for (const hdf5_entry& e : file.entries()) lines += line(e);
  EXPECT_EQ(lines, "a||complex64|0 |0 |||0||\n"
                   "results|group||||||0||\n"
                   "results/deep|group||||||0||\n"
                   "results/deep/flags||bool|3 |3 |||3||\n"
                   "results/u||float64|6 5 |6 5 |||240||\n");
  EXPECT_EQ(joined(file.attributes("results/u")), "dt units ");
  EXPECT_EQ(joined(file.attributes("a")), "");
  EXPECT_EQ(file.attribute_text("results/u", "dt"), "0.1");
  EXPECT_EQ(file.attribute_text("results/u", "units"), "K");
  EXPECT_EQ(file.attribute_text("results", "steps"), "[1, 2, -3]");
}

} // namespace

TEST(hdf5_listing, of_files_that_are_written_or_read) {
  const scratch folder;
  hdf5_file file = hdf5_file::create(world(), folder / "a.h5");
  EXPECT_TRUE(file.entries().empty());
  fill(file);
  expect_content(file);
  file.commit();
  EXPECT_NE(message_of([&] { static_cast<void>(file.entries()); }), "");
  EXPECT_NE(message_of([&] { static_cast<void>(file.attributes("/")); }), "");
  hdf5_file saved = hdf5_file::open(world(), folder / "a.h5");
  expect_content(saved);
}

TEST(hdf5_listing, names_what_there_is_when_an_attribute_is_missing) {
  const scratch folder;
  hdf5_file file = hdf5_file::create(world(), folder / "a.h5");
  fill(file);
  const std::string message =
      message_of([&] { static_cast<void>(file.attribute_text("results/u", "unit")); });
  EXPECT_NE(message.find("there are 'dt', 'units'"), std::string::npos) << message;
  EXPECT_NE(message_of([&] { static_cast<void>(file.attributes("none")); }).find("results/u"),
            std::string::npos);
}

TEST(hdf5_listing, shortens_long_attributes) {
  const scratch folder;
  hdf5_file file = hdf5_file::create(world(), folder / "a.h5");
  file.set_attribute("/", "many", arange<int>(100));
  file.set_attribute("/", "long", std::string(999, 'x') + "äyz");
  file.set_attribute("/", "terminal", "red\x1b[31m\n");
  EXPECT_EQ(file.attribute_text("/", "many"), "[0, 1, 2, 3, 4, 5, 6, 7, ...] (100 elements)");
  EXPECT_EQ(file.attribute_text("/", "long"), std::string(999, 'x') + "...");
  EXPECT_EQ(file.attribute_text("/", "terminal"), "red [31m ");
}

/// Lists a file on behalf of a Python script.
TEST(hdf5_listing, DISABLED_dump) {
  const std::string folder = std::getenv("TESSERA_H5PY");
  hdf5_file file = hdf5_file::open(world(), folder + "/listed.h5");
  std::string text;
  for (const hdf5_entry& e : file.entries()) text += line(e);
  for (const std::string& name : file.attributes("/"))
    text += "@" + name + "=" + file.attribute_text("/", name) + "\n";
  EXPECT_EQ(text, broadcast(world(), text, 0));
  if (world().rank() == 0) std::ofstream(folder + "/listing") << text;
}
