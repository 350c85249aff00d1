/// @file
/// Files that several threads of each rank hash, pack and unpack: the same bytes, values and errors
/// as with one.
#include "support/scratch.hpp"

#include "checkpoint/checkpoint_data.hpp"
#include "parts/file_box.hpp"
#include "with_threads.hpp"
#include "world.hpp"

#include <tessera/core.hpp>
#include <tessera/distributed.hpp>
#include <tessera/io.hpp>

#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <thread>
#include <vector>
#include <xxhash.h>

using namespace tessera;
using tessera_test::content_of;
using tessera_test::file_size_limit;
using tessera_test::message_of;
using tessera_test::scratch;
using tessera_test::world;

namespace {

/// 4 MiB of doubles: each of seven ranks has enough for several threads.
constexpr shape_t<2> large{512, 1024};

/// Numbers that compress, but not to nothing.
double value_of(index_t i, index_t j) {
  return static_cast<double>((i * 7919 + j * j * 31) % 1009) * 0.125;
}

global_array<double, 2> values(int first_axis = 0) {
  global_array<double, 2> u(grid_along<2>(world(), static_cast<std::size_t>(first_axis)), large);
  u.fill(value_of);
  return u;
}

index_t wrong_values(const global_array<double, 2>& u) {
  index_t wrong = 0;
  const auto mine = u.owned();
  const auto lower = u.block().lower;
  for (index_t i = 0; i < mine.shape()[0]; ++i)
    for (index_t j = 0; j < mine.shape()[1]; ++j)
      wrong += mine(i, j) == value_of(lower[0] + i, lower[1] + j) ? 0 : 1;
  return wrong;
}

/// Tiles of checkpoints are this small while it lives.
class small_tiles {
public:
  explicit small_tiles(index_t bytes) { detail::set_hashed_piece_bytes(bytes); }
  small_tiles(const small_tiles&) = delete;
  small_tiles& operator=(const small_tiles&) = delete;
  ~small_tiles() { detail::set_hashed_piece_bytes(usual); }

private:
  static constexpr index_t usual = index_t{32} << 20U;
};

/// Changes one bit of some bytes of a file, on rank 0. Collective.
void flip(const std::string& path, const std::vector<index_t>& places) {
  world().barrier();
  if (world().rank() == 0) {
    std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
    for (const index_t at : places) {
      file.seekg(at);
      const auto byte = static_cast<char>(file.get() ^ 16);
      file.seekp(at);
      file.put(byte);
    }
  }
  world().barrier();
}

/// What f(number of threads) gives is the same for 1, 2 and 4 threads.
template <class F> auto same_for_all(F&& f) {
  const auto with = [&](int threads) {
    const with_threads here(threads);
    return f(threads);
  };
  const auto alone = with(1);
  for (const int threads : {2, 4}) EXPECT_TRUE(with(threads) == alone) << threads << " threads";
  return alone;
}

/// The bytes of a tile of an array of doubles in a file.
std::string tile_bytes(const std::string& file, const detail::stored_array& array,
                       const detail::hashed_piece& tile) {
  std::string bytes;
  const auto length = static_cast<std::size_t>(tile.shape[1] * array.itemsize);
  for (index_t i = 0; i < tile.shape[0]; ++i) {
    const index_t first = (tile.lower[0] + i) * array.shape[1] + tile.lower[1];
    bytes += file.substr(static_cast<std::size_t>(array.offset + first * array.itemsize), length);
  }
  return bytes;
}

std::string checkpoint_folder(const scratch& folder, int threads) {
  return folder / ("run" + std::to_string(threads));
}

std::string saved_checkpoint(const scratch& folder, int threads, int first_axis) {
  const std::string run = checkpoint_folder(folder, threads);
  checkpoint(run).save(1, {{"u", values(first_axis)}, {"time", 0.5}});
  world().barrier();
  return content_of(run + "/000001.h5") + content_of(run + "/000001.checkpoint");
}

} // namespace

TEST(thread_files, checkpoints_have_the_same_bytes) {
  const small_tiles small(index_t{1} << 16U);
  for (const int first_axis : {0, 1}) {
    const scratch folder;
    const std::string all =
        same_for_all([&](int threads) { return saved_checkpoint(folder, threads, first_axis); });
    EXPECT_GT(all.size(), 4U << 20U);
  }
}

