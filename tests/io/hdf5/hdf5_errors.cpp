/// @file
/// What goes wrong with HDF5 files is said once, on all ranks, and leaves nothing behind.

#include "hdf5_check.hpp"
#include "world.hpp"

#include <tessera/core/creation/create.hpp>
#include <tessera/io/hdf5.hpp>

#include <gtest/gtest.h>

#include <unistd.h>

#include <string>

using namespace tessera;
using tessera_test::content_of;
using tessera_test::expect_message;
using tessera_test::message_of;
using tessera_test::scratch;
using tessera_test::world;

namespace {

/// A file with dataset "u" of float64 (6, 5), attribute "name" on it, and "flags" of bool (3).
std::string small_file(const scratch& folder, const std::string& name = "sample.h5") {
  global_array<double, 2> u(process_grid<2>(world()), {6, 5});
  tessera_test::number(u);
  hdf5_file file = hdf5_file::create(world(), folder / name);
  file.write("u", u);
  file.write("flags", full<bool, 1>({3}, true));
  file.set_attribute("u", "name", "sample");
  file.set_attribute("u", "spacing", ndarray<double, 1>{1.0, 2.0});
  file.commit();
  return folder / name;
}

} // namespace

TEST(hdf5_errors, of_files_to_be_read) {
  const scratch folder;
  expect_message([&] { static_cast<void>(hdf5_file::open(world(), folder / "none.h5")); },
                 {"file: cannot read", "none.h5': No such file or directory"});
  expect_message([&] { static_cast<void>(hdf5_file::open(world(), folder.folder())); },
                 {"Is a directory"});
  const std::string text = folder.file("text.h5", "1 2 3\n");
  expect_message([&] { static_cast<void>(hdf5_file::open(world(), text)); },
                 {"text.h5': it is not an HDF5 file"});
  const std::string none = folder.file("empty.h5", "");
  expect_message([&] { static_cast<void>(hdf5_file::open(world(), none)); },
                 {"empty.h5': it is not an HDF5 file"});
  const std::string whole = content_of(small_file(folder));
  const std::string cut = folder.file("cut.h5", whole.substr(0, whole.size() - 100));
  expect_message([&] { static_cast<void>(hdf5_file::open(world(), cut)); },
                 {"cut.h5': ", "truncated"});
}

TEST(hdf5_errors, of_datasets_to_be_read) {
  const scratch folder;
  hdf5_file file = hdf5_file::open(world(), small_file(folder));
  const process_grid<2> grid(world());
  global_array<double, 2> u(grid, {5, 6});
  global_array<float, 2> small(grid, {6, 5});
  global_array<std::int64_t, 2> integer(grid, {6, 5});
  expect_message([&] { file.read("v", u); },
                 {"file: cannot read 'v' in '", "there is no such; the file holds 'flags', 'u'"});
  expect_message([&] { file.read("u", u); }, {"shape: ", "(6, 5)", "(5, 6)"});
  expect_message([&] { static_cast<void>(file.read<double, 1>("u")); }, {"(6, 5)", "1 axis"});
  expect_message([&] { file.read("u", small); }, {"float64", "float32", "without loss"});
  expect_message([&] { file.read("u", integer); }, {"float64", "int64", "without loss"});
  expect_message([&] { static_cast<void>(file.read<bool, 2>("u")); }, {"float64", "bool"});
  expect_message([&] { file.read("/", u); }, {"it is not a dataset"});
  expect_message([&] { static_cast<void>(file.shape("")); }, {"there is no such"});
  global_array<double, 2> fits(grid, {6, 5});
  file.read("u", fits); // errors leave the file usable
  EXPECT_EQ(tessera_test::misnumbered(fits), 0);
}

TEST(hdf5_errors, of_attributes) {
  const scratch folder;
  hdf5_file file = hdf5_file::open(world(), small_file(folder));
  expect_message([&] { static_cast<void>(file.attribute<double>("u", "dt")); },
                 {"attribute 'dt' of 'u'", "there are 'name', 'spacing'"});
  expect_message([&] { static_cast<void>(file.attribute<double>("u", "name")); },
                 {"type string, not float64"});
  expect_message([&] { static_cast<void>(file.attribute<double>("u", "spacing")); },
                 {"2 elements"});
  expect_message([&] { static_cast<void>(file.attribute<double>("w", "dt")); },
                 {"there is no such; the file holds 'flags', 'u'"});
}

TEST(hdf5_errors, of_files_to_be_written) {
  const scratch folder;
  expect_message([&] { static_cast<void>(hdf5_file::create(world(), folder / "no/such/u.h5")); },
                 {"file: cannot write", "no/such/u.h5'", "No such file or directory"});
  expect_message([&] { static_cast<void>(hdf5_file::create(world(), folder.folder())); },
                 {"Is a directory"});
  expect_message([&] { static_cast<void>(hdf5_file::create(world(), "/proc/u.h5")); },
                 {"file: cannot write"});
  EXPECT_EQ(folder.entries(), 0);
}

