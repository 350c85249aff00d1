#include "cases.hpp"
#include "message_of.hpp"

#include <tessera/distributed/records/record_mover.hpp>

#include <cmath>
#include <string>

using namespace tessera_test;

namespace {

struct particle {
  double x;
  double y;
  std::int64_t number;
};

/// Particles 0 to n - 1, anywhere in [0, 1)^2; all ranks draw the same.
std::vector<particle> drawn(random_source& random, index_t n) {
  std::vector<particle> result;
  for (index_t k = 0; k < n; ++k)
    result.push_back({static_cast<double>(random.between(0, 999)) / 1000,
                      static_cast<double>(random.between(0, 999)) / 1000, k});
  return result;
}

shape_t<2> cell_of(const particle& p, const shape_t<2>& shape) {
  return {static_cast<index_t>(p.x * static_cast<double>(shape[0])),
          static_cast<index_t>(p.y * static_cast<double>(shape[1]))};
}

/// What each rank has at first: in turn, or all on one rank.
std::vector<std::vector<particle>> dealt(const std::vector<particle>& whole, index_t first_on) {
  std::vector<std::vector<particle>> result(static_cast<std::size_t>(world().size()));
  for (const particle& p : whole)
    result[first_on < 0 ? static_cast<std::size_t>(p.number) % result.size()
                        : static_cast<std::size_t>(first_on)]
        .push_back(p);
  return result;
}

template <class Owner>
std::vector<particle> owned_by(int rank, const std::vector<std::vector<particle>>& lists,
                               const Owner& owner) {
  std::vector<particle> result;
  for (const auto& list : lists)
    for (const particle& p : list)
      if (owner(p) == rank) result.push_back(p);
  return result;
}

void expect_equal(const std::vector<particle>& found, const std::vector<particle>& expected) {
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t k = 0; k < found.size(); ++k) EXPECT_TRUE(same_bits(found[k], expected[k])) << k;
}

} // namespace

TEST(record_mover, records_come_to_their_owners_in_order) {
  random_source random;
  SCOPED_TRACE(random.trace());
  record_mover<particle> mover(world());
  const int me = world().rank();
  for (int i = 0; i < 8; ++i) {
    const process_grid<2> grid = random_grid<2>(random, world());
    const shape_t<2> shape{random.between(1, 9), random.between(1, 9)};
    const auto who = distribution_of_any_kind(random, shape, grid.dims());
    const auto whole = drawn(random, random.between(0, 200));
    auto lists = dealt(whole, random.between(-1, world().size() - 1));
    const auto cell = [&](const particle& p) { return cell_of(p, shape); };
    const auto owner = [&](const particle& p) { return who.owner(cell(p)); };
    std::vector<particle> mine = lists[static_cast<std::size_t>(me)];
    index_t stay = 0;
    for (const particle& p : mine) stay += owner(p) == me ? 1 : 0;
    const auto before = static_cast<index_t>(mine.size());
    const moved_records moved = mover.move(mine, who, cell);
    expect_equal(mine, owned_by(me, lists, owner));
    EXPECT_EQ(moved.sent, before - stay);
    EXPECT_EQ(moved.received, static_cast<index_t>(mine.size()) - stay);
    const moved_records again = mover.move(mine, who, cell);
    EXPECT_EQ(again.sent + again.received, 0);
    // To any ranks.
    const auto in_turn = [](const particle& p) { return p.number % world().size(); };
    mover.move(mine, in_turn);
    sort_by(mine, [](const particle& p) { return p.number; });
    expect_equal(mine, owned_by(me, {whole}, in_turn));
  }
}

TEST(record_mover, copies_go_to_all_who_want_them) {
  random_source random;
  SCOPED_TRACE(random.trace());
  const auto lists = dealt(drawn(random, 100), -1);
  const int ranks = world().size();
  const auto wants = [&](const particle& p, int rank) {
    return (p.number + rank) % 3 == 0 || rank == ranks - 1;
  };
  record_mover<particle> mover(world());
  std::vector<particle> ghosts;
  for (int run = 0; run < 2; ++run)
    mover.copy(lists[static_cast<std::size_t>(world().rank())], ghosts,
               [&](const particle& p, const auto& give) {
                 for (int r = 0; r < ranks; ++r)
                   if (wants(p, r)) give(r);
               });
  std::vector<particle> expected;
  for (const auto& list : lists)
    for (const particle& p : list)
      if (wants(p, world().rank())) expected.push_back(p);
  expect_equal(ghosts, expected);
}

TEST(record_mover, errors_are_the_same_on_all_ranks) {
  const process_grid<1> grid(world());
  const global_array<double, 1> u(grid, {10});
  const int last = world().size() - 1;
  const std::string rank = world().size() == 1 ? "" : "rank " + std::to_string(last) + ": ";
  std::vector<index_t> cells{3, world().rank() == last ? 10 : 4};
  const auto cell = [](index_t i) { return shape_t<1>{i}; };
  EXPECT_EQ(message_of<index_error>([&] { move_to_owners(u, cells, cell); }),
            rank + "record 1 is in cell (10,), outside shape (10,); wrap or remove it first");
  EXPECT_EQ(cells[0], 3);
  EXPECT_EQ(message_of<argument_error>([&] {
              move_to_owners(world(), cells, [&](index_t i) { return i == 10 ? -1 : 0; });
            }),
            rank + "a record for rank -1; there are ranks 0 to " + std::to_string(last));
  EXPECT_EQ(message_of<communication_error>([&] {
              record_mover<index_t>().move(cells, [](index_t) { return 0; });
            }).empty(),
            false);
}
