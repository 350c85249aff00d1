#include "cases.hpp"
#include "memory_limit.hpp"
#include "message_of.hpp"

#include <tessera/distributed/memory/shared_memory.hpp>

#include <optional>

using namespace tessera_test;

namespace {

/// What a cell of rank r's padded block holds before its halo is added.
template <class T> T cell_value(int r, index_t cell) {
  const double x = static_cast<double>((cell * 7 + r * 31) % 101);
  return static_cast<T>(std::is_floating_point_v<T> ? x : x + 1);
}
/// A general number: sums of such depend on the order.
template <> double cell_value<double>(int r, index_t cell) {
  return 1.0 / static_cast<double>(3 + (cell * 7 + r * 31) % 101) - 0.1 * r;
}

template <std::size_t N>
shape_t<N> padded_shape_of(const distribution<N>& d, const halo<N>& width, int rank) {
  shape_t<N> shape = d.block(rank).shape();
  if (d.block(rank).empty()) return shape_t<N>{};
  for (std::size_t k = 0; k < N; ++k) shape[k] += width.lower[k] + width.upper[k];
  return shape;
}

/// The element that a cell of a rank's block stands for; false when there is none.
template <std::size_t N>
bool element_of_cell(const distribution<N>& d, const halo<N>& width, int rank,
                     const shape_t<N>& cell, shape_t<N>& index, bool& owned) {
  owned = true;
  for (std::size_t k = 0; k < N; ++k) {
    const index_t n = d.shape()[k];
    const interval block{d.block(rank).lower[k], d.block(rank).upper[k]};
    index[k] = block.lower + cell[k] - width.lower[k];
    owned = owned && index[k] >= block.lower && index[k] < block.upper;
    if (width.periodic[k]) index[k] = (index[k] % n + n) % n;
    if (index[k] < 0 || index[k] >= n) return false;
  }
  return true;
}

/// Own elements first, then the halos' cells: rank by rank, row by row.
template <class T, std::size_t N>
std::vector<T> serial_sums(const distribution<N>& d, const halo<N>& width) {
  std::vector<T> sums(static_cast<std::size_t>(size_of(d.shape())));
  for (const bool halos : {false, true})
    for (int rank = 0; rank < d.ranks(); ++rank) {
      index_t number = 0;
      for_each_index(padded_shape_of(d, width, rank), [&](const shape_t<N>& cell) {
        const T value = cell_value<T>(rank, number++);
        shape_t<N> index{};
        bool owned = false;
        if (!element_of_cell(d, width, rank, cell, index, owned) || owned == halos) return;
        T& sum = sums[static_cast<std::size_t>(flat_index(index, d.shape()))];
        sum = halos ? static_cast<T>(sum + value) : value;
      });
    }
  return sums;
}

template <class T, std::size_t N> void fill_cells(global_array<T, N>& u) {
  for (index_t i = 0; i < u.padded().size(); ++i) u.data()[i] = cell_value<T>(u.comm().rank(), i);
}

/// Elements of this rank that differ from the serial sums, and cells of its halo that changed.
template <class T, std::size_t N> index_t wrong_sums(const global_array<T, N>& u) {
  const std::vector<T> expected = serial_sums<T>(u.distribution(), u.halo());
  index_t wrong = 0;
  index_t number = 0;
  for_each_index(u.padded().shape(), [&](const shape_t<N>& cell) {
    const T found = u.data()[number];
    const T before = cell_value<T>(u.comm().rank(), number++);
    shape_t<N> index{};
    bool owned = false;
    const bool inside =
        element_of_cell(u.distribution(), u.halo(), u.comm().rank(), cell, index, owned);
    const T right =
        inside && owned ? expected[static_cast<std::size_t>(flat_index(index, u.shape()))] : before;
    wrong += same_bits(found, right) ? 0 : 1;
  });
  return wrong;
}

template <class T, std::size_t N>
void check_random_sums(int cases, index_t largest, index_t widest,
                       const communicator& comm = world()) {
  random_source random;
  SCOPED_TRACE(random.trace());
  const auto grids = all_grids<N>(comm);
  index_t changed = 0;
  for (int i = 0; i < cases; ++i) {
    const process_grid<N>& grid = any_of(random, grids);
    const auto blocks =
        random_distribution(random, random_shape_of<N>(random, largest), grid.dims());
    const auto width = random_halo<N>(random, widest);
    global_array<T, N> u(grid, blocks, width);
    fill_cells(u);
    changed += wrong_sums(u);
    u.add_halo();
    EXPECT_EQ(wrong_sums(u), 0) << describe(blocks, width);
  }
  EXPECT_GT(allreduce_sum(comm, changed), 0); // or nothing was added
}

} // namespace

