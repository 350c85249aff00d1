/// @file
/// Series that grow, and files that are continued.

#include "hdf5_check.hpp"
#include "world.hpp"

#include <tessera/core/creation/create.hpp>

#include <string>
#include <unistd.h>

using namespace tessera;
using tessera_test::content_of;
using tessera_test::expect_message;
using tessera_test::scratch;
using tessera_test::small_pieces;
using tessera_test::world;

namespace {

using plane = global_array<double, 2>;

/// Frame k of a run: element (i, j) is 100 k + 7 i + j.
plane frame(index_t k, const grid_dims<2>& dims = {0, 0}) {
  plane u(process_grid<2>(world(), dims), {7, 5}, halo<2>(1));
  u.fill([k](index_t i, index_t j) { return static_cast<double>(100 * k + 7 * i + j); });
  return u;
}

void append(hdf5_file& file, index_t first, index_t last) {
  for (index_t k = first; k < last; ++k) {
    const auto x = static_cast<double>(k);
    file.append("run/u", frame(k));
    file.append("run/packed", frame(k), {.chunk = {1, 3, 2}, .deflate = 1, .fletcher32 = true});
    file.append("run/several", frame(k), {.chunk = {4, 7, 5}});
    file.append("run/several_packed", frame(k), {.chunk = {4, 7, 5}, .shuffle = true});
    file.append("run/time", 0.25 * x);
    file.append("run/step", k);
    file.append("run/place", ndarray<float, 1>{1.0F, static_cast<float>(k)}, {.deflate = 1});
  }
}

void expect_frames(const std::string& path, index_t count) {
  hdf5_file file = hdf5_file::open(world(), path);
  for (const char* name : {"run/u", "run/packed", "run/several", "run/several_packed"}) {
    SCOPED_TRACE(name);
    const auto all_frames = file.read<double, 3>(name);
    ASSERT_EQ(all_frames.shape(), (shape_t<3>{count, 7, 5}));
    for (index_t k = 0; k < count; ++k)
      for (index_t i = 0; i < 7; ++i)
        for (index_t j = 0; j < 5; ++j)
          ASSERT_EQ(all_frames(k, i, j), static_cast<double>(100 * k + 7 * i + j)) << k << i << j;
    plane last(process_grid<2>(world(), {1, world().size()}), {7, 5});
    file.read_frame(name, count - 1, last);
    EXPECT_EQ(last.at(6, 4), static_cast<double>(100 * (count - 1) + 46));
  }
  const auto time = file.read<double, 1>("run/time");
  const auto step = file.read<index_t, 1>("run/step");
  const auto place = file.read<float, 2>("run/place");
  ASSERT_EQ(time.size(), count);
  ASSERT_EQ(place.shape(), (shape_t<2>{count, 2}));
  for (index_t k = 0; k < count; ++k) {
    EXPECT_EQ(time(k), 0.25 * static_cast<double>(k));
    EXPECT_EQ(step(k), k);
    EXPECT_EQ(place(k, 1), static_cast<float>(k));
  }
}

std::string series(const scratch& folder, index_t frames) {
  hdf5_file file = hdf5_file::create(world(), folder / "run.h5");
  append(file, 0, frames);
  file.set_attribute("run", "name", "sample");
  file.commit();
  return folder / "run.h5";
}

} // namespace

TEST(hdf5_append, adds_frames) {
  const scratch folder;
  expect_frames(series(folder, 6), 6);
  const small_pieces small(100);
  expect_frames(series(folder, 6), 6);
}

TEST(hdf5_append, takes_views_and_frames_of_any_distribution) {
  const scratch folder;
  const int n = world().size();
  hdf5_file file = hdf5_file::create(world(), folder / "u.h5");
  index_t k = 0;
  for (const grid_dims<2> dims : {grid_dims<2>{n, 1}, grid_dims<2>{1, n}, grid_dims<2>{0, 0}}) {
    const plane u = frame(k++, dims);
    file.append("whole", u);
    file.append("inner", u(slice(1, -1), slice(none, none, -2)), {.deflate = 1});
    file.append("row", u(3));
  }
  file.commit();
  hdf5_file saved = hdf5_file::open(world(), folder / "u.h5");
  const auto whole = saved.read<double, 3>("whole");
  EXPECT_TRUE(
      all(saved.read<double, 3>("inner") == whole(all, slice(1, -1), slice(none, none, -2))));
  EXPECT_TRUE(all(saved.read<double, 2>("row") == whole(all, 3)));
  EXPECT_EQ(whole(2, 6, 4), 246.0);
}

TEST(hdf5_append, refuses_what_does_not_fit) {
  const scratch folder;
  hdf5_file file = hdf5_file::create(world(), folder / "u.h5");
  file.write("fixed", ones<double>(3, 7, 5));
  file.append("u", frame(0));
  expect_message([&] { file.append("fixed", frame(0)); },
                 {"argument: ", "'fixed'", "(3, 7, 5)", "fixed"});
  expect_message(
      [&] {
        file.append("u", plane(process_grid<2>(world()), {5, 7}));
      },
      {"shape: ", "(1, 7, 5)", "(5, 7)"});
  expect_message([&] { file.append("u", ones<float>(7, 5)); },
                 {"argument: ", "float64", "float32"});
  expect_message(
      [&] {
        file.append("v", frame(0), {.chunk = {7, 5}});
      },
      {"argument: ", "2 axes", "(0, 7, 5)"});
  expect_message([&] { file.truncate("u", 2); }, {"argument: ", "1 frames", "to 2"});
  expect_message([&] { file.truncate("u", -1); }, {"argument: ", "to -1"});
  expect_message([&] { file.truncate("fixed", 2); }, {"argument: ", "fixed"});
  expect_message([&] { file.truncate("w", 2); }, {"file: ", "there is no such"});
  file.append("u", frame(1)); // errors leave the file usable
  file.commit();
  EXPECT_EQ(hdf5_file::open(world(), folder / "u.h5").shape("u").front(), 2);
}