TEST(hdf5_errors, of_the_caller_leave_the_file_usable) {
  const scratch folder;
  hdf5_file file = hdf5_file::create(world(), folder / "u.h5");
  file.write("u", ones<double>(3));
  expect_message([&] { file.write("u", ones<double>(3)); }, {"argument: ", "has a 'u' already"});
  expect_message([&] { file.write("", ones<double>(3)); }, {"argument: ", "names no dataset"});
  expect_message([&] { file.write("g/", ones<double>(3)); }, {"names no dataset"});
  expect_message([&] { file.set_attribute("v", "a", 1); }, {"there is no such"});
  expect_message([&] { file.set_attribute("u", "a", std::string(20000000, 'x')); },
                 {"argument: ", "write a dataset"});
  expect_message([&] { static_cast<void>(file.read<double, 1>("u")); }, {"commit() it"});
  file.commit();
  expect_message([&] { file.write("w", ones<double>(3)); }, {"not open for writing"});
  expect_message([&] { file.commit(); }, {"not open for writing"});
  EXPECT_EQ(hdf5_file::open(world(), folder / "u.h5").datasets().size(), 1U);
}

TEST(hdf5_errors, ranks_that_disagree) {
  if (world().size() == 1) return;
  const scratch folder;
  hdf5_file file = hdf5_file::create(world(), folder / "u.h5");
  global_array<double, 1> u(process_grid<1>(world()), {5});
  const std::string name = world().rank() == 1 ? "v" : "u";
  expect_message([&] { file.write(name, u); },
                 {"ranks disagree about what is done to '", "create 'u'", "rank 1: create 'v'"});
  const communicator alone = world().split(world().rank());
  global_array<double, 1> mine(process_grid<1>(alone), {5});
  EXPECT_NE(message_of([&] { file.write("u", mine); }).find("different ranks"), std::string::npos);
}

TEST(hdf5_errors, without_commit_nothing_stays) {
  const scratch folder;
  {
    hdf5_file file = hdf5_file::create(world(), folder / "u.h5");
    file.write("u", ones<double>(3));
  }
  EXPECT_EQ(folder.entries(), 0);
  try {
    hdf5_file file = hdf5_file::create(world(), folder / "u.h5");
    file.write("u", ones<double>(3));
    throw argument_error("stop");
  } catch (const argument_error&) {
  }
  EXPECT_EQ(folder.entries(), 0);
}

TEST(hdf5_errors, one_rank_that_throws_waits_for_none) {
  const scratch folder;
  std::string message;
  try {
    hdf5_file file = hdf5_file::create(world(), folder / "u.h5");
    if (world().rank() == world().size() - 1) throw argument_error("alone");
    world().barrier(); // the others are busy elsewhere
    throw argument_error("later");
  } catch (const argument_error& e) {
    message = e.what();
  }
  if (message == "alone") world().barrier();
  EXPECT_EQ(folder.entries(), 0);
}

TEST(hdf5_errors, full_disk_keeps_the_old_file) {
  const scratch folder;
  const std::string path = small_file(folder, "u.h5");
  const std::string before = content_of(path);
  const int n = world().size();
  for (const grid_dims<2> dims : {grid_dims<2>{n, 1}, grid_dims<2>{1, n}}) {
    global_array<double, 2> u(process_grid<2>(world(), dims), {200, 100});
    u = 1.0;
    for (const rlim_t bytes : {100U, 1000U, 3000U, 50000U, 160000U, 160400U}) {
      SCOPED_TRACE(bytes);
      const tessera_test::file_size_limit limit(bytes);
      expect_message(
          [&] {
            hdf5_file file = hdf5_file::create(world(), path);
            file.write("u", u);
            file.set_attribute("u", "dt", 0.1);
            file.commit();
          },
          {"file: ", "cannot write '", "u.h5': File too large"});
      EXPECT_EQ(folder.entries(), 1);
    }
  }
  EXPECT_EQ(content_of(path), before);
}

TEST(hdf5_errors, after_a_failure_nothing_is_committed) {
  const scratch folder;
  hdf5_file file = hdf5_file::create(world(), folder / "u.h5");
  global_array<double, 1> u(process_grid<1>(world()), {10000});
  u = 1.0;
  {
    const tessera_test::file_size_limit limit(5000);
    expect_message([&] { file.write("u", u); }, {"u.h5': File too large"});
  }
  expect_message([&] { file.write("v", u); }, {"an earlier step failed"});
  expect_message([&] { file.commit(); }, {"an earlier step failed"});
  EXPECT_EQ(folder.entries(), 0);
}
