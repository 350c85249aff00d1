/// @file
/// Each chunk has one owner, and what lies in a block as a whole stays there.

#include "zarr/chunks/owned_chunks.hpp"
#include "parts/part_in_memory.hpp"
#include "random_dims.hpp"

#include <tessera/core/creation/create.hpp>
#include <tessera/distributed/messages.hpp>
#include <tessera/io/zarr.hpp>

#include <gtest/gtest.h>

#include <vector>

using namespace tessera;
using detail::owned_chunks;
using tessera_test::distribution_of_any_kind;
using tessera_test::random_grid;
using tessera_test::world;

namespace {

/// Adds 1 to the chunks that a box of elements has.
void count_chunks(ndarray<int, 2>& chunks, const std::vector<index_t>& chunk,
                  const std::vector<index_t>& lower, const std::vector<index_t>& shape) {
  for (index_t i = lower[0]; i < lower[0] + shape[0]; i += chunk[0])
    for (index_t j = lower[1]; j < lower[1] + shape[1]; j += chunk[1])
      chunks(i / chunk[0], j / chunk[1]) += 1;
}

/// How often each chunk of an array is written, by all ranks together.
ndarray<int, 2> times_written(const global_array<double, 2>& u, const std::vector<index_t>& chunk) {
  const auto node = detail::as_node(u);
  const detail::view_ref ref = node.ref();
  const detail::file_source from = detail::file_source_of<double>(ref);
  const owned_chunks owned(from, chunk);
  ndarray<int, 2> counts = zeros<int, 2>(
      {(u.shape()[0] + chunk[0] - 1) / chunk[0], (u.shape()[1] + chunk[1] - 1) / chunk[1]});
  const detail::file_part mine = owned.whole(detail::held_here(from, world().rank()).part);
  if (mine.memory.size() > 0) count_chunks(counts, chunk, mine.lower, mine.memory.shape);
  if (world().rank() == 0)
    for (const detail::chunked_box& box : owned.divided())
      count_chunks(counts, chunk, box.lower, box.shape);
  return allreduce(world(), counts);
}

} // namespace

TEST(owned_chunks, are_each_written_once) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int round = 0; round < 40; ++round) {
    const shape_t<2> shape{random.between(1, 40), random.between(1, 40)};
    const process_grid<2> grid = random_grid<2>(random, world());
    const global_array<double, 2> u(grid, distribution_of_any_kind(random, shape, grid.dims()));
    const std::vector<index_t> chunk{random.between(1, 12), random.between(1, 12)};
    SCOPED_TRACE(to_string(shape) + " in chunks of " + std::to_string(chunk[0]) + " x " +
                 std::to_string(chunk[1]));
    EXPECT_TRUE(all(times_written(u, chunk) == 1));
  }
}

TEST(owned_chunks, stay_where_they_fit_the_blocks) {
  const global_array<double, 2> u(grid_along<2>(world(), 0), {8 * world().size(), 10});
  const auto node = detail::as_node(u);
  const detail::view_ref ref = node.ref();
  const detail::file_source from = detail::file_source_of<double>(ref);
  const detail::file_part held = detail::held_here(from, world().rank()).part;
  for (const std::vector<index_t>& chunk : {std::vector<index_t>{4, 10}, {8, 3}, {2, 20}}) {
    const owned_chunks owned(from, chunk);
    EXPECT_TRUE(owned.divided().empty());
    EXPECT_EQ(owned.whole(held).memory.shape, held.memory.shape);
  }
  // Otherwise only those on the boundaries between blocks do not: 5 rows at most for each.
  const owned_chunks across(from, {5, 10});
  EXPECT_LE(across.divided().size(), static_cast<std::size_t>(world().size() - 1));
  for (const detail::chunked_box& box : across.divided()) EXPECT_EQ(box.shape[0] % 5, 0);
}
