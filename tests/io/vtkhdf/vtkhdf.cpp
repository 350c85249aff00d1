/// @file
/// VTKHDF files: what is in them, and what is refused. What readers make of them is in
/// vtkhdf_check.py.

#include "hdf5/hdf5_check.hpp"
#include "world.hpp"

#include <tessera/core/creation/create.hpp>
#include <tessera/core/fixed_array.hpp>
#include <tessera/io/vtkhdf.hpp>

#include <string>
#include <vector>

using namespace tessera;
using tessera_test::content_of;
using tessera_test::expect_message;
using tessera_test::scratch;
using tessera_test::world;

namespace {

using vtk_vector = fixed_array<float, 2>;

/// Element (i, j) is 100 step + 10 i + j.
global_array<double, 2> vtk_field(index_t step, const shape_t<2>& shape = {4, 5}) {
  global_array<double, 2> u(process_grid<2>(world()), shape, halo<2>(1));
  u.fill([step](index_t i, index_t j) { return static_cast<double>(100 * step + 10 * i + j); });
  return u;
}

global_array<vtk_vector, 2> vtk_vectors(index_t step) {
  global_array<vtk_vector, 2> v(grid_along<2>(world(), 1), {3, 4});
  v.fill([step](index_t i, index_t j) {
    return vtk_vector{static_cast<float>(step), static_cast<float>(10 * i + j)};
  });
  return v;
}

void add_vtk_step(vtkhdf_series& series, index_t step) {
  series.add(0.5 * static_cast<double>(step), {{"u", vtk_field(step)},
                                               {"v", vtk_vectors(step), vtkhdf_data::cells},
                                               {"e", static_cast<double>(step)}});
}

std::string vtk_series(const scratch& folder, index_t steps) {
  vtkhdf_series series(world(), folder / "u.vtkhdf", {.origin = {1, 2}, .spacing = {0.5, 0.25}});
  for (index_t step = 0; step < steps; ++step) add_vtk_step(series, step);
  series.save();
  return series.path();
}

void expect_vtk_steps(const std::string& path, const std::vector<index_t>& steps) {
  hdf5_file file = hdf5_file::open(world(), path);
  const auto count = static_cast<index_t>(steps.size());
  const auto u = file.read<double, 3>("VTKHDF/PointData/u");
  const auto v = file.read<vtk_vector, 3>("VTKHDF/CellData/v");
  const auto e = file.read<double, 1>("VTKHDF/FieldData/e");
  ASSERT_EQ(u.shape(), (shape_t<3>{count, 4, 5}));
  ASSERT_EQ(v.shape(), (shape_t<3>{count, 3, 4}));
  ASSERT_EQ(e.size(), count);
  for (index_t k = 0; k < count; ++k) {
    const auto step = steps[static_cast<std::size_t>(k)];
    EXPECT_EQ(u(k, 3, 2), static_cast<double>(100 * step + 32));
    EXPECT_EQ(v(k, 2, 3), (vtk_vector{static_cast<float>(step), 23.0F}));
    EXPECT_EQ(e(k), static_cast<double>(step));
  }
}

} // namespace

TEST(vtkhdf, is_an_hdf5_file) {
  const scratch folder;
  const std::string path = vtk_series(folder, 3);
  expect_vtk_steps(path, {0, 1, 2});
  hdf5_file file = hdf5_file::open(world(), path);
  EXPECT_EQ(file.attribute<std::string>("VTKHDF", "Type"), "ImageData");
  const auto extent = file.attribute<ndarray<index_t, 1>>("VTKHDF", "WholeExtent");
  EXPECT_TRUE(all(extent == ndarray<index_t, 1>{0, 4, 0, 3, 0, 0}));
  const auto origin = file.attribute<ndarray<double, 1>>("VTKHDF", "Origin");
  EXPECT_TRUE(all(origin == ndarray<double, 1>{2, 1, 0}));
  const auto spacing = file.attribute<ndarray<double, 1>>("VTKHDF", "Spacing");
  EXPECT_TRUE(all(spacing == ndarray<double, 1>{0.25, 0.5, 0.25}));
  EXPECT_EQ(file.attribute<index_t>("VTKHDF/Steps", "NSteps"), 3);
  const auto times = file.read<double, 1>("VTKHDF/Steps/Values");
  EXPECT_TRUE(all(times == ndarray<double, 1>{0, 0.5, 1}));
}