TEST(hdf5_append, continues_a_file) {
  const scratch folder;
  const std::string path = series(folder, 3);
  const std::string before = content_of(path);
  hdf5_file file = hdf5_file::extend(world(), path);
  EXPECT_EQ(file.shape("run/time"), (std::vector<index_t>{3}));
  append(file, 3, 5);
  file.write("more", frame(0));
  file.set_attribute("run", "name", "longer");
  EXPECT_EQ(content_of(path), before);
  world().barrier();
  file.commit();
  EXPECT_EQ(folder.entries(), 1);
  expect_frames(path, 5);
  hdf5_file saved = hdf5_file::open(world(), path);
  EXPECT_EQ(saved.attribute<std::string>("run", "name"), "longer");
  EXPECT_TRUE(saved.has("more"));
}

TEST(hdf5_append, continues_series_of_a_fixed_length) {
  const scratch folder;
  {
    hdf5_file file = hdf5_file::create(world(), folder / "u.h5");
    file.create_series("u", 2, frame(0));
    file.write_frame("u", 0, frame(0));
    file.commit();
  }
  hdf5_file file = hdf5_file::extend(world(), folder / "u.h5");
  file.write_frame("u", 1, frame(1, {1, world().size()}));
  file.commit();
  const auto u = hdf5_file::open(world(), folder / "u.h5").read<double, 3>("u");
  EXPECT_EQ(u(0, 6, 4), 46.0);
  EXPECT_EQ(u(1, 6, 4), 146.0);
}

TEST(hdf5_append, goes_back_to_an_older_state) {
  const scratch folder;
  const std::string path = series(folder, 6);
  hdf5_file file = hdf5_file::extend(world(), path);
  for (const char* name : {"u", "packed", "several", "several_packed", "time", "step", "place"})
    file.truncate(std::string("run/") + name, 2);
  append(file, 2, 7);
  file.commit();
  expect_frames(path, 7);
}

TEST(hdf5_append, begins_with_zeros_where_space_was_used_before) {
  const scratch folder;
  hdf5_file file = hdf5_file::create(world(), folder / "u.h5");
  for (int k = 0; k < 4; ++k) file.append("old", full<double, 1>({3000}, 7.0));
  file.truncate("old", 0);
  file.create_dataset<double, 1>("u", {5000});
  file.create_dataset<double, 1>("chunks", {5000}, {.chunk = {2000}});
  file.write_into("chunks", full<double, 1>({3}, 1.0), slice(1000, 1003));
  file.commit();
  hdf5_file saved = hdf5_file::open(world(), folder / "u.h5");
  EXPECT_TRUE(all(saved.read<double, 1>("u") == 0.0));
  EXPECT_EQ(sum(saved.read<double, 1>("chunks")), 3.0);
}

TEST(hdf5_append, of_files_that_cannot_be_continued) {
  const scratch folder;
  expect_message([&] { static_cast<void>(hdf5_file::extend(world(), folder / "none.h5")); },
                 {"file: cannot read", "none.h5': No such file or directory"});
  expect_message([&] { static_cast<void>(hdf5_file::extend(world(), folder.folder())); },
                 {"Is a directory"});
  const std::string text = folder.file("text.h5", "1 2 3\n");
  expect_message([&] { static_cast<void>(hdf5_file::extend(world(), text)); },
                 {"text.h5': it is not an HDF5 file"});
  EXPECT_EQ(folder.entries(), 1);
}

TEST(hdf5_append, without_commit_the_old_file_stays) {
  const scratch folder;
  const std::string path = series(folder, 2);
  const std::string before = content_of(path);
  {
    hdf5_file file = hdf5_file::extend(world(), path);
    append(file, 2, 3);
  }
  EXPECT_EQ(folder.entries(), 1);
  EXPECT_EQ(content_of(path), before);
}

TEST(hdf5_append, full_disk_keeps_the_old_file) {
  const scratch folder;
  const std::string path = series(folder, 2);
  const std::string before = content_of(path);
  const auto size = static_cast<rlim_t>(before.size());
  for (const rlim_t bytes : {rlim_t{100}, size - 1, size + 100, size + 1000}) {
    SCOPED_TRACE(bytes);
    const tessera_test::file_size_limit limit(bytes);
    expect_message(
        [&] {
          hdf5_file file = hdf5_file::extend(world(), path);
          append(file, 2, 6);
          file.commit();
        },
        {"file: ", "cannot write '", "run.h5", "': File too large"});
    EXPECT_EQ(folder.entries(), 1);
  }
  EXPECT_EQ(content_of(path), before);
}
