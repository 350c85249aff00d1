// Checkpoints of which only what changed is written, and tiles that are packed.
#include "support/numbered.hpp"
#include "support/particle.hpp"
#include "support/scratch.hpp"

#include "random_source.hpp"
#include "world.hpp"

#include "checkpoint/tile_codec.hpp"
#include "checkpoint/tile_history.hpp"

#include <tessera/core/error.hpp>
#include <tessera/distributed.hpp>
#include <tessera/io/checkpoint.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <sys/stat.h>
#include <vector>

using namespace tessera;
using tessera_test::files_in;
using tessera_test::message_of;
using tessera_test::scratch;
using tessera_test::world;

namespace {

/// While it lives, arrays are cut into many tiles.
struct small_tiles {
  explicit small_tiles(index_t bytes) { detail::set_tile_bytes(bytes); }
  small_tiles(const small_tiles&) = delete;
  small_tiles& operator=(const small_tiles&) = delete;
  ~small_tiles() { detail::set_tile_bytes(index_t{1} << 20U); }
};

/// Bytes of a file that are on the medium: not those of gaps.
index_t stored_bytes(const std::string& path) {
  struct stat s {};
  EXPECT_EQ(::stat(path.c_str(), &s), 0) << path;
  return s.st_blocks * 512;
}

/// The arrays that a program has, and what they should be.
struct tiled_fields {
  explicit tiled_fields(const grid_dims<2>& dims)
      : u(process_grid<2>(world(), dims), {61, 83}, halo<2>(1)),
        v(process_grid<2>(world(), dims), {47, 29}), w(process_grid<1>(world()), {5}) {}

  void fill(double a, double b) {
    u.fill([&](index_t i, index_t j) { return a + std::floor(static_cast<double>(i * j) / 40); });
    v.fill([&](index_t i, index_t j) { return static_cast<float>(i + j) + static_cast<float>(b); });
    w.fill([&](index_t i) { return std::complex<double>(b, static_cast<double>(i)); });
    text = std::to_string(a);
  }
  [[nodiscard]] bool is(double a, double b) const {
    tiled_fields other(u.grid().dims());
    other.fill(a, b);
    return all(u == other.u) && all(v == other.v) && all(w == other.w) && text == other.text;
  }
  global_array<double, 2> u;
  global_array<float, 2> v;
  global_array<std::complex<double>, 1> w;
  std::string text;
};

void save_fields(checkpoint& saved, index_t step, const tiled_fields& f, tile_compression how) {
  saved.save(step,
             {{"u", f.u, {.compression = how}}, {"group/v", f.v}, {"w", f.w}, {"text", f.text}});
}
pending_save start_save_fields(checkpoint& saved, index_t step, const tiled_fields& f,
                               tile_compression how) {
  return saved.start_save(
      step, {{"u", f.u, {.compression = how}}, {"group/v", f.v}, {"w", f.w}, {"text", f.text}});
}
std::optional<index_t> restore_fields(checkpoint& saved, tiled_fields& f) {
  return saved.restore({{"u", f.u}, {"group/v", f.v}, {"w", f.w}, {"text", f.text}});
}

std::vector<grid_dims<2>> divisions() {
  const int ranks = world().size();
  return {{ranks, 1}, {1, ranks}, process_grid<2>(world()).dims()};
}

} // namespace

TEST(checkpoint_tiles, come_back_under_any_distribution_however_packed) {
  const scratch folder;
  const small_tiles tiles(300);
  int name = 0;
  for (const auto how : {tile_compression::off, tile_compression::zstd, tile_compression::lz4})
    for (const grid_dims<2>& from : divisions())
      for (const bool behind : {false, true}) {
        SCOPED_TRACE(name);
        checkpoint saved(folder / std::to_string(name++), {.incremental = true});
        tiled_fields f(from);
        f.fill(3, 4);
        if (behind) {
          const pending_save pending = start_save_fields(saved, 9, f, how);
          f.fill(-1, -2);
          pending.wait();
        } else {
          save_fields(saved, 9, f, how);
        }
        for (const grid_dims<2>& to : divisions()) {
          tiled_fields g(to);
          EXPECT_EQ(restore_fields(saved, g), 9);
          EXPECT_TRUE(g.is(3, 4));
        }
      }
}

