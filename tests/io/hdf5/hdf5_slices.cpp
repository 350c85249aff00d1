/// @file
/// Parts of datasets, written and read.

#include "hdf5_check.hpp"
#include "world.hpp"

#include <tessera/core/creation/create.hpp>

#include <string>
#include <vector>

using namespace tessera;
using tessera_test::expect_message;
using tessera_test::misnumbered;
using tessera_test::number;
using tessera_test::scratch;
using tessera_test::small_pieces;
using tessera_test::world;

namespace {

/// What `number` makes of shape (6, 7, 8).
ndarray<double, 3> whole() { return reshape(arange(1.0, 337.0), {6, 7, 8}); }

std::string sample(const scratch& folder) {
  global_array<double, 3> u(process_grid<3>(world()), {6, 7, 8});
  number(u);
  hdf5_file file = hdf5_file::create(world(), folder / "u.h5");
  file.write("u", u);
  file.write("packed", u, {.chunk = {4, 3, 5}, .deflate = 1});
  file.commit();
  return folder / "u.h5";
}

const std::vector<slice> slices = {slice(none, none),      slice(1, -1),     slice(none, none, 2),
                                   slice(none, none, -1),  slice(-2, 1, -3), slice(5, 2),
                                   slice(-100, 100, 1000), slice(2, 3)};

/// Reads a part into local arrays, and into global ones divided along the axes in turn.
template <std::size_t N, class... S> void expect_part(hdf5_file& file, const S&... subscripts) {
  static std::size_t turn = 0;
  const ndarray<double, 3> u = whole();
  const ndarray<double, N> expected(u(subscripts...));
  for (const char* name : {"u", "packed"}) {
    const auto local = file.read<double, N>(name, subscripts...);
    ASSERT_EQ(local.shape(), expected.shape());
    EXPECT_TRUE(all(local == expected));
    global_array<double, N> part(grid_along<N>(world(), turn++ % N), expected.shape(), halo<N>(1));
    file.read(name, part, subscripts...);
    const view<const double, N> mine = std::as_const(part).owned();
    part = expected - part; // of which every rank has its part
    EXPECT_TRUE(all(mine == 0.0));
  }
}

} // namespace

TEST(hdf5_slices, are_read_as_numpy_takes_them) {
  const scratch folder;
  hdf5_file file = hdf5_file::open(world(), sample(folder));
  for (const slice& s : slices) {
    expect_part<3>(file, s);
    expect_part<3>(file, all, s);
    expect_part<3>(file, s, all, s);
    expect_part<2>(file, -1, s);
    expect_part<2>(file, s, all, 3);
    expect_part<2>(file, s, -7, s);
    expect_part<1>(file, 5, s, 0);
  }
  expect_part<2>(file, 2);
  expect_part<1>(file, 2, 3);
  EXPECT_EQ(file.read<double>("u", 1, -1, 2), whole()(1, 6, 2));
  EXPECT_EQ(file.read<double>("packed", 0, 0, -8), 1.0);
}

TEST(hdf5_slices, are_read_in_small_pieces) {
  const scratch folder;
  hdf5_file file = hdf5_file::open(world(), sample(folder));
  for (const index_t bytes : {1, 100, 1000}) {
    const small_pieces small(bytes);
    expect_part<3>(file, slice(none, none));
    expect_part<3>(file, slice(none, none, -1), all, slice(1, none, 2));
    expect_part<2>(file, all, 3, slice(none, none, 3));
  }
}

TEST(hdf5_slices, are_read_into_cyclic_arrays) {
  const scratch folder;
  hdf5_file file = hdf5_file::open(world(), sample(folder));
  const process_grid<2> grid(world(), {world().size(), 1});
  global_array<double, 2> part(
      grid, distribution<2>({axis_distribution::cyclic(7, world().size(), 2), {4, 1}}));
  file.read("u", part, 3, all, slice(none, none, 2));
  EXPECT_TRUE(all(part.gather_all() == whole()(3, all, slice(none, none, 2))));
}

TEST(hdf5_slices, that_do_not_fit_are_refused) {
  const scratch folder;
  hdf5_file file = hdf5_file::open(world(), sample(folder));
  global_array<double, 2> part(process_grid<2>(world()), {7, 8});
  expect_message([&] { static_cast<void>(file.read<double, 2>("u", 6)); },
                 {"index 6 is outside axis 0 of shape (6, 7, 8)"});
  expect_message([&] { static_cast<void>(file.read<double, 2>("u", all, -8)); },
                 {"index -8 is outside axis 1 of shape (6, 7, 8)"});
  expect_message([&] { static_cast<void>(file.read<double, 3>("u", all, all, all, all)); },
                 {"4 subscripts", "(6, 7, 8)"});
  expect_message([&] { static_cast<void>(file.read<double, 1>("u", 1)); },
                 {"shape: ", "(6, 7, 8)", "(7, 8)", "1 axis"});
  expect_message([&] { static_cast<void>(file.read<double>("u", 1)); },
                 {"shape: ", "(7, 8)", "one element"});
  expect_message([&] { file.read("u", part, slice(1, 2)); }, {"shape: ", "(1, 7, 8)", "(7, 8)"});
  expect_message([&] { file.read("u", part, slice(1, 2, 0)); }, {"argument: ", "step 0"});
  expect_message([&] { static_cast<void>(file.read<double, 2>("v", 1)); }, {"there is no such"});
  if (world().size() > 1)
    expect_message([&] { file.read("u", part, world().rank() == 1 ? 2 : 1); },
                   {"argument: ", "[1, 0:7, 0:8]", "[2, 0:7, 0:8]"});
  file.read("u", part, 1); // errors leave the file usable
  EXPECT_TRUE(all(part.gather_all() == whole()(1)));
}

