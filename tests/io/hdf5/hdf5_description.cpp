/// @file
/// Units, names and dimensions of datasets.

#include "hdf5_check.hpp"
#include "world.hpp"

#include <tessera/core/creation/create.hpp>
#include <tessera/core/creation/ranges.hpp>
#include <tessera/io/hdf5.hpp>

#include <gtest/gtest.h>

#include <string>

using namespace tessera;
using tessera_test::h5py_folder;
using tessera_test::message_of;
using tessera_test::scratch;
using tessera_test::world;

namespace {

/// The element in row-major place k is k.
template <std::size_t N> global_array<double, N> counted(const shape_t<N>& shape) {
  global_array<double, N> u(process_grid<N>(world()), shape);
  tessera_test::number(u);
  u -= 1.0;
  return u;
}

void expect_error(hdf5_file& file, const std::string& dataset, const hdf5_description& description,
                  const std::string& part) {
  const std::string message = message_of([&] { file.describe(dataset, description); });
  EXPECT_EQ(message, broadcast(world(), message, 0));
  EXPECT_NE(message.find(part), std::string::npos) << message;
}

} // namespace

TEST(hdf5_description, sets_attributes_and_may_be_repeated) {
  const scratch place;
  hdf5_file file = hdf5_file::create(world(), place / "a.h5");
  file.write("x", arange<double>(5));
  file.write("u", counted<2>({4, 5}));
  file.describe("x", {.units = "m", .dimensions = {"x"}});
  file.describe("u", {.units = "K", .dimensions = {"y", "x"}});
  file.describe("u", {.units = "degC", .long_name = "heat", .dimensions = {"y", "x"}});
  EXPECT_EQ(file.attribute_text("u", "units"), "degC");
  EXPECT_EQ(file.attribute_text("u", "long_name"), "heat");
  EXPECT_EQ(file.attribute_text("x", "CLASS"), "DIMENSION_SCALE");
  EXPECT_EQ(file.attribute_text("x", "NAME"), "x");
  EXPECT_EQ(file.attributes("u").size(), 3U); // with DIMENSION_LIST
  EXPECT_EQ(file.shape("y"), (std::vector<index_t>{4}));
  file.commit();
  hdf5_file saved = hdf5_file::open(world(), place / "a.h5");
  auto u = counted<2>({4, 5});
  u = 0.0;
  saved.read("u", u);
  u += 1.0;
  EXPECT_EQ(tessera_test::misnumbered(u), 0);
}

TEST(hdf5_description, that_does_not_fit_leaves_the_file_usable) {
  const scratch place;
  hdf5_file file = hdf5_file::create(world(), place / "a.h5");
  file.write("x", arange<double>(6));
  file.write("y", zeros<double>(4, 1));
  file.write("u", counted<2>({4, 5}));
  file.write("group/v", zeros<float>(1));
  expect_error(file, "v", {.units = "K"},
               "there is no such; the file holds 'group/v', 'u', 'x', 'y'");
  expect_error(file, "u", {.dimensions = {"x"}}, "needs 2 names of dimensions, not 1");
  expect_error(file, "u", {.dimensions = {"t", "x"}}, "'x' of 'u' has 5 elements, and its");
  expect_error(file, "u", {.dimensions = {"y", "z"}}, "'y' have shape (4, 1)");
  expect_error(file, "u", {.dimensions = {"", "z"}}, "cannot name a dimension");
  expect_error(file, "u", {.dimensions = {"a/b", "z"}}, "cannot name a dimension");
  expect_error(file, "u", {.dimensions = {"group", "z"}}, "it is a group");
  EXPECT_FALSE(file.has("z"));
  EXPECT_TRUE(file.attributes("u").empty());
  file.describe("u", {.dimensions = {"rows", "columns"}});
  file.commit();
  hdf5_file saved = hdf5_file::open(world(), place / "a.h5");
  expect_error(saved, "u", {.units = "K"}, "not open for writing");
}

/// What xarray_files.py checks.
TEST(hdf5_description, DISABLED_write) {
  hdf5_file file = hdf5_file::create(world(), h5py_folder() + "ours.h5");
  file.write("u", counted<3>({3, 4, 5}));
  file.write("mask", ones<std::int8_t>(4, 5));
  file.write("without", zeros<float>(2, 5));
  file.write("run/without", zeros<float>(7));
  file.write("run/deep/v", counted<2>({3, 5}));
  file.write("run/t", arange<double>(3));
  file.write("x", ndarray<double, 1>(arange<double>(5) / 2.0));
  file.write("y", arange<double>(4));
  file.write("time", arange<std::int32_t>(3));
  file.describe("x", {.units = "m"});
  file.describe("time", {.units = "days since 1970-01-01"});
  file.describe("u", {.units = "K",
                      .long_name = "Temperatur der Wärme",
                      .standard_name = "air_temperature",
                      .dimensions = {"time", "y", "x"}});
  file.describe("mask", {.dimensions = {"y", "x"}});
  file.describe("run/deep/v", {.dimensions = {"t", "x"}});
  file.describe("without", {.dimensions = {"rows", "x"}});
  file.describe("run/without", {.dimensions = {"rows7"}});
  file.commit();
}

/// What xarray_files.py wrote.
TEST(hdf5_description, DISABLED_read) {
  hdf5_file file = hdf5_file::open(world(), h5py_folder() + "theirs.nc");
  auto u = counted<3>({3, 4, 5});
  u = 0.0;
  file.read("u", u);
  u += 1.0;
  EXPECT_EQ(tessera_test::misnumbered(u), 0);
  EXPECT_EQ((file.read<double, 2>("packed"))(1, 2), 7.0);
  EXPECT_EQ((file.read<double, 1>("x"))(3), 1.5);
  EXPECT_EQ(file.attribute<std::string>("u", "units"), "K");
  EXPECT_EQ(file.attribute<std::string>("/", "title"), "heat");
  EXPECT_EQ(file.attribute_text("/", "history"), "made here");
  EXPECT_EQ((file.attribute<ndarray<double, 1>>("u", "levels"))(1), 2.5);
  bool found = false;
  for (const hdf5_entry& entry : file.entries())
    if (entry.path == "packed") {
      found = true;
      EXPECT_EQ(entry.filters.substr(0, 15), "shuffle, deflat");
      EXPECT_EQ(entry.chunk, (std::vector<index_t>{2, 5}));
    }
  EXPECT_TRUE(found);
}