TEST(thread_files, checksums_of_tiles_are_those_of_their_bytes) {
  const small_tiles small(index_t{1} << 16U);
  const scratch folder;
  const with_threads here(3);
  saved_checkpoint(folder, 3, 0);
  const std::string run = checkpoint_folder(folder, 3);
  const auto manifest = detail::read_manifest(run + "/000001.checkpoint");
  const std::string file = content_of(run + "/000001.h5");
  index_t tiles = 0;
  for (const detail::stored_array& array : manifest.arrays)
    for (const detail::hashed_piece& tile : manifest.pieces) {
      if (tile.array != array.name || array.shape.size() != 2) continue;
      const std::string bytes = tile_bytes(file, array, tile);
      EXPECT_EQ(tile.hash, XXH3_64bits(bytes.data(), bytes.size()));
      ++tiles;
    }
  EXPECT_GE(tiles, 64);
}

TEST(thread_files, the_same_tile_is_found_damaged) {
  const small_tiles small(index_t{1} << 16U);
  const scratch folder;
  saved_checkpoint(folder, 1, 0);
  const std::string run = checkpoint_folder(folder, 1);
  const auto manifest = detail::read_manifest(run + "/000001.checkpoint");
  const detail::files_of_manifest files(run + "/000001.checkpoint", manifest);
  const auto check = [&](int) {
    return message_of([&] { detail::check_data(files, manifest, 0, 1); });
  };
  EXPECT_EQ(same_for_all(check), "");
  for (const std::vector<index_t>& places : std::vector<std::vector<index_t>>{
           {3500000}, {3500001, 2500000}, {3500002, 1500000, 2500001}}) {
    flip(files.own().path(), places);
    EXPECT_NE(same_for_all(check).find("the checksum of 'u' from index ("), std::string::npos);
  }
  world().barrier();
  flip(files.own().path(), {3500000, 3500001, 2500000, 3500002, 1500000, 2500001}); // as it was
  EXPECT_EQ(same_for_all(check), "");
  flip(files.own().path(), {10}); // in what surrounds the arrays
  EXPECT_NE(same_for_all(check).find("what surrounds the arrays"), std::string::npos);
}

TEST(thread_files, filtered_chunks_have_the_same_bytes_and_values) {
  for (const hdf5_layout& layout :
       std::vector<hdf5_layout>{{.chunk = {16, 200}, .deflate = 1, .shuffle = true},
                                {.chunk = {7, 1024}, .shuffle = true, .fletcher32 = true},
                                {.chunk = {64, 64}, .fletcher32 = true},
                                {.chunk = {16, 256}}}) {
    SCOPED_TRACE(detail::layout_text(layout));
    const scratch folder;
    same_for_all([&](int threads) {
      const std::string path = folder / ("u" + std::to_string(threads) + ".h5");
      hdf5_file file = hdf5_file::create(world(), path);
      file.write("u", values(1), layout);
      file.commit();
      world().barrier();
      global_array<double, 2> back(process_grid<2>(world()), large);
      hdf5_file::open(world(), path).read("u", back);
      EXPECT_EQ(wrong_values(back), 0);
      return content_of(path);
    });
  }
}

TEST(thread_files, parts_with_gaps_and_other_types_are_read_alike) {
  const scratch folder;
  hdf5_file file = hdf5_file::create(world(), folder / "u.h5");
  global_array<float, 2> u(process_grid<2>(world()), {1024, 1024});
  u.fill([](index_t i, index_t j) { return static_cast<float>(value_of(i, j)); });
  file.write("u", u, {.chunk = {50, 300}, .deflate = 1});
  file.commit();
  world().barrier();
  hdf5_file saved = hdf5_file::open(world(), folder / "u.h5");
  const auto part = same_for_all([&](int) {
    const auto read = saved.read<double, 2>("u", slice(3, none, 2), slice(none, none, 3));
    return std::vector<double>(read.data(), read.data() + read.size());
  });
  index_t wrong = 0;
  for (index_t k = 0; k < static_cast<index_t>(part.size()); ++k)
    wrong += part[static_cast<std::size_t>(k)] == value_of(3 + k / 342 * 2, k % 342 * 3) ? 0 : 1;
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(part.size(), 511U * 342U);
}

