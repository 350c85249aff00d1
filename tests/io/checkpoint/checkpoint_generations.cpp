#include "support/scratch.hpp"

#include <tessera/distributed.hpp>
#include <tessera/io/checkpoint.hpp>

#include <gtest/gtest.h>

using namespace tessera;
using tessera_test::message_of;
using tessera_test::scratch;

namespace {

/// Changes a byte. Collective.
void spoil(const std::string& path, long at) {
  const communicator world = communicator::world();
  if (world.rank() == 0) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(at);
    const int byte = file.get();
    file.seekp(at);
    file.put(static_cast<char>(byte ^ 1));
  }
  world.barrier();
}

void save_two(const std::string& folder) {
  const communicator world = communicator::world();
  checkpoint saved(world, folder, {.keep = 2});
  global_array<double, 2> u(process_grid<2>(world), {30, 40});
  u.fill([](index_t i, index_t j) { return static_cast<double>(i * 100 + j); });
  saved.save(3, {{"u", u}, {"step", index_t{3}}});
  saved.save(7, {{"u", u}, {"step", index_t{7}}});
}

} // namespace

TEST(checkpoint_generations, tell_what_they_hold) {
  const scratch folder;
  save_two(folder / "run");
  for (const bool verify : {true, false}) {
    const auto found = inspect_checkpoint(communicator::world(), folder / "run", verify);
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].step, 7);
    EXPECT_EQ(found[1].step, 3);
    EXPECT_EQ(found[1].manifest, folder / "run/000001.checkpoint");
    EXPECT_EQ(found[1].data, folder / "run/000001.h5");
    for (const checkpoint_generation& g : found) {
      EXPECT_TRUE(g.is_whole()) << g.damage;
      ASSERT_EQ(g.arrays.size(), 1U);
      EXPECT_EQ(g.arrays[0].name, "u");
      EXPECT_EQ(g.arrays[0].dtype, "float64");
      EXPECT_EQ(g.arrays[0].shape, (std::vector<index_t>{30, 40}));
      EXPECT_EQ(g.arrays[0].bytes, 30 * 40 * 8);
      EXPECT_EQ(static_cast<std::size_t>(g.bytes), std::filesystem::file_size(g.data));
    }
  }
  const auto one = inspect_checkpoint(communicator::world(), folder / "run/000001.checkpoint");
  ASSERT_EQ(one.size(), 1U);
  EXPECT_EQ(one[0].step, 3);
}

TEST(checkpoint_generations, say_what_is_damaged) {
  const scratch folder;
  const communicator world = communicator::world();
  save_two(folder / "run");
  const long middle = static_cast<long>(std::filesystem::file_size(folder / "run/000001.h5")) / 2;
  spoil(folder / "run/000001.h5", middle);
  const auto verified = inspect_checkpoint(world, folder / "run");
  ASSERT_EQ(verified.size(), 2U);
  EXPECT_TRUE(verified[0].is_whole());
  EXPECT_NE(verified[1].damage.find("000001.h5': the checksum of 'u'"), std::string::npos)
      << verified[1].damage;
  EXPECT_TRUE(inspect_checkpoint(world, folder / "run", false)[1].is_whole());

  spoil(folder / "run/000002.checkpoint", 30);
  const auto listed = inspect_checkpoint(world, folder / "run", false);
  ASSERT_EQ(listed.size(), 2U);
  EXPECT_EQ(listed[0].step, -1);
  EXPECT_NE(listed[0].damage.find("000002.checkpoint"), std::string::npos) << listed[0].damage;
  EXPECT_EQ(checkpoint(world, folder / "run").steps(), (std::vector<index_t>{3}));
}

TEST(checkpoint_generations, are_not_everywhere) {
  const scratch folder;
  const communicator world = communicator::world();
  const std::string missing = message_of([&] { inspect_checkpoint(world, folder / "none"); });
  EXPECT_EQ(missing, "file: cannot read '" + (folder / "none") + "': No such file or directory");
  EXPECT_TRUE(inspect_checkpoint(world, folder.folder()).empty());
}