TEST(vtkhdf, lists_a_single_step_twice) {
  const scratch folder;
  const std::string path = vtk_series(folder, 1);
  expect_vtk_steps(path, {0});
  hdf5_file file = hdf5_file::open(world(), path);
  EXPECT_EQ(file.attribute<index_t>("VTKHDF/Steps", "NSteps"), 2);
  EXPECT_EQ((file.read<index_t, 1>("VTKHDF/Steps/PointDataOffsets/u").size()), 2);
  EXPECT_EQ(vtkhdf_series::extend(world(), path).steps(), 1);
}

TEST(vtkhdf, goes_on_and_is_cut_back) {
  const scratch folder;
  const std::string path = vtk_series(folder, 4);
  vtkhdf_series series = vtkhdf_series::extend(world(), path);
  EXPECT_EQ(series.times(), (std::vector<double>{0, 0.5, 1, 1.5}));
  series.truncate(2);
  add_vtk_step(series, 7);
  expect_vtk_steps(path, {0, 1, 2, 3}); // until it is saved
  series.save();
  expect_vtk_steps(path, {0, 1, 7});
  series.truncate(1);
  series.save();
  expect_vtk_steps(path, {0});
  add_vtk_step(series, 5);
  series.save();
  series.save();
  expect_vtk_steps(path, {0, 5});
  series.truncate(0);
  add_vtk_step(series, 6);
  series.save();
  expect_vtk_steps(path, {6});
}

TEST(vtkhdf, leaves_what_was_there_without_save) {
  const scratch folder;
  const std::string path = vtk_series(folder, 2);
  {
    vtkhdf_series series(world(), path);
    series.add(0, {{"other", vtk_field(1)}});
  }
  expect_vtk_steps(path, {0, 1});
}

TEST(vtkhdf, leaves_what_was_there_on_a_full_disk) {
  const scratch folder;
  const std::string path = vtk_series(folder, 2);
  const auto large = vtk_field(0, {300, 400});
  const auto u = vtk_field(2);
  const auto v = vtk_vectors(2);
  const std::string before = content_of(path);
  for (const bool goes_on : {false, true}) {
    vtkhdf_series series =
        goes_on ? vtkhdf_series::extend(world(), path) : vtkhdf_series(world(), path);
    const tessera_test::file_size_limit limit(goes_on ? 20000 : 200000);
    const auto add = [&] {
      if (goes_on)
        series.add(2, {{"u", u}, {"v", v, vtkhdf_data::cells}, {"e", 2.0}});
      else
        series.add(2, {{"u", large}});
    };
    expect_message(add, {"file: ", "u.vtkhdf"});
    expect_message([&] { series.save(); }, {"file: ", "u.vtkhdf", "given up"});
    expect_message(add, {"file: ", "given up"});
  }
  EXPECT_EQ(content_of(path), before);
  expect_vtk_steps(path, {0, 1});
}

TEST(vtkhdf, takes_fields_found_at_run_time) {
  const scratch folder;
  const auto u = vtk_field(3);
  const ndarray<std::int16_t, 2> mask = ones<std::int16_t>(4, 5);
  const std::vector<vtkhdf_field> fields{{"u", u}, {"mask", mask}};
  vtkhdf_series series(world(), folder / "u.vtkhdf");
  series.add(0, fields);
  series.save();
  save_vtkhdf(world(), folder / "i.vtkhdf", fields);
  hdf5_file file = hdf5_file::open(world(), folder / "u.vtkhdf");
  EXPECT_EQ((file.read<double, 3>("VTKHDF/PointData/u")(0, 1, 2)), 312.0);
  hdf5_file image = hdf5_file::open(world(), folder / "i.vtkhdf");
  EXPECT_EQ((image.read<std::int16_t, 2>("VTKHDF/PointData/mask")(3, 4)), 1);
}

