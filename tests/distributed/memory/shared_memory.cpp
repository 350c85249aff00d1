#include "cases.hpp"

#include <tessera/distributed/arrays/copy_plan.hpp>
#include <tessera/distributed/arrays/create.hpp>
#include <tessera/distributed/memory/shared_memory.hpp>
#include <tessera/distributed/reduce.hpp>

#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

using namespace tessera_test;

namespace {

/// Sets whether memory is shared while it lives.
class sharing {
public:
  explicit sharing(bool yes) : before_(uses_shared_memory()) { use_shared_memory(yes); }
  sharing(const sharing&) = delete;
  sharing& operator=(const sharing&) = delete;
  ~sharing() { use_shared_memory(before_); }

private:
  bool before_;
};

struct case_2d {
  process_grid<2> grid;
  distribution<2> blocks;
  halo<2> width;
};

case_2d random_case(random_source& random, const std::vector<process_grid<2>>& grids,
                    const shape_t<2>& shape) {
  const process_grid<2>& grid = any_of(random, grids);
  return {grid, random_distribution(random, shape, grid.dims()), random_halo<2>(random, 3)};
}

global_array<double, 2> make(const case_2d& c, bool shared) {
  const sharing set(shared);
  return {c.grid, c.blocks, c.width};
}

/// Bytes of the padded blocks that differ.
index_t differing_bytes(const global_array<double, 2>& a, const global_array<double, 2>& b) {
  const auto* x = reinterpret_cast<const unsigned char*>(a.data());
  const auto* y = reinterpret_cast<const unsigned char*>(b.data());
  index_t count = 0;
  for (index_t i = 0; i < a.padded().size() * index_t{sizeof(double)}; ++i)
    count += x[i] == y[i] ? 0 : 1;
  return count;
}

global_array<double, 2> periodic(index_t width = 1, index_t n = 64) {
  global_array<double, 2> u(process_grid<2>(world(), {0, 1}), {n, n}, halo<2>(width, true));
  spoil(u);
  fill_numbered(u);
  return u;
}

/// Does the halo above the first row hold the row before?
bool has_exchanged(const global_array<double, 2>& u) {
  if (u.block().empty()) return true;
  const index_t n = u.shape()[0];
  const index_t row = (u.block().lower[0] - 1 + n) % n;
  return u.padded()(u.halo().lower[0] - 1, u.halo().lower[1]) == element_of<double>(row * n);
}

/// Cells of a periodic array and its halo that do not hold what fill_numbered gave the elements.
index_t wrong_cells(const global_array<double, 3>& u) {
  const auto cells = u.padded();
  const shape_t<3>& n = u.shape();
  shape_t<3> first;
  for (std::size_t d = 0; d < 3; ++d) first[d] = u.block().lower[d] - u.halo().lower[d] + n[d];
  index_t wrong = 0;
  for (index_t i = 0; i < cells.shape()[0]; ++i)
    for (index_t j = 0; j < cells.shape()[1]; ++j)
      for (index_t k = 0; k < cells.shape()[2]; ++k) {
        const index_t row = (first[0] + i) % n[0] * n[1] + (first[1] + j) % n[1];
        const index_t element = row * n[2] + (first[2] + k) % n[2];
        wrong += same_bits(cells(i, j, k), element_of<double>(element)) ? 0 : 1;
      }
  return wrong;
}

} // namespace

TEST(shared_memory, same_bits_as_messages) {
  random_source random;
  SCOPED_TRACE(random.trace());
  const auto grids = all_grids<2>(world());
  for (int i = 0; i < 60; ++i) {
    const shape_t<2> shape{random.between(1, 90), random.between(1, 90)};
    const case_2d here = random_case(random, grids, shape);
    const case_2d there = random_case(random, grids, shape);
    global_array<double, 2> result[2][2];
    for (const bool shared : {false, true}) {
      const sharing set(shared);
      auto& [u, v] = result[shared ? 1 : 0];
      u = make(here, shared);
      v = make(there, shared);
      spoil(u);
      spoil(v);
      fill_numbered(u);
      u.update_halo();
      u.add_halo();
      redistribute(u, v);
      v.update_halo();
    }
    EXPECT_EQ(differing_bytes(result[0][0], result[1][0]), 0) << describe(here.blocks, here.width);
    EXPECT_EQ(differing_bytes(result[0][1], result[1][1]), 0)
        << describe(there.blocks, there.width);
  }
}