TEST(add_halo, equals_serial_1d) { check_random_sums<double, 1>(150, 9, 4); }
TEST(add_halo, equals_serial_2d) { check_random_sums<double, 2>(150, 8, 3); }
TEST(add_halo, equals_serial_3d) { check_random_sums<double, 3>(40, 6, 2); }
TEST(add_halo, whole_numbers) {
  check_random_sums<float, 2>(40, 8, 3);
  check_random_sums<std::int32_t, 2>(40, 8, 3);
  check_random_sums<std::uint8_t, 2>(40, 8, 3);
}
TEST(add_halo, domain_wrapped_many_times) { check_random_sums<double, 2>(30, 2, 7); }
TEST(add_halo, two_groups_of_ranks_at_once) {
  check_random_sums<double, 2>(20, 8, 3, world().split(world().rank() % 2, -world().rank()));
}

TEST(add_halo, makes_the_halo_stale) {
  global_array<double, 2> u(process_grid<2>(world()), {9, 8}, halo<2>(1, true));
  fill_numbered(u);
  u.update_halo();
  ASSERT_TRUE(u.halo_is_fresh());
  add_halo(u);
  EXPECT_FALSE(u.halo_is_fresh());
}

// A cell at the edge of a block has copies around the blocks beside it.
TEST(add_halo, counts_the_copies) {
  const int ranks = world().size();
  global_array<double, 2> u(process_grid<2>(world(), {0, 1}), {4 * ranks, 8}, halo<2>(1, true));
  u = 1.0;
  u.update_halo();
  u.add_halo();
  const ndarray<double, 2> whole = u.gather_all();
  for (index_t i = 0; i < whole.shape()[0]; ++i)
    EXPECT_EQ(whole(i, 3), i % 4 == 0 || i % 4 == 3 ? 2.0 : 1.0) << i;
}

TEST(add_halo, after_memory_ran_out) {
  if (is_sanitized || world().size() == 1) GTEST_SKIP();
  const bool shared = uses_shared_memory();
  use_shared_memory(false);
  set_memory_cache_limit(0);
  const int ranks = world().size();
  const int rank = world().rank();
  const process_grid<2> grid(world(), {1, ranks});
  global_array<double, 2> u(grid, {index_t{5} << 20, 2 * ranks}, halo<2>({0, 1}, {0, 1}));
  u.padded() = 1.0;
  {
    std::optional<memory_limit> limit; // messages are of 40 MiB, which malloc maps each
    if (rank == ranks - 1) limit.emplace();
    message_of<memory_error>([&] { u.add_halo(); });
  }
  u.add_halo();
  // Each neighbour adds its cell once.
  const double first = rank > 0 ? 2.0 : 1.0;
  const double last = rank < ranks - 1 ? 2.0 : 1.0;
  EXPECT_TRUE(tessera::all(u.owned()(tessera::all, 0) == first));
  EXPECT_TRUE(tessera::all(u.owned()(tessera::all, 1) == last));
  set_memory_cache_limit(std::size_t{1} << 30);
  use_shared_memory(shared);
}
