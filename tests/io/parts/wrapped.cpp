// Arrays in memory of the caller's, with ghost cells and gaps between rows: files do not show it.
#include "support/scratch.hpp"

#include <tessera/core.hpp>
#include <tessera/distributed.hpp>
#include <tessera/io/hdf5.hpp>
#include <tessera/io/npy.hpp>

#include <gtest/gtest.h>

#include <vector>

using namespace tessera;
using tessera_test::content_of;
using tessera_test::scratch;

namespace {

/// The same elements in an array of the library's own and in memory with a gap of two cells.
struct wrapped_example {
  communicator world = communicator::world();
  process_grid<2> grid{world};
  distribution<2> where{{11, 7}, grid};
  shape_t<2> mine = where.local_shape(world.rank());
  std::vector<double> memory =
      std::vector<double>(static_cast<std::size_t>((mine[0] + 2) * (mine[1] + 4)), -1.0);
  global_array<double, 2> own{grid, where};
  global_array<double, 2> wrapped = wrap(grid, where, memory.data(), halo<2>(1), {mine[1] + 4, 1});

  wrapped_example() {
    const auto value = [](index_t i, index_t j) { return static_cast<double>(10 * i + j) / 8.0; };
    own.fill(value);
    wrapped.fill(value);
  }
};

} // namespace

TEST(wrapped, npy) {
  const scratch folder;
  const wrapped_example x;
  save_npy(folder / "own", x.own);
  save_npy(folder / "wrapped", x.wrapped);
  EXPECT_EQ(content_of(folder / "wrapped"), content_of(folder / "own"));
}

TEST(wrapped, hdf5) {
  const scratch folder;
  wrapped_example x;
  {
    hdf5_file file = hdf5_file::create(x.world, folder / "u.h5");
    file.write("u", x.wrapped);
    file.write("packed", x.wrapped, {.chunk = {4, 3}, .deflate = 1});
    file.commit();
  }
  hdf5_file file = hdf5_file::open(x.world, folder / "u.h5");
  for (const char* const name : {"u", "packed"}) {
    x.wrapped = -2.0;
    file.read(name, x.wrapped);
    EXPECT_TRUE(array_equal(x.wrapped.gather_all(), x.own.gather_all())) << name;
    EXPECT_TRUE(array_equal(file.read<double, 2>(name), x.own.gather_all())) << name;
  }
  const auto gap = static_cast<std::size_t>(x.mine[1] + 2); // behind the first row
  if (size_of(x.mine) > 0) {
    EXPECT_EQ(x.memory[gap], -1.0);
  }
}
