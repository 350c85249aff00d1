/// @file
/// Round trips through HDF5 files, and what the files hold.

#include "support/numbered.hpp"
#include "support/scratch.hpp"
#include "world.hpp"

#include <tessera/core/creation/create.hpp>
#include <tessera/io/hdf5.hpp>

#include <gtest/gtest.h>

#include <string>
#include <tuple>

using namespace tessera;
using tessera_test::message_of;
using tessera_test::misnumbered;
using tessera_test::number;
using tessera_test::scratch;
using tessera_test::world;

namespace {

constexpr index_t usual_buffer = index_t{32} << 20U;

template <class T, std::size_t N>
void write_numbers(const std::string& path, const process_grid<N>& grid, const shape_t<N>& shape) {
  global_array<T, N> u(grid, shape, halo<N>(1));
  number(u);
  hdf5_file file = hdf5_file::create(world(), path);
  file.write("group/u", u);
  file.commit();
}

template <class T, std::size_t N>
void read_numbers(hdf5_file& file, const process_grid<N>& grid, const shape_t<N>& shape) {
  global_array<T, N> with_halo(grid, shape, halo<N>(2));
  file.read("group/u", with_halo);
  EXPECT_EQ(misnumbered(with_halo), 0);
  global_array<T, N> without(grid, shape);
  file.read("group/u", without);
  EXPECT_EQ(misnumbered(without), 0);
  without.scatter(file.read<T, N>("group/u"));
  EXPECT_EQ(misnumbered(without), 0);
}

/// Writes under one grid and reads under another.
template <class T, std::size_t N>
void round_trip(const shape_t<N>& shape, const grid_dims<N>& written, const grid_dims<N>& read) {
  SCOPED_TRACE(to_string(shape));
  const scratch folder;
  const std::string path = folder / "u.h5";
  write_numbers<T, N>(path, process_grid<N>(world(), written), shape);
  hdf5_file file = hdf5_file::open(world(), path);
  EXPECT_EQ(file.shape("group/u"), detail::to_vector(shape));
  EXPECT_EQ(file.dtype("group/u"), to_string(detail::dtype_of<T>()));
  read_numbers<T, N>(file, process_grid<N>(world(), read), shape);
  EXPECT_EQ(folder.entries(), 1);
}

template <class... T> void round_trip_of_types(std::tuple<T...> /*types*/) {
  (round_trip<T, 2>({5, 7}, {0, 1}, {1, 0}), ...);
  (round_trip<T, 1>({11}, {0}, {0}), ...);
}

} // namespace

TEST(hdf5, keeps_every_element_type) {
  round_trip_of_types(std::tuple<double, float, bool, std::int8_t, std::int16_t, std::int32_t,
                                 std::int64_t, std::uint8_t, std::uint16_t, std::uint32_t,
                                 std::uint64_t, std::complex<float>, std::complex<double>>());
}

TEST(hdf5, does_not_depend_on_layout_or_buffer) {
  const int n = world().size();
  for (const index_t bytes : {usual_buffer, index_t{1000}, index_t{100}, index_t{1}}) {
    SCOPED_TRACE(bytes);
    detail::set_hdf5_buffer_bytes(bytes);
    round_trip<double, 1>({100}, {n}, {n});
    round_trip<double, 2>({17, 21}, {0, 0}, {n, 1});
    round_trip<double, 2>({17, 21}, {n, 1}, {0, 0});
    round_trip<double, 2>({17, 21}, {1, n}, {0, 0});
    round_trip<double, 3>({3, 5, 11}, {0, 0, 0}, {1, 1, n});
    round_trip<double, 3>({5, 9, 2}, {1, n, 1}, {n, 1, 1});
  }
  detail::set_hdf5_buffer_bytes(usual_buffer);
}

TEST(hdf5, writes_blocks_with_long_rows_where_they_belong) {
  const int n = world().size();
  round_trip<double, 2>({16, 512 * n + 1}, {1, n}, {0, 0});
  round_trip<double, 2>({16, 600 * n}, {0, 0}, {1, n});
  round_trip<double, 3>({4, 3 * n, 700}, {1, n, 1}, {0, 0, 0});
  round_trip<float, 3>({5, 4, 1025 * n}, {0, 0, 0}, {n, 1, 1});
}

