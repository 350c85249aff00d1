// Damage that HDF5 1.10 itself does not survive is an error, on all ranks, and no hang.
#include "support/scratch.hpp"
#include "world.hpp"

#include <tessera/core/creation/create.hpp>
#include <tessera/io/hdf5.hpp>

#include <gtest/gtest.h>

#include <fcntl.h>
#include <string>
#include <sys/file.h>
#include <unistd.h>
#include <vector>

using namespace tessera;
using tessera_test::content_of;
using tessera_test::message_of;
using tessera_test::scratch;
using tessera_test::world;

namespace {

/// A text of any length is kept in a heap.
std::string file_with_text(const scratch& folder) {
  hdf5_file file = hdf5_file::create(world(), folder / "whole.h5");
  file.write("u", ones<double>(3));
  file.set_attribute("u", "units", "metres");
  file.commit();
  return content_of(folder / "whole.h5");
}

std::size_t number_at(const std::string& bytes, std::size_t at, std::size_t count) {
  std::size_t value = 0;
  for (std::size_t k = count; k-- > 0;)
    value = value * 256 + static_cast<unsigned char>(bytes[at + k]);
  return value;
}

/// Where the size of the heap's free space is stated, behind its last object.
std::size_t size_of_free_space(const std::string& bytes) {
  std::size_t at = bytes.find("GCOL") + 16;
  while (number_at(bytes, at, 2) != 0) at += 16 + (number_at(bytes, at + 8, 8) + 7) / 8 * 8;
  return at + 8;
}

std::string read_text(const std::string& path) {
  return message_of([&] {
    hdf5_file file = hdf5_file::open(world(), path);
    EXPECT_EQ(file.attribute<std::string>("u", "units"), "metres");
  });
}

/// A file of which the links of a group and the attributes of a dataset are in trees, which begin
/// with "BTHD".
std::string file_with_trees(const scratch& folder) {
  hdf5_file file = hdf5_file::create(world(), folder / "whole.h5");
  file.write("u", ones<double>(3));
  for (int k = 0; k < 20; ++k) {
    file.write("group/" + std::to_string(k), ones<double>(3));
    file.set_attribute("u", "number" + std::to_string(k), k);
  }
  file.commit();
  return content_of(folder / "whole.h5");
}

/// Damages the heads of all trees: their checksums are wrong.
std::string without_trees(std::string bytes) {
  for (std::size_t at = bytes.find("BTHD"); at != bytes.npos; at = bytes.find("BTHD", at + 1))
    bytes[at + 6] = static_cast<char>(bytes[at + 6] ^ 1);
  return bytes;
}

} // namespace

TEST(hdf5_damaged, heaps_whose_objects_do_not_follow_each_other) {
  const scratch folder;
  const std::string whole = file_with_text(folder);
  ASSERT_NE(whole.find("GCOL"), std::string::npos);
  const std::size_t at = size_of_free_space(whole);
  EXPECT_EQ(read_text(folder.file("same.h5", whole)), "");
  for (const char* size : {"\0\0\0\0\0\0\0\0", "\1\0\0\0\0\0\0\0",
                           "\xff\xff\xff\xff\xff\xff\xff\xff", "\0\0\0\0\0\0\0\x80"}) {
    std::string damaged = whole;
    damaged.replace(at, 8, size, 8);
    const std::string message = read_text(folder.file("damaged.h5", damaged));
    EXPECT_NE(message.find("the objects of a heap do not follow each other"), std::string::npos)
        << message;
    EXPECT_EQ(message, broadcast(world(), message, 0));
    world().barrier();
  }
}

TEST(hdf5_damaged, addresses_behind_the_end) {
  const scratch folder;
  std::string damaged = file_with_text(folder);
  const std::size_t heap = damaged.find("GCOL");
  // Wherever the file refers to the heap, it now refers to the last address of all.
  for (std::size_t at = 0; at + 8 <= damaged.size(); ++at)
    if (number_at(damaged, at, 8) == heap)
      damaged.replace(at, 8, "\0\xff\xff\xff\xff\xff\xff\x7f", 8);
  const std::string message = read_text(folder.file("damaged.h5", damaged));
  EXPECT_EQ(message.find("file: cannot read attribute 'units' of 'u'"), 0U) << message;
  EXPECT_EQ(message, broadcast(world(), message, 0));
}

TEST(hdf5_damaged, files_that_are_being_written) {
  const scratch folder;
  const std::string path = folder.file("busy.h5", file_with_text(folder));
  // As HDF5 locks a file that it writes.
  const int descriptor = world().rank() == 0 ? ::open(path.c_str(), O_RDWR) : -1;
  const int code = descriptor >= 0 ? ::flock(descriptor, LOCK_EX | LOCK_NB) : 0;
  EXPECT_EQ(code, 0);
  world().barrier();
  const std::string message = read_text(path);
  EXPECT_NE(message.find("some program has it open for writing"), std::string::npos) << message;
  world().barrier();
  if (descriptor >= 0) ::close(descriptor);
  world().barrier();
  EXPECT_EQ(read_text(path), "");
}

TEST(hdf5_damaged, lists_are_not_shorter) {
  const scratch folder;
  const std::string whole = file_with_trees(folder);
  ASSERT_NE(whole.find("BTHD"), std::string::npos);
  hdf5_file file = hdf5_file::open(world(), folder.file("damaged.h5", without_trees(whole)));
  const std::string list = message_of([&] { static_cast<void>(file.datasets()); });
  EXPECT_NE(list.find("cannot list '"), std::string::npos) << list;
  EXPECT_NE(list.find("what group '/group' holds cannot be listed: "), std::string::npos) << list;
  EXPECT_EQ(list, broadcast(world(), list, 0));
  const std::string attributes = message_of([&] { static_cast<void>(file.attributes("u")); });
  EXPECT_EQ(attributes.find("file: cannot "), 0U) << attributes;
  const std::vector<hdf5_entry> entries = file.entries();
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(entries[0].path, "group");
  EXPECT_TRUE(entries[0].is_damaged);
  EXPECT_NE(entries[0].refused.find("cannot be listed"), std::string::npos);
  EXPECT_EQ(entries[1].path, "u");
}