// One is written while slow ranks may still be about to read it, unless somebody waits.
TEST(shared_memory, nobody_reads_too_late) {
  for (const index_t n : {16, 64, 512}) {
    auto u = periodic(1, n);
    for (int step = 1; step <= 60; ++step) {
      view<double, 2> mine = u.owned();
      mine = static_cast<double>(step * world().size() + world().rank());
      u.update_halo();
      const int before = (world().rank() + world().size() - 1) % world().size();
      const int after = (world().rank() + 1) % world().size();
      const view<double, 2> all_cells = u.padded();
      const double expected_before = step * world().size() + before;
      const double expected_after = step * world().size() + after;
      EXPECT_EQ(all_cells(0, 1), expected_before) << "step " << step;
      EXPECT_EQ(all_cells(0, all_cells.shape()[1] - 1), expected_before) << "step " << step;
      EXPECT_EQ(all_cells(all_cells.shape()[0] - 1, n / 2), expected_after) << "step " << step;
    }
  }
}

// An array that is not open for writing may be left to its readers, until it is written.
TEST(shared_memory, assigned_after_all_have_read) {
  const int ranks = world().size();
  const process_grid<2> grid(world(), {0, 1});
  for (const index_t n : {16, 65536}) {
    global_array<double, 2> u(grid, {2 * ranks, n}, halo<2>(1, true));
    const auto first = world().rank() == ranks - 1 ? 0 : u.block().upper[0]; // of the next rank
    const auto numbers =
        fromfunction([](index_t i, index_t) { return static_cast<double>(i); }, grid, u.shape());
    for (int step = 1; step <= 20; ++step) {
      u = numbers + static_cast<double>(step * 1000);
      u.update_halo();
      const auto cells = std::as_const(u).padded();
      const index_t last = cells.shape()[0] - 1;
      u = -1.0;
      index_t wrong = 0;
      for (index_t j = 1; j <= n; ++j)
        wrong += cells(last, j) == static_cast<double>(step * 1000 + first) ? 0 : 1;
      EXPECT_EQ(wrong, 0) << "step " << step;
    }
  }
}

// Long faces of short and of long rows: in slices, by MPI's types, straight from the block.
TEST(shared_memory, faces_of_all_shapes) {
  const process_grid<3> second(world(), {1, 0, 1});
  const process_grid<3> third(world(), {1, 1, 0});
  const index_t ranks = world().size();
  const shape_t<3> many{300, 40, 3 * ranks};    // short rows, near each other
  const shape_t<3> apart{110, 90, 520 * ranks}; // and a page apart
  const shape_t<3> rows{40, 2 * ranks, 300};    // long rows
  for (const auto& [grid, shape] : {std::pair(third, many), std::pair(third, apart),
                                    std::pair(second, rows), std::pair(second, apart)}) {
    for (const bool shared : {false, true}) {
      const sharing set(shared);
      global_array<double, 3> u(grid, shape, halo<3>({1, 1, 2}, {1, 1, 2}, {true, true, true}));
      spoil(u);
      fill_numbered(u);
      for (int i = 0; i < 3; ++i) u.update_halo();
      EXPECT_EQ(wrong_cells(u), 0) << to_string(shape) << (shared ? " shared" : " by messages");
    }
  }
}

TEST(shared_memory, finished_in_another_order_on_some_ranks) {
  for (const index_t n : {16, 256}) {
    auto u = periodic(1, n);
    auto v = periodic(2, n);
    for (int i = 0; i < 5; ++i) {
      transfer of_u = u.start_halo();
      transfer of_v = v.start_halo();
      if (world().rank() % 2 == 0) of_v.finish();
      of_u.finish();
      of_v.finish();
      EXPECT_TRUE(has_exchanged(u) && has_exchanged(v));
    }
  }
}

TEST(shared_memory, freed_in_another_order_on_some_ranks) {
  for (int i = 0; i < 20; ++i) {
    std::optional<global_array<double, 2>> u = periodic(1, 64 + i);
    std::optional<global_array<double, 2>> v = periodic(2, 512);
    u->update_halo();
    v->update_halo();
    if (world().rank() % 2 == 0) u.reset();
    v.reset();
    u.reset();
    auto w = periodic(1, 300);
    w.update_halo();
    EXPECT_TRUE(has_exchanged(w));
  }
}

