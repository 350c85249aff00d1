#include <tessera/core/complex.hpp>
#include <tessera/core/members.hpp>
#include <tessera/core/text/text.hpp>
#include <tessera/distributed/messages.hpp>

#include "messages/in_pieces.hpp"

#include <array>
#include <cmath>
#include <complex>
#include <limits>

using namespace tessera_test;

namespace {

struct counts {
  std::int8_t small;
  bool seen;
};

/// Numbers of all kinds, with padding between them.
struct cell {
  std::int8_t id;
  double mass;
  float velocity[3];
  std::array<counts, 2> tallies;
  std::complex<double> wave;
  std::uint64_t hits;
  bool alive;
};

struct named {
  double height;
  fixed_string<6> name;
};

/// A member that is not reduced.
struct partly {
  double x;
  double untold;
};

struct plain {
  double x;
};

} // namespace

TESSERA_MEMBERS(counts, small, seen);
TESSERA_MEMBERS(cell, id, mass, velocity, tallies, wave, hits, alive);
TESSERA_MEMBERS(named, height, name);
TESSERA_MEMBERS(partly, x);

namespace {

class reduce_members : public in_pieces {};

double wild(index_t i, int rank) {
  const auto k = static_cast<double>(i);
  return std::sin(1.7 * k + rank) * std::pow(10.0, static_cast<double>((i * 7 + rank) % 25 - 12));
}

cell cell_of(index_t i, int rank) {
  cell c{};
  c.id = static_cast<std::int8_t>(50 * i + rank);
  c.mass = wild(i, rank);
  for (int d = 0; d < 3; ++d) c.velocity[d] = static_cast<float>(wild(i + d, rank));
  c.tallies = {counts{static_cast<std::int8_t>(100 + rank), rank == 1}, counts{-1, false}};
  c.wave = {wild(i + 5, rank), -wild(i + 6, rank)};
  c.hits = ~std::uint64_t{0} - static_cast<std::uint64_t>(i);
  c.alive = (i + rank) % 3 != 0;
  return c;
}

ndarray<cell, 1> cells_of(int rank, index_t count) {
  ndarray<cell, 1> cells(shape_t<1>{count});
  for (index_t i = 0; i < count; ++i) cells(i) = cell_of(i, rank);
  return cells;
}

/// The same numbers in arrays of their own, each reduced alone.
struct columns {
  std::vector<std::int8_t> id, small;
  std::vector<double> mass;
  std::vector<float> velocity;
  std::vector<std::complex<double>> wave;
  std::vector<std::uint64_t> hits;
  std::vector<char> seen, alive; // by `any` of bools below

  explicit columns(const ndarray<cell, 1>& cells) {
    for (const cell& c : cells) {
      id.push_back(c.id);
      mass.push_back(c.mass);
      for (const float v : c.velocity) velocity.push_back(v);
      for (const counts& each : c.tallies) small.push_back(each.small);
      for (const counts& each : c.tallies) seen.push_back(each.seen ? 1 : 0);
      wave.push_back(c.wave);
      hits.push_back(c.hits);
      alive.push_back(c.alive ? 1 : 0);
    }
  }
  friend bool operator==(const columns&, const columns&) = default;
};

/// Each column reduced by `reduce(column)`, those of bools by `reduce_bools(column)`.
template <class F, class G> columns each(columns c, F&& reduce, G&& reduce_bools) {
  c.id = reduce(c.id);
  c.small = reduce(c.small);
  c.mass = reduce(c.mass);
  c.velocity = reduce(c.velocity);
  c.wave = reduce(c.wave);
  c.hits = reduce(c.hits);
  c.seen = reduce_bools(c.seen);
  c.alive = reduce_bools(c.alive);
  return c;
}

} // namespace

TEST_P(reduce_members, sums_are_those_of_each_member_alone) {
  for (const index_t count : {index_t{0}, index_t{1}, index_t{13}}) {
    const ndarray<cell, 1> mine = cells_of(me, count);
    const columns alone(mine);
    const auto sum_all = [](const auto& column) { return allreduce(world(), column); };
    const auto some = [](const auto& column) { return allreduce(world(), column, op::max); };
    EXPECT_EQ(columns(allreduce(world(), mine)), each(alone, sum_all, some));
    const auto to_here = [](const auto& column) { return scan(world(), column); };
    const auto some_to_here = [](const auto& column) { return scan(world(), column, op::max); };
    EXPECT_EQ(columns(scan(world(), mine)), each(alone, to_here, some_to_here));
    const auto below = [](const auto& column) { return exscan(world(), column); };
    const auto some_below = [](const auto& column) { return exscan(world(), column, op::max); };
    EXPECT_EQ(columns(exscan(world(), mine)), each(alone, below, some_below));
    const int root = ranks - 1;
    const auto at_root = [&](const auto& column) { return reduce(world(), column, root); };
    const auto some_at_root = [&](const auto& column) {
      return reduce(world(), column, op::max, root);
    };
    EXPECT_EQ(columns(reduce(world(), mine, root)), each(alone, at_root, some_at_root));
  }
}

