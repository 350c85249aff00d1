/// @file
/// What lies between the members of structs never reaches files or checksums.

#include "support/scratch.hpp"
#include "world.hpp"

#include <tessera/core/members.hpp>
#include <tessera/core/statistics/checksum.hpp>
#include <tessera/distributed/reduce.hpp>
#include <tessera/io/checkpoint.hpp>
#include <tessera/io/hdf5.hpp>
#include <tessera/io/npy.hpp>
#include <tessera/io/npz.hpp>

#include <gtest/gtest.h>

#include <cstddef>
#include <cstring>
#include <filesystem>
#include <map>
#include <string>

using namespace tessera;
using tessera_test::content_of;
using tessera_test::scratch;

namespace {

struct corner {
  std::int16_t a;
  std::int8_t b;
};

/// Padding behind each member, and a member without a name.
struct gapped {
  std::int8_t id;
  double x;
  corner pair[2];
  float forgotten;
  std::int8_t last;
};

/// No padding.
struct dense {
  std::int32_t a;
  std::int32_t b;
};

} // namespace

TESSERA_MEMBERS(corner, a, b);
TESSERA_MEMBERS(gapped, id, x, pair, last);
TESSERA_MEMBERS(dense, a, b);

namespace {

using tessera_test::world;

/// Puts element k where every other byte is `garbage`.
void put(gapped& to, index_t k, int garbage) {
  auto* const bytes = reinterpret_cast<std::byte*>(&to);
  std::memset(bytes, garbage, sizeof to);
  const auto member = [&](std::size_t offset, auto value) {
    std::memcpy(bytes + offset, &value, sizeof value);
  };
  member(offsetof(gapped, id), static_cast<std::int8_t>(k));
  member(offsetof(gapped, x), 0.5 * static_cast<double>(k));
  for (std::size_t p = 0; p < 2; ++p) {
    const std::size_t at = offsetof(gapped, pair) + p * sizeof(corner);
    member(at + offsetof(corner, a), static_cast<std::int16_t>(k + 1));
    member(at + offsetof(corner, b), static_cast<std::int8_t>(-1));
  }
  member(offsetof(gapped, last), static_cast<std::int8_t>(7));
}

void put_all(const view<gapped, 2>& to, index_t first, int garbage) {
  for (index_t i = 0; i < to.shape()[0]; ++i)
    for (index_t j = 0; j < to.shape()[1]; ++j)
      put(to(i, j), first + i * to.shape()[1] + j, garbage);
}

ndarray<gapped, 2> local(int garbage) {
  ndarray<gapped, 2> a(shape_t<2>{6, 8});
  put_all(a.view(), 0, garbage);
  return a;
}

/// Blocks of columns: scattered over the file.
global_array<gapped, 2> global(int garbage, const grid_dims<2>& dims) {
  global_array<gapped, 2> u(process_grid<2>(world(), dims), {6, 8}, halo<2>(1));
  put_all(u.owned(), 50 * world().rank(), garbage);
  return u;
}

void write_hdf5(const std::string& path, int garbage) {
  const int n = world().size();
  hdf5_file file = hdf5_file::create(world(), path);
  const auto rows = global(garbage, {n, 1});
  const auto columns = global(garbage, {1, n});
  file.write("rows", rows);
  file.write("columns", columns);
  file.write("chunks", columns, {.chunk = {2, 3}});
  file.write("filtered", columns, {.chunk = {2, 3}, .deflate = 1, .shuffle = true});
  file.write("whole chunks", rows, {.chunk = {1, 8}, .deflate = 1});
  file.write("local", local(garbage));
  file.write("every other", local(garbage)(slice(none, none, 2), all));
  file.create_dataset<gapped, 2>("parts", {12, 16});
  file.write_into("parts", columns, slice(none, none, 2), slice(none, none, 2));
  file.append("frames", rows);
  gapped one;
  put(one, 3, garbage);
  file.write("one", one);
  file.set_attribute("rows", "one", one);
  file.commit();
}

void save_checkpoint(const std::string& folder, int garbage) {
  checkpoint saved(folder);
  const auto rows = global(garbage, {world().size(), 1});
  const auto columns = global(garbage, {1, world().size()});
  const auto here = local(garbage);
  gapped one;
  put(one, 3, garbage);
  saved.save(1, {{"rows", rows}, {"columns", columns}, {"local", here}, {"one", one}});
}

void write_npy_files(const std::string& folder, int garbage) {
  save_npy(folder + "/rows.npy", global(garbage, {world().size(), 1}));
  save_npy(folder + "/columns.npy", global(garbage, {1, world().size()}));
  if (world().rank() != 0) return;
  save_npy(folder + "/local.npy", local(garbage));
  save_npy(folder + "/reversed.npy", local(garbage)(slice(none, none, -1), all));
  save_npz(folder + "/all.npz", {{"a", local(garbage)}, {"b", ndarray<dense, 1>{{1, 2}}}});
}

/// All files of a folder by their names. Collective.
std::map<std::string, std::string> files_of(const std::string& folder) {
  world().barrier();
  std::map<std::string, std::string> files;
  for (const auto& each : std::filesystem::recursive_directory_iterator(folder))
    if (each.is_regular_file())
      files[std::filesystem::relative(each.path(), folder)] = content_of(each.path());
  world().barrier();
  return files;
}

/// What a function writes into a folder is the same, whatever lies between the members.
template <class F> void expect_same_files(std::size_t count, F&& write) {
  const scratch first;
  const scratch second;
  write(first.folder(), 0x5a);
  write(second.folder(), 0xa5);
  const auto a = files_of(first.folder());
  const auto b = files_of(second.folder());
  EXPECT_EQ(a.size(), count);
  ASSERT_EQ(a.size(), b.size());
  for (const auto& [name, content] : a) EXPECT_TRUE(content == b.at(name)) << name;
}

} // namespace