TEST(shared_memory, one_rank_throws_while_a_transfer_is_under_way) {
  auto u = periodic();
  try {
    const transfer exchange = u.start_halo();
    if (world().rank() == 0) throw std::runtime_error("as a kernel might");
  } catch (const std::runtime_error&) {
  }
  EXPECT_TRUE(has_exchanged(u));
  auto v = periodic();
  v.update_halo();
  EXPECT_TRUE(has_exchanged(v));
}

// A plan does not know which arrays it will serve: those of another run may lie in private memory.
TEST(shared_memory, plan_for_shared_and_private_arrays) {
  auto u = periodic(0, 70);
  global_array<double, 2> v(process_grid<2>(world(), {1, 0}), {70, 70});
  const copy_plan plan(u, v);
  auto w = [] {
    const sharing set(false);
    return periodic(0, 70);
  }();
  for (const bool shared : {true, false, true}) {
    spoil(v);
    plan.run(shared ? u : w, v);
    EXPECT_EQ(wrong_elements(v), 0) << shared;
  }
}

TEST(shared_memory, plans_come_and_go) {
  auto u = periodic(1, 20);
  global_array<double, 2> v(process_grid<2>(world(), {1, 0}), {20, 20});
  for (int i = 0; i < 200; ++i) {
    spoil(v);
    redistribute(u, v);
    EXPECT_EQ(wrong_elements(v), 0);
  }
}

TEST(shared_memory, groups_of_ranks_that_overlap) {
  const communicator low = world().split(world().rank() < (world().size() + 1) / 2 ? 0 : 1);
  const communicator odd = world().split(world().rank() % 2, -world().rank());
  for (int i = 0; i < 4; ++i)
    for (const communicator& comm : {low, odd, world()}) {
      global_array<double, 2> u(process_grid<2>(comm), {31, 33}, halo<2>(2, true));
      fill_numbered(u);
      global_array<double, 2> v(process_grid<2>(comm, {1, 0}), {31, 33});
      u.update_halo();
      redistribute(u, v);
      EXPECT_EQ(wrong_elements(v), 0);
    }
}

TEST(shared_memory, can_be_switched) {
  const bool before = uses_shared_memory();
  {
    const sharing off(false);
    EXPECT_FALSE(uses_shared_memory());
  }
  EXPECT_EQ(uses_shared_memory(), before);
}

// An adaptive program makes arrays of ever other sizes: the memory of those that are gone comes
// back.
TEST(shared_memory, of_arrays_that_are_gone_is_given_back) {
  if (!uses_shared_memory() || world().size() == 1) GTEST_SKIP() << "nothing is shared";
  const index_t before = shared_memory_slack();
  constexpr index_t slack = index_t{1} << 20U;
  constexpr index_t apart = index_t{1} << 20U; // counters, and parts of pages
  set_shared_memory_slack(slack);
  random_source random;
  SCOPED_TRACE(random.trace());
  const process_grid<1> grid(world());
  std::vector<std::optional<global_array<double, 1>>> arrays(5);
  for (int i = 0; i < 150; ++i) {
    auto& array = arrays[static_cast<std::size_t>(random.between(0, 4))];
    array.reset();
    if (random.one_in(3)) continue;
    array.emplace(grid, shape_t<1>{random.between(1, 200000) * world().size()});
    *array = static_cast<double>(i);
    const shared_memory_use use = shared_memory_in_use();
    EXPECT_LE(use.taken + use.kept, use.most_taken + use.groups * (slack + apart));
    for (const auto& each : arrays)
      if (each && each->comm().rank() == i % world().size() && each->local_shape()[0] > 0) {
        const auto& mine = *each; // const: it is only read
        EXPECT_EQ(mine.owned()(0), mine.owned()(mine.local_shape()[0] - 1));
      }
  }
  arrays.clear();
  set_shared_memory_slack(0);
  const shared_memory_use use = shared_memory_in_use();
  EXPECT_LE(use.taken + use.kept, use.most_taken + use.groups * apart);
  set_shared_memory_slack(before);
}

// Ranks may free arrays in another order, and while an error unwinds.
TEST(shared_memory, is_freed_in_any_order) {
  const process_grid<1> grid(world());
  for (int i = 0; i < 20; ++i) {
    std::vector<std::optional<global_array<double, 1>>> arrays(3);
    for (auto& array : arrays) array.emplace(grid, shape_t<1>{100000 + 50000 * i});
    for (std::size_t k = 0; k < 3; ++k)
      arrays[(k + static_cast<std::size_t>(world().rank())) % 3].reset();
  }
  const auto u = ones(grid, {1000000});
  EXPECT_EQ(sum(u), 1000000);
}