TEST(hdf5, has_room_for_empty_blocks_and_arrays) {
  const int n = world().size();
  round_trip<float, 1>({2}, {n}, {n});
  round_trip<float, 2>({1, 3}, {n, 1}, {1, n});
  round_trip<float, 2>({3, 1}, {0, 0}, {1, n});
  round_trip<float, 2>({0, 4}, {0, 0}, {n, 1});
  round_trip<float, 3>({4, 0, 2}, {0, 0, 0}, {1, 1, n});
}

TEST(hdf5, keeps_explicit_boundaries) {
  const scratch folder;
  const auto n = static_cast<std::size_t>(world().size());
  std::vector<index_t> boundaries(n + 1, 9); // all of it on rank 0
  boundaries[0] = 0;
  const auto uneven = distribution<2>::explicit_boundaries({boundaries, {0, 6}});
  const process_grid<2> grid(world(), {static_cast<int>(n), 1});
  global_array<std::int32_t, 2> u(grid, uneven);
  number(u);
  hdf5_file file = hdf5_file::create(world(), folder / "u.h5");
  file.write("u", u);
  file.commit();
  global_array<std::int32_t, 2> back(grid, {9, 6});
  hdf5_file::open(world(), folder / "u.h5").read("u", back);
  EXPECT_EQ(misnumbered(back), 0);
}

TEST(hdf5, writes_series_frame_by_frame) {
  const scratch folder;
  const process_grid<2> grid(world());
  global_array<double, 2> u(grid, {7, 8}, halo<2>(1));
  hdf5_file file = hdf5_file::create(world(), folder / "u.h5");
  file.create_series("frames/u", 3, u);
  for (const index_t k : {2, 0}) {
    u = static_cast<double>(k) + 10.0;
    file.write_frame("frames/u", k, u);
  }
  EXPECT_NE(message_of([&] { file.write_frame("frames/u", 3, u); }).find("3 frames"),
            std::string::npos);
  file.commit();

  hdf5_file saved = hdf5_file::open(world(), folder / "u.h5");
  EXPECT_EQ(saved.shape("frames/u"), (std::vector<index_t>{3, 7, 8}));
  const auto all_frames = saved.read<double, 3>("frames/u");
  EXPECT_EQ(all_frames(0, 6, 7), 10.0);
  EXPECT_EQ(all_frames(1, 0, 0), 0.0); // never written
  EXPECT_EQ(all_frames(2, 0, 0), 12.0);
  saved.read_frame("frames/u", 2, u);
  const ndarray<double, 2> mine(u.owned());
  for (index_t k = 0; k < mine.size(); ++k) EXPECT_EQ(mine.data()[k], 12.0);
}

TEST(hdf5, writes_the_local_array_of_rank_0) {
  const scratch folder;
  const bool first = world().rank() == 0;
  const ndarray<int, 2> a = first ? ndarray<int, 2>{{1, 2, 3}, {4, 5, 6}} : ndarray<int, 2>{};
  hdf5_file file = hdf5_file::create(world(), folder / "a.h5");
  file.write("a", a);
  file.commit();
  const auto back = hdf5_file::open(world(), folder / "a.h5").read<int, 2>("a");
  EXPECT_EQ(back.shape(), (shape_t<2>{2, 3}));
  EXPECT_EQ(back(1, 2), 6);
}

TEST(hdf5, writes_views) {
  const scratch folder;
  const ndarray<int, 2> a{{1, 2, 3}, {4, 5, 6}};
  hdf5_file file = hdf5_file::create(world(), folder / "a.h5");
  file.write("column", a(all, slice(2, 3)));
  file.write("reversed", a(slice(none, none, -1), slice(none, none, 2)));
  file.commit();
  hdf5_file saved = hdf5_file::open(world(), folder / "a.h5");
  const auto column = saved.read<int, 2>("column");
  EXPECT_EQ(column.shape(), (shape_t<2>{2, 1}));
  EXPECT_EQ(column(1, 0), 6);
  const auto reversed = saved.read<std::int64_t, 2>("reversed");
  EXPECT_EQ(reversed(0, 0), 4);
  EXPECT_EQ(reversed(1, 1), 3);
}

