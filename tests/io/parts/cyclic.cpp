// Arrays whose elements are dealt out in turn: files do not show it.
#include "support/scratch.hpp"

#include <tessera/core.hpp>
#include <tessera/distributed.hpp>
#include <tessera/io/hdf5.hpp>
#include <tessera/io/image.hpp>
#include <tessera/io/npy.hpp>
#include <tessera/io/text/savetxt.hpp>

#include <gtest/gtest.h>

using namespace tessera;
using tessera_test::content_of;
using tessera_test::scratch;

namespace {

/// The same elements in blocks and dealt out.
struct example {
  process_grid<2> grid{communicator::world()};
  global_array<double, 2> blocks{grid, {11, 7}};
  global_array<double, 2> dealt{
      grid, distribution<2>(std::array{axis_distribution::cyclic(11, grid.dims()[0], 2),
                                       axis_distribution::cyclic(7, grid.dims()[1], 1)})};

  example() {
    const auto value = [](index_t i, index_t j) { return static_cast<double>(10 * i + j) / 8.0; };
    blocks.fill(value);
    dealt.fill(value);
  }
  [[nodiscard]] bool is_whole(const global_array<double, 2>& u) const {
    return array_equal(u.gather_all(), blocks.gather_all());
  }
};

/// write(path, array) makes the same file of both.
template <class Write> void expect_same_files(const scratch& folder, const Write& write) {
  const example x;
  write(folder / "blocks", x.blocks);
  write(folder / "dealt", x.dealt);
  EXPECT_EQ(content_of(folder / "dealt"), content_of(folder / "blocks"));
}

} // namespace

TEST(cyclic, written) {
  const scratch folder;
  expect_same_files(folder, [](const auto& path, const auto& u) { savetxt(path, u); });
  expect_same_files(folder, [](const auto& path, const auto& u) { imsave(path, u); });
  expect_same_files(folder, [](const auto& path, const auto& u) { save_npy(path, u); });
  const example x;
  EXPECT_TRUE(x.is_whole(load_npy<double, 2>(x.grid, folder / "dealt")));
}

TEST(cyclic, hdf5) {
  const scratch folder;
  const example x;
  const communicator world = communicator::world();
  {
    hdf5_file file = hdf5_file::create(world, folder / "u.h5");
    file.write("u", x.dealt);
    file.create_series("series", 2, x.dealt);
    file.write_frame("series", 1, x.dealt);
    file.commit();
  }
  hdf5_file file = hdf5_file::open(world, folder / "u.h5");
  EXPECT_TRUE(array_equal((file.read<double, 2>("u")), x.blocks.gather_all()));
  global_array<double, 2> dealt(x.grid, x.dealt.distribution());
  file.read("u", dealt);
  EXPECT_TRUE(x.is_whole(dealt));
  dealt = 0.0;
  file.read_frame("series", 1, dealt);
  EXPECT_TRUE(x.is_whole(dealt));
  global_array<double, 2> blocks(x.grid, {11, 7});
  file.read_frame("series", 1, blocks);
  EXPECT_TRUE(x.is_whole(blocks));
}