TEST(checkpoint_tiles, only_what_changed_is_written) {
  const scratch folder;
  const small_tiles tiles(4096);
  checkpoint saved(folder / "run", {.keep = 5, .incremental = true});
  global_array<double, 2> u(process_grid<2>(world(), grid_dims<2>{world().size(), 1}), {512, 512});
  generator(1).normal(0.0, 1.0, u);
  saved.save(1, {{"u", u}});
  u(slice(300, 301), slice(7, 8)) = 5.0; // in one tile of 512
  saved.save(2, {{"u", u}});
  saved.start_save(3, {{"u", u}}).wait(); // nothing changed
  EXPECT_EQ(files_in(folder / "run"),
            (std::vector<std::string>{"000001.checkpoint", "000001.tiles", "000002.checkpoint",
                                      "000002.tiles", "000003.checkpoint", "000003.tiles"}));
  const index_t whole = stored_bytes(folder / "run/000001.tiles");
  EXPECT_GE(whole, u.size() * 8);
  EXPECT_LE(stored_bytes(folder / "run/000002.tiles"), whole / 20);
  EXPECT_LE(stored_bytes(folder / "run/000003.tiles"), whole / 20);
  global_array<double, 2> v(u.grid(), {512, 512});
  EXPECT_EQ(saved.restore({{"u", v}}), 3);
  EXPECT_TRUE(all(v == u));
}

TEST(checkpoint_tiles, what_is_referred_to_stays) {
  const scratch folder;
  const small_tiles tiles(300);
  checkpoint saved(folder / "run", {.keep = 1, .incremental = true, .full_every = 3});
  tiled_fields f({world().size(), 1});
  std::vector<std::size_t> generations;
  for (index_t step = 1; step <= 8; ++step) {
    f.fill(3, static_cast<double>(step)); // u stays as it is, v and w do not
    if (step % 2 == 0)
      save_fields(saved, step, f, tile_compression::off);
    else
      start_save_fields(saved, step, f, tile_compression::off).wait();
    tiled_fields g({1, world().size()});
    EXPECT_EQ(restore_fields(saved, g), step);
    EXPECT_TRUE(g.is(3, static_cast<double>(step)));
    generations.push_back(saved.steps().size());
  }
  // 1 has all, 2 and 3 refer to it; 4 has all, and so on.
  EXPECT_EQ(generations, (std::vector<std::size_t>{1, 2, 2, 1, 2, 2, 1, 2}));
}

TEST(checkpoint_tiles, damage_to_a_tile_is_damage_to_all_that_refer_to_it) {
  const scratch folder;
  const small_tiles tiles(300);
  tiled_fields f({world().size(), 1});
  {
    checkpoint saved(folder / "run", {.keep = 4, .incremental = true});
    for (index_t step = 1; step <= 3; ++step) {
      f.fill(step == 1 ? 1 : 2, static_cast<double>(step)); // u of 3 is that of 2
      save_fields(saved, step, f, tile_compression::off);
    }
    const std::string path = folder / "run/000002.tiles";
    world().barrier();
    if (world().rank() == 0) {
      std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
      const auto middle = static_cast<std::streamoff>(std::filesystem::file_size(path) / 2);
      file.seekg(middle);
      const auto byte = static_cast<char>(file.get() ^ 4);
      file.seekp(middle);
      file.put(byte);
    }
    world().barrier();
    // The next one sees it, and writes everything anew.
    save_fields(saved, 4, f, tile_compression::off);
  }
  checkpoint again(folder / "run");
  testing::internal::CaptureStderr();
  tiled_fields g({1, world().size()});
  EXPECT_EQ(restore_fields(again, g), 4);
  EXPECT_TRUE(g.is(2, 3));
  world().barrier();
  if (world().rank() == 0) std::filesystem::remove(folder / "run/000004.checkpoint");
  world().barrier();
  EXPECT_EQ(restore_fields(again, g), 1); // 2 and 3 are damaged
  EXPECT_TRUE(g.is(1, 1));
  const std::string warnings = testing::internal::GetCapturedStderr();
  if (world().rank() == 0) {
    EXPECT_NE(warnings.find("000002.tiles': the checksum of 'u' from"), warnings.npos) << warnings;
  }
}

TEST(checkpoint_tiles, a_file_that_is_gone_is_not_referred_to) {
  const scratch folder;
  const small_tiles tiles(300);
  checkpoint saved(folder / "run", {.keep = 3, .incremental = true});
  tiled_fields f({world().size(), 1});
  f.fill(1, 1);
  save_fields(saved, 1, f, tile_compression::zstd);
  world().barrier();
  if (world().rank() == 0) std::filesystem::remove(folder / "run/000001.tiles");
  world().barrier();
  save_fields(saved, 2, f, tile_compression::zstd);
  tiled_fields g({1, world().size()});
  EXPECT_EQ(restore_fields(saved, g), 2);
  EXPECT_TRUE(g.is(1, 1));
}

