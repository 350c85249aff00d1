/// @file
/// Datasets in chunks, with and without filters.

#include "hdf5_check.hpp"
#include "world.hpp"

#include <tessera/core/creation/create.hpp>

#include <string>
#include <vector>

using namespace tessera;
using tessera_test::content_of;
using tessera_test::expect_message;
using tessera_test::misnumbered;
using tessera_test::number;
using tessera_test::scratch;
using tessera_test::small_pieces;
using tessera_test::world;

namespace {

/// Layouts for an array of shape (17, 21): chunks that divide it and that do not, all filters.
std::vector<hdf5_layout> layouts() {
  return {{.chunk = {17, 21}},
          {.chunk = {1, 21}},
          {.chunk = {4, 5}},
          {.chunk = {100, 100}},
          {.deflate = 1},
          {.chunk = {4, 5}, .deflate = 9},
          {.chunk = {3, 21}, .shuffle = true},
          {.chunk = {17, 2}, .fletcher32 = true},
          {.chunk = {5, 4}, .deflate = 4, .shuffle = true, .fletcher32 = true},
          {.chunk = {1, 1}, .deflate = 1}};
}

template <class T, std::size_t N>
void round_trip(const hdf5_layout& layout, const shape_t<N>& shape, const grid_dims<N>& written,
                const grid_dims<N>& read) {
  SCOPED_TRACE(to_string(shape) + detail::layout_text(layout));
  const scratch folder;
  global_array<T, N> u(process_grid<N>(world(), written), shape, halo<N>(1));
  number(u);
  hdf5_file file = hdf5_file::create(world(), folder / "u.h5");
  file.write("group/u", u, layout);
  file.commit();
  global_array<T, N> back(process_grid<N>(world(), read), shape);
  hdf5_file::open(world(), folder / "u.h5").read("group/u", back);
  EXPECT_EQ(misnumbered(back), 0);
}

} // namespace

TEST(hdf5_chunks, keep_the_elements_under_every_layout_and_grid) {
  const int n = world().size();
  int turn = 0;
  for (const hdf5_layout& layout : layouts()) {
    ++turn; // two of three for each layout
    if (turn % 3 != 0) round_trip<double, 2>(layout, {17, 21}, {0, 0}, {n, 1});
    if (turn % 3 != 1) round_trip<std::int16_t, 2>(layout, {17, 21}, {1, n}, {0, 0});
    if (turn % 3 != 2) round_trip<bool, 2>(layout, {17, 21}, {n, 1}, {1, n});
  }
}

TEST(hdf5_chunks, keep_the_elements_in_small_rounds) {
  const int n = world().size();
  for (const index_t bytes : {1, 200, 3000}) {
    const small_pieces small(bytes);
    round_trip<double, 1>({.chunk = {7}, .deflate = 1}, {100}, {n}, {n});
    round_trip<double, 2>({.chunk = {4, 5}, .deflate = 1}, {17, 21}, {0, 0}, {n, 1});
    round_trip<double, 3>({.chunk = {2, 2, 3}, .shuffle = true}, {3, 8, 11}, {0, 0, 0}, {1, n, 1});
    round_trip<double, 3>({.chunk = {9, 2, 3}, .shuffle = true}, {3, 40, 5}, {n, 1, 1}, {1, 1, n});
    round_trip<double, 3>({.chunk = {2, 2, 3}}, {3, 8, 11}, {1, 1, n}, {0, 0, 0});
  }
}

TEST(hdf5_chunks, have_room_for_empty_blocks_and_arrays) {
  const int n = world().size();
  for (const int deflate : {0, 1}) {
    round_trip<float, 1>({.chunk = {5}, .deflate = deflate}, {2}, {n}, {n});
    round_trip<float, 2>({.chunk = {1, 1}, .deflate = deflate}, {1, 3}, {n, 1}, {1, n});
    round_trip<float, 2>({.chunk = {2, 2}, .deflate = deflate}, {0, 4}, {0, 0}, {n, 1});
  }
}

TEST(hdf5_chunks, take_cyclic_arrays) {
  const scratch folder;
  const process_grid<2> grid(world());
  const distribution<2> dealt({axis_distribution::cyclic(13, grid.dims()[0], 2),
                               axis_distribution::cyclic(9, grid.dims()[1], 1)});
  global_array<double, 2> u(grid, dealt);
  number(u);
  hdf5_file file = hdf5_file::create(world(), folder / "u.h5");
  file.write("plain", u, {.chunk = {4, 4}});
  file.write("packed", u, {.chunk = {4, 4}, .deflate = 2});
  file.commit();
  hdf5_file saved = hdf5_file::open(world(), folder / "u.h5");
  for (const char* name : {"plain", "packed"}) {
    global_array<double, 2> back(grid, dealt);
    saved.read(name, back);
    EXPECT_EQ(misnumbered(back), 0);
  }
}

