/// @file
/// Interleaved blocks, written together many times. HDF5's own way of doing that with Open MPI
/// 4.1.4 gets it wrong; hdf5_corruption.py runs it as a control, in a program of its own.

#include "support/numbered.hpp"
#include "support/scratch.hpp"

#include <tessera/io/hdf5.hpp>

#include <gtest/gtest.h>

#include <cstdio>
#include <functional>
#include <hdf5.h>
#include <random>
#include <string>

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

using writer =
    std::function<void(const communicator&, const std::string&, const global_array<double, 2>&)>;

void write_with_the_library(const communicator& comm, const std::string& path,
                            const global_array<double, 2>& u) {
  hdf5_file file = hdf5_file::create(comm, path);
  file.write("u", u);
  file.commit();
}

std::vector<hsize_t> sizes(const shape_t<2>& shape) { return {shape.begin(), shape.end()}; }

void write_collectively(const communicator& comm, const std::string& path,
                        const global_array<double, 2>& u) {
  const ndarray<double, 2> mine(u.owned());
  const hid_t access = H5Pcreate(H5P_FILE_ACCESS);
  H5Pset_fapl_mpio(access, comm.native(), MPI_INFO_NULL);
  const hid_t file = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, access);
  const hid_t space = H5Screate_simple(2, sizes(u.shape()).data(), nullptr);
  const hid_t memory = H5Screate_simple(2, sizes(mine.shape()).data(), nullptr);
  const hid_t dataset =
      H5Dcreate2(file, "u", H5T_NATIVE_DOUBLE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  H5Sselect_hyperslab(space, H5S_SELECT_SET, sizes(u.block().lower).data(), nullptr,
                      sizes(mine.shape()).data(), nullptr);
  const hid_t mode = H5Pcreate(H5P_DATASET_XFER);
  H5Pset_dxpl_mpio(mode, H5FD_MPIO_COLLECTIVE);
  EXPECT_GE(H5Dwrite(dataset, H5T_NATIVE_DOUBLE, memory, space, mode, mine.data()), 0);
  for (const hid_t id : {mode, dataset, memory, space, access}) H5Idec_ref(id);
  EXPECT_GE(H5Fclose(file), 0);
  comm.barrier();
}

/// In how many of the files there are wrong bytes.
int faults(const writer& write) {
  const scratch folder;
  const std::string path = folder / "u.h5";
  const cartesian grid;
  const communicator comm = grid.comm();
  std::mt19937 random(20240607);
  std::uniform_int_distribution<index_t> size(8, 43);
  int count = 0;
  for (int k = 0; k < repetitions; ++k) {
    const shape_t<2> shape{size(random), size(random)};
    global_array<double, 2> u(process_grid<2>(comm), shape);
    tessera_test::number(u);
    write(comm, path, u);
    u = 0.0;
    hdf5_file::open(comm, path).read("u", u);
    count += allreduce_sum(comm, tessera_test::misnumbered(u)) > 0 ? 1 : 0;
  }
  return count;
}

} // namespace

TEST(hdf5_corruption, does_not_happen) { EXPECT_EQ(faults(write_with_the_library), 0); }

TEST(hdf5_corruption, DISABLED_collective_writes_of_hdf5) {
  const int count = faults(write_collectively);
  if (communicator::world().rank() == 0) std::printf("wrong files: %d of %d\n", count, repetitions);
}
