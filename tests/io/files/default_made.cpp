// Global arrays that were made without arguments are refused by whatever reads or writes files, and
// nothing is left behind.
#include "message_of.hpp"
#include "support/scratch.hpp"

#include <tessera/io.hpp>

#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <string>

using namespace tessera;
using namespace tessera_test;

TEST(default_made, arrays_are_refused_by_files) {
  const communicator world = communicator::world();
  const scratch folder;
  global_array<double, 2> none;
  global_array<double, 2> whole(process_grid<2>(world), {4, 6});
  whole = 1.0;
  hdf5_file file = hdf5_file::create(world, folder / "whole.h5");
  file.write("u", whole);
  checkpoint saved(world, folder / "run");
  saved.save(1, {{"u", whole}});
  const auto expect_refusal = [](const char* name, const std::function<void()>& call) {
    const std::string text = message_of<error>(call);
    EXPECT_NE(text.find("made without arguments"), std::string::npos) << name << ": " << text;
  };
  expect_refusal("save_npy", [&] { save_npy(folder / "u.npy", none); });
  expect_refusal("savetxt", [&] { savetxt(folder / "u.txt", none); });
  EXPECT_THROW(imsave(folder / "u.png", none), shape_error); // as of any array without elements
  expect_refusal("write", [&] { file.write("none", none); });
  expect_refusal("append", [&] { file.append("frames", none); });
  expect_refusal("read", [&] { file.read("u", none); });
  expect_refusal("save", [&] { saved.save(2, {{"u", none}}); });
  expect_refusal("restore", [&] { static_cast<void>(saved.restore({{"u", none}})); });
  world.barrier();
  for (const char* name : {"u.npy", "u.txt", "u.png"})
    EXPECT_FALSE(std::filesystem::exists(folder / name)) << name;
  EXPECT_EQ(saved.restore({{"u", whole}}).value_or(0), 1);
}