TEST_P(reduce_members, sums_are_exact) {
  const cell sum = allreduce(world(), cell_of(3, me));
  exact_sum mass;
  exact_sum velocity;
  int id = 0;
  for (int r = 0; r < ranks; ++r) {
    mass.add(wild(3, r));
    velocity.add(static_cast<double>(static_cast<float>(wild(5, r))));
    id += static_cast<std::int8_t>(150 + r);
  }
  EXPECT_EQ(sum.mass, mass.value());
  EXPECT_EQ(sum.velocity[2], velocity.value_as_float());
  EXPECT_EQ(sum.id, static_cast<std::int8_t>(id));
}

TEST_P(reduce_members, parts_of_sums) {
  constexpr index_t each_has = 4;
  const ndarray<cell, 1> mine = cells_of(me, each_has * ranks);
  ndarray<cell, 1> part(shape_t<1>{each_has});
  reduce_scatter(world(), mine, part);
  const ndarray<cell, 1> whole = allreduce(world(), mine);
  for (index_t i = 0; i < each_has; ++i)
    EXPECT_EQ(columns(ndarray<cell, 1>{part(i)}),
              columns(ndarray<cell, 1>{whole(me * each_has + i)}));
}

TEST_P(reduce_members, into_views_in_place_and_later) {
  const ndarray<cell, 1> mine = cells_of(me, 8);
  const columns expected(allreduce(world(), mine));
  ndarray<cell, 1> twice(shape_t<1>{16});
  allreduce(world(), mine, twice(slice(none, none, 2)));
  EXPECT_EQ(columns(ndarray<cell, 1>(twice(slice(none, none, 2)))), expected);
  ndarray<cell, 1> here = mine;
  allreduce(world(), in_place, here);
  EXPECT_EQ(columns(here), expected);
  here = mine;
  request later = iallreduce(world(), mine, here);
  later.wait();
  EXPECT_EQ(columns(here), expected);
  later = iscan(world(), mine, here);
  later.wait();
  EXPECT_EQ(columns(here), columns(scan(world(), mine)));
  later = iexscan(world(), mine, here);
  later.wait();
  EXPECT_EQ(columns(here), columns(exscan(world(), mine)));
  later = ireduce(world(), mine, here, op::sum, ranks - 1);
  later.wait();
  EXPECT_EQ(columns(here), columns(reduce(world(), mine, ranks - 1)));
  const ndarray<cell, 1> parts = cells_of(me, 2 * ranks);
  ndarray<cell, 1> now(shape_t<1>{2});
  ndarray<cell, 1> part(shape_t<1>{2});
  later = ireduce_scatter(world(), parts, part);
  reduce_scatter(world(), parts, now);
  later.wait();
  EXPECT_EQ(columns(part), columns(now));
  partly own{1.0, 10.0 + me};
  const partly given = own;
  later = iallreduce(world(), given, own);
  later.wait();
  EXPECT_EQ(own.x, ranks);
  EXPECT_EQ(own.untold, 10.0 + me);
}

TEST_P(reduce_members, extrema_of_each_member) {
  const named mine{me == 0 ? 1.5 : -me, "n" + std::to_string(me)};
  EXPECT_EQ(allreduce(world(), mine, op::max).height, 1.5);
  EXPECT_EQ(allreduce(world(), mine, op::max).name, "n" + std::to_string(ranks - 1));
  EXPECT_EQ(allreduce(world(), mine, op::min).height, ranks == 1 ? 1.5 : 1.0 - ranks);
  EXPECT_EQ(allreduce(world(), mine, op::min).name, "n0");
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const named last{me == ranks - 1 ? nan : 1.0, "x"};
  EXPECT_TRUE(std::isnan(allreduce(world(), last, op::max).height));
  ndarray<named, 1> many(shape_t<1>{100});
  many = mine;
  ndarray<named, 1> result(shape_t<1>{100});
  request later = iallreduce(world(), many, result, op::max);
  later.wait();
  EXPECT_EQ(result(99).name, "n" + std::to_string(ranks - 1));
}

TEST_P(reduce_members, other_operations) {
  const counts mine{static_cast<std::int8_t>(me + 1), me != 0};
  std::int8_t factorial = 1;
  for (int r = 2; r <= ranks; ++r) factorial = static_cast<std::int8_t>(factorial * r);
  EXPECT_EQ(allreduce(world(), mine, op::product).small, factorial);
  EXPECT_EQ(allreduce(world(), mine, op::product).seen, false);
  EXPECT_EQ(allreduce(world(), mine, op::any).seen, ranks > 1);
  EXPECT_EQ(allreduce(world(), mine, op::all).seen, false);
  EXPECT_EQ(allreduce(world(), mine, op::plain_sum).small, ranks * (ranks + 1) / 2);
  // Operations of one's own take structs as a whole; so do structs without names of members.
  const auto keep = [](const counts& a, const counts&) { return a; };
  EXPECT_EQ(allreduce(world(), mine, keep).small, 1);
  const auto add = [](const plain& a, const plain& b) { return plain{a.x + b.x}; };
  EXPECT_EQ(allreduce(world(), plain{1.0}, add).x, ranks);
}

TEST_P(reduce_members, what_has_no_name_stays) {
  const partly sum = allreduce(world(), partly{1.0, 10.0 + me});
  EXPECT_EQ(sum.x, ranks);
  EXPECT_EQ(sum.untold, 10.0 + me);
}

INSTANTIATE_TEST_SUITE_P(pieces, reduce_members, testing::Values(index_t{1} << 30, index_t{64}));