TEST(hdf5, keeps_attributes) {
  const scratch folder;
  hdf5_file file = hdf5_file::create(world(), folder / "a.h5");
  file.write("g/u", ones<double>(2, 2));
  file.set_attribute("g/u", "dt", 0.125);
  file.set_attribute("g/u", "step", 1);
  file.set_attribute("g/u", "step", index_t{42}); // replaces the older one
  file.set_attribute("/", "title", "Wärme");
  file.set_attribute("/", "empty", std::string());
  file.set_attribute("g", "periodic", true);
  file.set_attribute("g", "spacing", ndarray<double, 1>{0.5, 0.25});
  file.set_attribute("g", "rank", world().rank()); // rank 0's counts
  file.commit();

  hdf5_file saved = hdf5_file::open(world(), folder / "a.h5");
  EXPECT_EQ(saved.attribute<double>("g/u", "dt"), 0.125);
  EXPECT_EQ(saved.attribute<index_t>("/g/u", "step"), 42);
  EXPECT_EQ(saved.attribute<double>("g/u", "dt"), 0.125);
  EXPECT_EQ(saved.attribute<std::string>("/", "title"), "Wärme");
  EXPECT_EQ(saved.attribute<std::string>("/", "empty"), "");
  EXPECT_TRUE(saved.attribute<bool>("g", "periodic"));
  const auto spacing = saved.attribute<ndarray<double, 1>>("g", "spacing");
  EXPECT_EQ(spacing.size(), 2);
  EXPECT_EQ(spacing(1), 0.25);
  EXPECT_EQ(saved.attribute<int>("g", "rank"), 0);
}

TEST(hdf5, lists_what_it_holds) {
  const scratch folder;
  hdf5_file file = hdf5_file::create(world(), folder / "a.h5");
  file.write("u", ones<double>(2));
  file.write("b/c/v", ones<float>(1));
  EXPECT_TRUE(file.has("b/c"));
  file.commit();
  hdf5_file saved = hdf5_file::open(world(), folder / "a.h5");
  EXPECT_EQ(saved.datasets(), (std::vector<std::string>{"b/c/v", "u"}));
  EXPECT_TRUE(saved.has("/b/c/v"));
  EXPECT_TRUE(saved.has("b"));
  EXPECT_FALSE(saved.has("u/v"));
  EXPECT_FALSE(saved.has("nothing/there"));
}

TEST(hdf5, serves_part_of_the_ranks) {
  const scratch folder;
  const communicator half = world().split(world().rank() % 2);
  const std::string path = folder / ("u" + std::to_string(world().rank() % 2) + ".h5");
  global_array<double, 2> u(process_grid<2>(half), {6, 5});
  number(u);
  hdf5_file file = hdf5_file::create(half, path);
  file.write("u", u);
  file.commit();
  global_array<double, 2> back(process_grid<2>(half, {1, half.size()}), {6, 5});
  hdf5_file::open(half, path).read("u", back);
  EXPECT_EQ(misnumbered(back), 0);
}

TEST(hdf5, same_array_gives_same_bytes) {
  const scratch folder;
  const process_grid<2> grid(world());
  write_numbers<double, 2>(folder / "a.h5", grid, {5, 4});
  write_numbers<double, 2>(folder / "b.h5", process_grid<2>(world(), {world().size(), 1}), {5, 4});
  EXPECT_EQ(tessera_test::content_of(folder / "a.h5"), tessera_test::content_of(folder / "b.h5"));
}

TEST(hdf5, moves) {
  const scratch folder;
  hdf5_file a = hdf5_file::create(world(), folder / "a.h5");
  hdf5_file b = hdf5_file::create(world(), folder / "b.h5");
  a.write("u", ones<double>(3));
  b = std::move(a); // the one that was b is gone
  b.write("v", ones<double>(3));
  b.commit();
  EXPECT_EQ(folder.entries(), 1);
  EXPECT_EQ(hdf5_file::open(world(), folder / "a.h5").datasets().size(), 2U);
}
