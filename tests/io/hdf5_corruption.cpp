/// @file
/// Interleaved blocks, written together many times. Open MPI gets that wrong where it is not kept
/// from it; hdf5_corruption.py runs the tests named DISABLED, each in a program of its own.

#include "numbered.hpp"
#include "scratch.hpp"

#include <tessera/io/hdf5.hpp>

#include <gtest/gtest.h>

#include <cstdio>
#include <random>

using namespace tessera;
using tessera_test::scratch;

namespace {

constexpr int repetitions = 60;

/// A communicator with a topology, which provokes the fault.
class cartesian {
public:
  cartesian() {
    const communicator world = communicator::world();
    const int periodic[2] = {0, 0};
    grid_dims<2> dims{};
    MPI_Dims_create(world.size(), 2, dims.data());
    MPI_Cart_create(world.native(), 2, dims.data(), periodic, 0, &handle_);
  }
  cartesian(const cartesian&) = delete;
  cartesian& operator=(const cartesian&) = delete;
  ~cartesian() { MPI_Comm_free(&handle_); }
  [[nodiscard]] communicator comm() const { return communicator(handle_); }

private:
  MPI_Comm handle_ = MPI_COMM_NULL;
};

index_t wrong_elements(const communicator& comm, const std::string& path, const shape_t<2>& shape) {
  global_array<double, 2> u(process_grid<2>(comm), shape);
  tessera_test::number(u);
  hdf5_file file = hdf5_file::create(comm, path);
  file.write("u", u);
  file.commit();
  u = 0.0;
  hdf5_file::open(comm, path).read("u", u);
  return allreduce_sum(comm, tessera_test::misnumbered(u));
}

/// In how many of the files there are wrong bytes.
int faults() {
  const scratch folder;
  const cartesian grid;
  std::mt19937 random(20240607);
  std::uniform_int_distribution<index_t> size(3, 43);
  int count = 0;
  for (int k = 0; k < repetitions; ++k) {
    const shape_t<2> shape{size(random), size(random)};
    count += wrong_elements(grid.comm(), folder / "u.h5", shape) > 0 ? 1 : 0;
  }
  return count;
}

} // namespace

TEST(hdf5_corruption, does_not_happen) { EXPECT_EQ(faults(), 0); }

TEST(hdf5_corruption, DISABLED_does_not_happen_after_other_files) {
  const scratch folder;
  MPI_File other = MPI_FILE_NULL;
  MPI_File_open(MPI_COMM_WORLD, (folder / "other").c_str(), MPI_MODE_CREATE | MPI_MODE_WRONLY,
                MPI_INFO_NULL, &other);
  MPI_File_close(&other);
  EXPECT_EQ(faults(), 0);
}

TEST(hdf5_corruption, DISABLED_without_the_cure) {
  detail::set_hdf5_cure(detail::hdf5_cure::off);
  const int count = faults();
  detail::set_hdf5_cure(detail::hdf5_cure::on);
  if (communicator::world().rank() == 0)
    std::printf("wrong files: %d of %d\n", count, repetitions);
}