TEST(thread_files, the_same_chunk_is_found_damaged) {
  const scratch folder;
  const std::string path = folder / "u.h5";
  hdf5_file file = hdf5_file::create(world(), path);
  file.write("u", values(), {.chunk = {16, 256}, .fletcher32 = true});
  file.commit();
  flip(path, {3500000, 1500000, 2500000});
  hdf5_file saved = hdf5_file::open(world(), path);
  const std::string message = same_for_all([&](int) {
    global_array<double, 2> back(grid_along<2>(world(), 0), large);
    return message_of([&] { saved.read("u", back); });
  });
  EXPECT_NE(message.find("a chunk does not fit its Fletcher32 checksum (the one at ("),
            std::string::npos)
      << message;
}

TEST(thread_files, frames_have_the_same_bytes) {
  const scratch folder;
  same_for_all([&](int threads) {
    const std::string path = folder / ("u" + std::to_string(threads) + ".h5");
    hdf5_file file = hdf5_file::create(world(), path);
    for (int k = 0; k < 2; ++k) file.append("frames", values(k), {.deflate = 1});
    file.commit();
    world().barrier();
    global_array<double, 2> back(process_grid<2>(world()), large);
    hdf5_file::open(world(), path).read_frame("frames", 1, back);
    EXPECT_EQ(wrong_values(back), 0);
    return content_of(path);
  });
}

TEST(thread_files, compressed_archives_have_the_same_bytes) {
  const scratch folder;
  if (world().rank() != 0) return; // local; one is enough
  const std::string path = folder / "a.npz";
  const ndarray<double, 1> noise = generator(3).normal(0.0, 1.0, 200000);
  const auto x = arange(200000);
  const ndarray<char, 1> few{'a', 'b'};
  const ndarray<int, 2> none_at_all({0, 3});
  same_for_all([&](int) {
    save_npz(path, {{"noise", noise}, {"few", few}, {"x", x}, {"none", none_at_all}},
             {.compressed = true});
    const npz_file back(path);
    EXPECT_TRUE(array_equal(back.load<double, 1>("noise"), noise));
    EXPECT_TRUE(array_equal(back.load<index_t, 1>("x"), x));
    EXPECT_TRUE(array_equal(back.load<char, 1>("few"), few));
    EXPECT_EQ((back.load<int, 2>("none").size()), 0);
    return content_of(path);
  });
}

TEST(thread_files, a_full_disk_is_the_same_error) {
  const scratch folder;
  const std::string path = folder / ("a" + std::to_string(world().rank()) + ".npz");
  const ndarray<double, 1> noise = generator(3).normal(0.0, 1.0, 200000);
  const small_tiles small(index_t{1} << 16U);
  const file_size_limit limit(1U << 20U);
  EXPECT_NE(same_for_all([&](int) {
              return message_of([&] { save_npz(path, {{"noise", noise}}, {.compressed = true}); });
            }).find("cannot write '" + path),
            std::string::npos);
  const auto saved = [&](int) {
    return message_of([&] { checkpoint(folder / "run").save(1, {{"u", values()}}); });
  };
  EXPECT_NE(same_for_all(saved).find("cannot write '"), std::string::npos);
}

TEST(thread_files, threads_of_the_user_pack_and_unpack_at_once) {
  const scratch folder;
  if (world().rank() != 0) return;
  const with_threads here(2);
  std::vector<std::thread> users;
  std::vector<index_t> wrong(3, -1);
  for (std::size_t u = 0; u < wrong.size(); ++u)
    users.emplace_back([&, u] {
      const std::string path = folder / (std::to_string(u) + ".npz");
      const ndarray<double, 1> x = arange(200000.0) * static_cast<double>(u + 1);
      for (int time = 0; time < 3; ++time) {
        save_npz(path, {{"x", x}, {"y", x + 1.0}}, {.compressed = true});
        const npz_file back(path);
        wrong[u] = count_nonzero(back.load<double, 1>("x") != x) +
                   count_nonzero(back.load<double, 1>("y") != x + 1.0);
      }
    });
  for (auto& user : users) user.join();
  EXPECT_EQ(wrong, (std::vector<index_t>{0, 0, 0}));
}