TEST(hdf5_slices, of_global_arrays_are_written) {
  const scratch folder;
  const int n = world().size();
  const ndarray<double, 3> a = whole();
  std::size_t turn = 0; // each grid begins with another layout
  for (const grid_dims<3> dims : {grid_dims<3>{0, 0, 0}, grid_dims<3>{n, 1, 1},
                                  grid_dims<3>{1, n, 1}, grid_dims<3>{1, 1, n}}) {
    global_array<double, 3> u(process_grid<3>(world(), dims), {6, 7, 8}, halo<3>(1));
    number(u);
    hdf5_file file = hdf5_file::create(world(), folder / "u.h5");
    const hdf5_layout layouts[] = {{}, {.chunk = {2, 3}}, {.deflate = 1}};
    for (std::size_t k = 0; k < slices.size(); ++k) {
      const hdf5_layout& layout = layouts[turn++ % std::size(layouts)];
      file.write("a" + std::to_string(k), u(slices[k], 3, slice(none, none, 2)), layout);
      file.write("b" + std::to_string(k), u(all, slices[k], -1).transpose(), layout);
    }
    file.write("row", u(slice(2, 3), 3, newaxis, all));
    file.commit();
    hdf5_file saved = hdf5_file::open(world(), folder / "u.h5");
    for (std::size_t k = 0; k < slices.size(); ++k) {
      EXPECT_TRUE(all(saved.read<double, 2>("a" + std::to_string(k)) ==
                      a(slices[k], 3, slice(none, none, 2))));
      EXPECT_TRUE(
          all(saved.read<double, 2>("b" + std::to_string(k)) == a(all, slices[k], -1).transpose()));
    }
    EXPECT_TRUE(all(saved.read<double, 3>("row") == a(slice(2, 3), 3, newaxis, all)));
  }
}

namespace {

/// Writes to the same part of datasets of all kinds, and of a local array.
template <std::size_t N, class... S>
void expect_written(hdf5_file& file, ndarray<double, 3>& expected, const S&... subscripts) {
  const auto part = expected(subscripts...);
  global_array<double, N> u(process_grid<N>(world()), part.shape());
  number(u);
  const ndarray<double, N> elements = u.gather_all();
  for (const char* name : {"plain", "chunks", "packed"}) file.write_into(name, u, subscripts...);
  file.write_into("local", elements, subscripts...);
  part.assign(elements);
}

} // namespace

TEST(hdf5_slices, of_datasets_are_written) {
  const scratch folder;
  hdf5_file file = hdf5_file::create(world(), folder / "u.h5");
  file.create_dataset<double, 3>("plain", {6, 7, 8});
  file.create_dataset<double, 3>("chunks", {6, 7, 8}, {.chunk = {4, 3, 5}});
  file.create_dataset<double, 3>("packed", {6, 7, 8}, {.chunk = {2, 3, 5}, .deflate = 1});
  file.create_dataset<double, 3>("local", {6, 7, 8}, {.chunk = {2, 3, 5}, .shuffle = true});
  ndarray<double, 3> expected = zeros<double>(6, 7, 8);
  expect_written<2>(file, expected, 4);
  expect_written<3>(file, expected, slice(2, 4)); // whole chunks
  expect_written<2>(file, expected, all, 3, slice(1, -1));
  expect_written<3>(file, expected, slice(none, none, 2), all, slice(none, none, -3));
  expect_written<3>(file, expected, slice(none, none, -1), slice(2, 4));
  expect_written<3>(file, expected, slice(4, 4));
  expect_written<1>(file, expected, -1, all, 0);
  file.commit();
  hdf5_file saved = hdf5_file::open(world(), folder / "u.h5");
  for (const std::string& name : saved.datasets())
    EXPECT_TRUE(all(saved.read<double, 3>(name) == expected)) << name;
}

TEST(hdf5_slices, of_datasets_that_do_not_fit_are_refused) {
  const scratch folder;
  hdf5_file file = hdf5_file::create(world(), folder / "u.h5");
  file.create_dataset<double, 2>("u", {6, 7});
  const auto row = ones<double>(7);
  expect_message([&] { file.write_into("u", row, 6); }, {"index 6", "(6, 7)"});
  expect_message([&] { file.write_into("u", row, all, 1); }, {"shape: ", "(6,)", "(7,)"});
  expect_message([&] { file.write_into("u", ones<float>(7), 1); },
                 {"argument: ", "float64", "float32"});
  expect_message([&] { file.write_into("v", row, 1); }, {"file: ", "there is no such"});
  expect_message([&] { file.create_dataset<double, 1>("w", {-1}); }, {"shape: "});
  expect_message([&] { file.create_dataset<double, 2>("u", {1, 1}); }, {"has a 'u' already"});
  file.write_into("u", row, 1);
  file.commit();
  EXPECT_EQ(sum(hdf5_file::open(world(), folder / "u.h5").read<double, 2>("u")), 7.0);
}