TEST(checkpoint_tiles, a_save_that_fails_is_not_referred_to) {
  const scratch folder;
  const small_tiles tiles(300);
  checkpoint saved(folder / "run", {.keep = 3, .incremental = true});
  tiled_fields f({world().size(), 1});
  f.fill(1, 1);
  save_fields(saved, 1, f, tile_compression::off);
  f.fill(2, 2);
  const std::string manifest = folder / "run/000002.checkpoint"; // its name is taken by a folder
  if (world().rank() == 0) std::filesystem::create_directories(manifest + "/x");
  world().barrier();
  const pending_save pending = start_save_fields(saved, 2, f, tile_compression::off);
  EXPECT_NO_THROW(pending.wait()); // the next number that is free
  EXPECT_EQ(saved.steps(), (std::vector<index_t>{2, 1}));
  tiled_fields g({1, world().size()});
  EXPECT_EQ(restore_fields(saved, g), 2);
  EXPECT_TRUE(g.is(2, 2));
}

TEST(checkpoint_tiles, packed_ones_take_less) {
  const scratch folder;
  global_array<double, 2> u(process_grid<2>(world(), grid_dims<2>{world().size(), 1}), {512, 512});
  u.fill([](index_t i, index_t j) { return std::sin(0.01 * static_cast<double>(i + 2 * j)); });
  std::vector<index_t> bytes;
  for (const auto how : {tile_compression::off, tile_compression::lz4, tile_compression::zstd}) {
    checkpoint saved(folder / std::to_string(bytes.size()), {.incremental = true});
    saved.save(1, {{"u", u, {.compression = how}}});
    world().barrier();
    bytes.push_back(stored_bytes(folder / (std::to_string(bytes.size()) + "/000001.tiles")));
  }
  EXPECT_LT(bytes[1], bytes[0]);
  EXPECT_LT(bytes[2], bytes[1]);
}

TEST(checkpoint_tiles, structs_have_no_bytes_between_their_members) {
  const scratch folder;
  global_array<tessera_test::particle, 1> u(process_grid<1>(world()), {301});
  const view<tessera_test::particle, 1> mine = u.owned();
  checkpoint saved(folder / "run", {.keep = 2, .incremental = true});
  for (const int fill : {0, 1}) {
    for (index_t i = 0; i < mine.size(); ++i) {
      std::memset(static_cast<void*>(&mine(i)), fill, sizeof(tessera_test::particle));
      mine(i) = tessera_test::particle{};
    }
    saved.save(fill, {{"u", u}});
  }
  // Nothing but what was between members changed.
  EXPECT_LT(stored_bytes(folder / "run/000002.tiles"), 301 * 60);
}

TEST(checkpoint_tiles, any_bytes_come_back_from_packing) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (const auto how : {tile_compression::zstd, tile_compression::lz4})
    for (const index_t itemsize : {1, 2, 4, 8, 16, 24})
      for (int k = 0; k < 30; ++k) {
        const index_t count = random.between(1, k < 20 ? 50 : 5000);
        std::vector<std::byte> bytes(static_cast<std::size_t>(count * itemsize));
        const index_t kinds = random.between(1, 255);
        for (std::byte& b : bytes) b = static_cast<std::byte>(random.between(0, kinds));
        buffer packed;
        const auto size = static_cast<index_t>(bytes.size());
        const index_t packed_size = detail::pack_tile(bytes.data(), size, itemsize, how, packed);
        EXPECT_LT(packed_size, size);
        if (packed_size == 0) continue;
        std::vector<std::byte> back(bytes.size());
        detail::unpack_tile(packed.data(), packed_size, itemsize, how, back.data(), size);
        EXPECT_TRUE(back == bytes);
        // What is no tile of that size is refused.
        EXPECT_THROW(
            detail::unpack_tile(packed.data(), packed_size - 1, itemsize, how, back.data(), size),
            file_error);
        std::vector<std::byte> larger(bytes.size() + static_cast<std::size_t>(itemsize));
        EXPECT_THROW(detail::unpack_tile(packed.data(), packed_size, itemsize, how, larger.data(),
                                         size + itemsize),
                     file_error);
      }
}

TEST(checkpoint_tiles, says_what_cannot_be) {
  EXPECT_EQ(message_of([&] { checkpoint("run", {.full_every = 0}); }),
            "argument: a checkpoint of which 0 generations in a row depend on one; it must be 1 or "
            "more");
}