TEST(vtkhdf, refuses_what_does_not_fit) {
  const scratch folder;
  const auto u = vtk_field(0);
  const auto wide = vtk_field(0, {4, 6});
  const auto flat = vtk_field(0, {1, 5});
  const ndarray<double, 1> line = ones<double>(5);
  vtkhdf_series series(world(), folder / "u.vtkhdf", {.spacing = {1, 1}});
  expect_message([&] { series.save(); }, {"argument: ", "no steps yet"});
  expect_message(
      [&] {
        series.add(0, {{"line", line}});
      },
      {"shape: ", "'line'", "(5,)", "2 or 3 axes"});
  expect_message([&] { series.add(0, {{"flat", flat}}); }, {"shape: ", "(1, 5)", "at least 2"});
  expect_message([&] { series.add(0, {{"e", 1.0}}); }, {"argument: ", "needs an array"});
  expect_message(
      [&] {
        series.add(0, {{"u", u}, {"v", wide}});
      },
      {"shape: ", "'v'", "(4, 6)", "'u'", "(4, 5)"});
  expect_message(
      [&] {
        series.add(0, {{"u", u}, {"c", u, vtkhdf_data::cells}});
      },
      {"shape: ", "'c'", "cells", "(5, 6)", "(4, 5)"});
  expect_message([&] { series.add(0, {{"u", u}, {"u", u}}); }, {"argument: ", "two arrays", "'u'"});
  expect_message([&] { series.add(0, {{"a/b", u}}); }, {"argument: ", "'a/b'"});
  expect_message([&] { series.add(0, {{"u", u, vtkhdf_data::grid}}); }, {"argument: ", "'u'"});
  expect_message([&] { series.add(std::nan(""), {{"u", u}}); }, {"argument: ", "nan"});
  series.add(1, {{"u", u}}); // nothing of it was written
  expect_message([&] { series.add(1, {{"u", u}}); }, {"argument: ", "time 1"});
  expect_message(
      [&] {
        series.add(2, {{"v", u}});
      },
      {"argument: ", "'v' of float64", "'u' of float64"});
  expect_message([&] { series.add(2, {{"u", u}, {"v", u}}); }, {"argument: ", "'v'"});
  const ndarray<float, 2> other = ones<float>(4, 5);
  expect_message([&] { series.add(2, {{"u", other}}); }, {"argument: ", "float32", "float64"});
  expect_message([&] { series.add(2, {{"u", wide}}); }, {"shape: ", "(4, 6)", "(4, 5)"});
  expect_message([&] { series.truncate(2); }, {"argument: ", "1 steps", "2"});
  series.add(2, {{"u", u}});
  series.save();
  EXPECT_EQ(series.steps(), 2);
}

TEST(vtkhdf, refuses_options_that_cannot_be) {
  const scratch folder;
  const std::string path = folder / "u.vtkhdf";
  const auto make = [&](const vtkhdf_options& options) { vtkhdf_series(world(), path, options); };
  expect_message([&] { make({.spacing = {0, 1}}); }, {"argument: ", "above zero"});
  expect_message([&] { make({.origin = {0, 0, 0}, .spacing = {1, 1}}); }, {"argument: ", "3", "2"});
  expect_message([&] { make({.deflate = 10}); }, {"argument: ", "deflate = 10"});
  expect_message([&] { vtkhdf_series(world(), folder / "absent/u.vtkhdf"); }, {"absent/u.vtkhdf"});
  vtkhdf_series deep(world(), path, {.spacing = {1, 1, 1}});
  expect_message([&] { deep.add(0, {{"u", vtk_field(0)}}); }, {"shape: ", "3 axes", "'u' has 2"});
}

TEST(vtkhdf, refuses_files_that_are_no_series) {
  const scratch folder;
  const std::string path = folder / "u.vtkhdf";
  const auto extend = [&] { static_cast<void>(vtkhdf_series::extend(world(), path)); };
  expect_message(extend, {"u.vtkhdf"});
  {
    hdf5_file file = hdf5_file::create(world(), path);
    file.write("u", vtk_field(0));
    file.commit();
  }
  expect_message(extend, {"no group 'VTKHDF'"});
  save_vtkhdf(world(), path, {{"u", vtk_field(0)}});
  expect_message(extend, {"VTKHDF/Steps/Values"});
  {
    hdf5_file file = hdf5_file::extend(world(), vtk_series(folder, 3));
    file.append("VTKHDF/Steps/Values", 9.0);
    file.commit();
  }
  expect_message(extend, {"'VTKHDF/PointData/u'", "4 steps"});
}

TEST(vtkhdf, finds_ranks_that_disagree) {
  if (world().size() == 1) GTEST_SKIP() << "one rank agrees with itself";
  const scratch folder;
  const auto u = vtk_field(0);
  vtkhdf_series series(world(), folder / "u.vtkhdf");
  const std::string mine = world().rank() == 0 ? "u" : "v";
  expect_message([&] { series.add(0, {{mine, u}}); }, {"argument: ", "'u'", "'v'"});
  expect_message([&] { series.truncate(world().rank()); }, {"argument: ", "truncate"});
}