TEST(padding, is_zero_in_npy_files) {
  expect_same_files(
      5, [](const std::string& folder, int garbage) { write_npy_files(folder, garbage); });
  const scratch space;
  write_npy_files(space.folder(), 0x5a);
  world().barrier();
  const std::string bytes = content_of(space / "local.npy");
  gapped expected;
  put(expected, 47, 0);
  EXPECT_EQ(bytes.substr(bytes.size() - sizeof expected),
            std::string(reinterpret_cast<const char*>(&expected), sizeof expected));
}

TEST(padding, is_zero_in_hdf5_files) {
  expect_same_files(
      1, [](const std::string& folder, int garbage) { write_hdf5(folder + "/a.h5", garbage); });
}

TEST(padding, is_zero_in_checkpoints_and_their_checksums) {
  const scratch space;
  expect_same_files(
      2, [](const std::string& folder, int garbage) { save_checkpoint(folder + "/run", garbage); });
  save_checkpoint(space / "run", 0x5a);
  ndarray<gapped, 2> again;
  checkpoint saved(space / "run");
  EXPECT_EQ(saved.restore({{"local", again}}), 1);
  EXPECT_EQ(checksum(again), checksum(local(0)));
}

TEST(padding, is_no_part_of_checksums) {
  const std::uint64_t expected = checksum(local(0));
  EXPECT_EQ(checksum(local(0x5a)), expected);
  EXPECT_NE(checksum(local(0)(slice(none, none, -1), all)), expected);
  const grid_dims<2> dims{1, world().size()};
  EXPECT_EQ(checksum(global(0x5a, dims)), checksum(global(0xa5, dims)));
  const auto rows = global(0x5a, {world().size(), 1});
  EXPECT_EQ(checksum(rows), checksum(rows.gather_all()));
  // Where there is none, all bytes count, as ever.
  const ndarray<dense, 1> a{{1, 2}, {3, 4}};
  const ndarray<std::int64_t, 1> same_bytes{1 + (std::int64_t{2} << 32),
                                            3 + (std::int64_t{4} << 32)};
  EXPECT_EQ(checksum(a), checksum(same_bytes));
}
