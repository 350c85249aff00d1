#include "support/scratch.hpp"

#include <tessera/distributed.hpp>
#include <tessera/io/hdf5.hpp>

#include <gtest/gtest.h>

using namespace tessera;
using tessera_test::message_of;
using tessera_test::scratch;

namespace {

/// How many elements are seen, and their sum. Collective.
std::pair<index_t, double> scanned(hdf5_file& file, const std::string& name) {
  index_t count = 0;
  double sum = 0;
  const bool read = file.scan(name, [&](const void* elements, index_t n) {
    for (index_t i = 0; i < n; ++i) sum += static_cast<const double*>(elements)[i];
    count += n;
  });
  EXPECT_TRUE(read);
  return {allreduce_sum(file.comm(), count), allreduce_sum(file.comm(), sum)};
}

} // namespace

TEST(hdf5_scan, sees_every_element_once) {
  const scratch folder;
  const communicator world = communicator::world();
  // More than one piece of 8 MiB for each of a few ranks.
  global_array<double, 3> large(process_grid<3>(world), {3, 1100, 1000});
  large.fill([](index_t i, index_t j, index_t k) { return static_cast<double>(i + j + k); });
  hdf5_file made = hdf5_file::create(world, folder / "a.h5");
  made.write("large", large);
  made.write("chunks", large, {.chunk = {1, 100, 1000}, .fletcher32 = true});
  made.write("none", global_array<double, 2>(process_grid<2>(world), {0, 3}));
  made.commit();
  hdf5_file file = hdf5_file::open(world, folder / "a.h5");
  const std::pair<index_t, double> expected{large.size(), sum(large)};
  EXPECT_EQ(scanned(file, "large"), expected);
  EXPECT_EQ(scanned(file, "chunks"), expected);
  EXPECT_EQ(scanned(file, "none"), (std::pair<index_t, double>{0, 0.0}));
  EXPECT_NE(message_of([&] { scanned(file, "other"); }).find("the file holds"), std::string::npos);
}