TEST(hdf5_chunks, take_local_arrays_and_expressions) {
  const scratch folder;
  const ndarray<double, 2> a = reshape(arange(35.0), {5, 7});
  hdf5_file file = hdf5_file::create(world(), folder / "a.h5");
  file.write("a", a, {.chunk = {2, 3}});
  file.write("twice", 2.0 * a, {.chunk = {2, 3}, .deflate = 3});
  file.write("turned", a.transpose(), {.chunk = {2, 3}, .shuffle = true});
  file.write("backward", a(slice(none, none, -1), slice(1, none, 2)), {.chunk = {2, 2}});
  file.commit();
  hdf5_file saved = hdf5_file::open(world(), folder / "a.h5");
  EXPECT_TRUE(all(saved.read<double, 2>("a") == a));
  EXPECT_TRUE(all(saved.read<double, 2>("twice") == 2.0 * a));
  EXPECT_TRUE(all(saved.read<double, 2>("turned") == a.transpose()));
  EXPECT_TRUE(
      all(saved.read<double, 2>("backward") == a(slice(none, none, -1), slice(1, none, 2))));
}

TEST(hdf5_chunks, same_bytes_at_any_number_of_ranks) {
  const scratch folder;
  for (int ranks = 1; ranks <= world().size(); ++ranks) {
    const bool takes_part = world().rank() < ranks;
    const communicator some = world().split(takes_part ? 0 : 1);
    if (!takes_part) continue;
    const small_pieces small(500 * ranks); // other rounds, too
    global_array<double, 2> u(process_grid<2>(some), {17, 21});
    number(u);
    hdf5_file file = hdf5_file::create(some, folder / ("u" + std::to_string(ranks) + ".h5"));
    index_t number = 0;
    for (const hdf5_layout& layout : layouts()) file.write(std::to_string(number++), u, layout);
    for (int k = 0; k < 3; ++k) {
      file.append("frames", u, {.deflate = 1});
      file.append("time", 0.5 * k);
    }
    file.commit();
  }
  const std::string expected = content_of(folder / "u1.h5");
  world().barrier();
  for (int ranks = 2; ranks <= world().size(); ++ranks)
    EXPECT_EQ(content_of(folder / ("u" + std::to_string(ranks) + ".h5")), expected) << ranks;
}

TEST(hdf5_chunks, bad_layouts) {
  const scratch folder;
  hdf5_file file = hdf5_file::create(world(), folder / "u.h5");
  global_array<double, 2> u(process_grid<2>(world()), {6, 5});
  number(u);
  const auto expect = [&](const hdf5_layout& layout, std::initializer_list<std::string> parts) {
    expect_message([&] { file.write("u", u, layout); }, parts);
  };
  expect({.chunk = {2}}, {"argument: ", "(2,)", "1 axis", "(6, 5)"});
  expect({.chunk = {2, 2, 2}}, {"argument: ", "3 axes", "(6, 5)"});
  expect({.chunk = {2, 0}}, {"argument: ", "(2, 0)", "at least one"});
  expect({.chunk = {-1, 2}}, {"argument: ", "(-1, 2)"});
  expect({.chunk = {1 << 16, 1 << 13}}, {"argument: ", "4 GiB"});
  expect({.chunk = {index_t{1} << 62, index_t{1} << 62}}, {"argument: ", "4 GiB"});
  expect({.deflate = 10}, {"argument: ", "deflate = 10"});
  expect({.deflate = -1}, {"argument: ", "deflate = -1"});
  file.write("u", u, {.chunk = {2, 2}}); // errors leave the file usable
  file.commit();
  if (world().size() == 1) return;
  hdf5_file other = hdf5_file::create(world(), folder / "v.h5");
  expect_message([&] { other.write("u", u, {.deflate = world().rank() == 1 ? 2 : 1}); },
                 {"argument: ", "deflate = 1", "deflate = 2"});
}

TEST(hdf5_chunks, full_disk_keeps_the_old_file) {
  const scratch folder;
  const std::string path = folder / "u.h5";
  {
    hdf5_file file = hdf5_file::create(world(), path);
    file.write("u", ones<double>(4, 4));
    file.commit();
  }
  const std::string before = content_of(path);
  global_array<double, 2> u(process_grid<2>(world()), {100, 90});
  u.fill([](index_t i, index_t j) { return 1.0 / static_cast<double>(1 + i * 90 + j); });
  for (const int deflate : {0, 1})
    for (const rlim_t bytes : {100U, 3000U, 20000U, 40000U}) {
      SCOPED_TRACE(bytes);
      const tessera_test::file_size_limit limit(bytes);
      expect_message(
          [&] {
            hdf5_file file = hdf5_file::create(world(), path);
            file.write("u", u, {.chunk = {10, 10}, .deflate = deflate});
            file.commit();
          },
          {"file: ", "cannot write '", "u.h5': File too large"});
      EXPECT_EQ(folder.entries(), 1);
    }
  EXPECT_EQ(content_of(path), before);
}
