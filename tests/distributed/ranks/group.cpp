#include <tessera/distributed/ranks/group.hpp>

#include "cases.hpp"
#include "message_of.hpp"

#include <tessera/distributed/messages/status.hpp>

#include <algorithm>
#include <numeric>
#include <string>

using namespace tessera_test;

namespace {

/// Ranks of the world that a group has, by MPI alone.
std::vector<int> world_ranks(MPI_Group of) {
  int size = 0;
  MPI_Group_size(of, &size);
  std::vector<int> own(static_cast<std::size_t>(size));
  std::iota(own.begin(), own.end(), 0);
  std::vector<int> result(own.size());
  MPI_Group all = MPI_GROUP_NULL;
  MPI_Comm_group(MPI_COMM_WORLD, &all);
  MPI_Group_translate_ranks(of, size, own.data(), all, result.data());
  MPI_Group_free(&all);
  return result;
}
std::vector<int> world_ranks(const group& of) { return world_ranks(of.native()); }

/// Some of 0 to size - 1, in any order.
std::vector<int> some_of(random_source& random, int size) {
  std::vector<int> ranks;
  for (int rank = 0; rank < size; ++rank)
    if (random.one_in(2))
      ranks.insert(ranks.begin() + random.between(0, static_cast<index_t>(ranks.size())), rank);
  return ranks;
}

rank_range some_range(random_source& random, int size) {
  const auto any = [&] { return static_cast<int>(random.between(0, size - 1)); };
  rank_range range{any(), any()};
  range.step = static_cast<int>(random.between(1, 3)) * (range.first > range.last ? -1 : 1);
  return range;
}

/// What a function of MPI gives for a group.
template <class F> std::vector<int> by_mpi(F&& f) {
  MPI_Group made = MPI_GROUP_NULL;
  f(&made);
  const std::vector<int> ranks = world_ranks(made);
  if (made != MPI_GROUP_EMPTY) MPI_Group_free(&made);
  return ranks;
}

} // namespace

TEST(group, of_a_communicator) {
  const group all = world().group();
  EXPECT_EQ(all.size(), world().size());
  EXPECT_EQ(all.rank(), world().rank());
  const communicator backwards = world().split(0, -world().rank());
  EXPECT_EQ(backwards.group().rank(), backwards.rank());
  std::vector<int> expected = world_ranks(all);
  std::reverse(expected.begin(), expected.end());
  EXPECT_EQ(world_ranks(backwards.group()), expected);
  EXPECT_EQ(communicator().group(), group());
}

TEST(group, of_no_ranks) {
  const group none;
  EXPECT_EQ(none.size(), 0);
  EXPECT_EQ(none.rank(), no_rank);
  EXPECT_EQ(none, world().group().include({}));
  EXPECT_EQ(none, set_difference(world().group(), world().group()));
  EXPECT_EQ(none.include({}), none);
  EXPECT_EQ(set_union(none, none), none);
  EXPECT_TRUE(none.translate(std::vector<int>(), none).empty());
}

TEST(group, included_and_excluded) {
  random_source random;
  SCOPED_TRACE(random.trace());
  const group all = world().split(0, -world().rank()).group(); // outlives its communicator
  for (int i = 0; i < 50; ++i) {
    const std::vector<int> some = some_of(random, all.size());
    const int n = static_cast<int>(some.size());
    EXPECT_EQ(world_ranks(all.include(some)),
              by_mpi([&](MPI_Group* made) { MPI_Group_incl(all.native(), n, some.data(), made); }));
    EXPECT_EQ(world_ranks(all.exclude(some)),
              by_mpi([&](MPI_Group* made) { MPI_Group_excl(all.native(), n, some.data(), made); }));
    rank_range range = some_range(random, all.size());
    int triple[1][3] = {{range.first, range.last, range.step}};
    EXPECT_EQ(world_ranks(all.include_ranges({range})), by_mpi([&](MPI_Group* made) {
                MPI_Group_range_incl(all.native(), 1, triple, made);
              }));
    EXPECT_EQ(world_ranks(all.exclude_ranges({range})), by_mpi([&](MPI_Group* made) {
                MPI_Group_range_excl(all.native(), 1, triple, made);
              }));
  }
}

TEST(group, several_ranges_and_empty_ones) {
  const group all = world().group();
  const int n = all.size();
  const group split = all.include_ranges({{0, n - 1, 2}, {1, n - 1, 2}});
  std::vector<int> expected;
  for (int start = 0; start < 2; ++start)
    for (int rank = start; rank < n; rank += 2) expected.push_back(rank);
  EXPECT_EQ(world_ranks(split), expected);
  EXPECT_EQ(all.include_ranges({{0, -1}}), group());
  EXPECT_EQ(all.exclude_ranges({{n, n - 1}}), all);
  EXPECT_EQ(all.include_ranges({{0, n - 1, n}}), all.include({0})); // the last is not met
}

TEST(group, sets) {
  random_source random;
  SCOPED_TRACE(random.trace());
  const group all = world().group();
  for (int i = 0; i < 50; ++i) {
    const group a = all.include(some_of(random, all.size()));
    const group b = all.include(some_of(random, all.size()));
    const auto compare = [&](const group& made, auto function) {
      EXPECT_EQ(world_ranks(made),
                by_mpi([&](MPI_Group* it) { function(a.native(), b.native(), it); }));
    };
    compare(set_union(a, b), MPI_Group_union);
    compare(set_intersection(a, b), MPI_Group_intersection);
    compare(set_difference(a, b), MPI_Group_difference);
  }
}

TEST(group, numbers_in_another_group) {
  random_source random;
  SCOPED_TRACE(random.trace());
  const group all = world().group();
  for (int i = 0; i < 50; ++i) {
    const group a = all.include(some_of(random, all.size()));
    const group b = all.include(some_of(random, all.size()));
    const std::vector<int> in_world = world_ranks(a);
    const std::vector<int> of_b = world_ranks(b);
    for (int rank = 0; rank < a.size(); ++rank) {
      const auto at = std::find(of_b.begin(), of_b.end(), in_world[static_cast<std::size_t>(rank)]);
      EXPECT_EQ(a.translate(rank, b),
                at == of_b.end() ? no_rank : static_cast<int>(at - of_b.begin()));
    }
    EXPECT_EQ(a.translate(no_rank, b), no_rank);
    const auto me = std::find(of_b.begin(), of_b.end(), world().rank());
    EXPECT_EQ(b.rank(), me == of_b.end() ? no_rank : static_cast<int>(me - of_b.begin()));
  }
}

TEST(group, equality_is_of_ranks_and_order) {
  const group all = world().group();
  const int n = all.size();
  EXPECT_EQ(all, world().duplicate().group());
  EXPECT_EQ(all.include_ranges({{n - 1, 0, -1}}) == all, n == 1);
  EXPECT_NE(all.include({0}), group());
  group copy = all; // NOLINT: the copy is what is tested
  copy = copy.include({0});
  EXPECT_EQ(all.size(), n);
  EXPECT_EQ(copy.size(), 1);
}

TEST(group, takes_over_a_group_of_mpi) {
  MPI_Group handle = MPI_GROUP_NULL;
  MPI_Comm_group(MPI_COMM_WORLD, &handle);
  EXPECT_EQ(group(handle), world().group());
  EXPECT_EQ(group(MPI_GROUP_EMPTY), group());
  EXPECT_EQ(message_of<argument_error>([] { group none(MPI_GROUP_NULL); }),
            "a group made of MPI_GROUP_NULL");
}

TEST(group, ranks_that_are_not_there_or_given_twice) {
  const group all = world().group();
  const int n = all.size();
  const std::string there =
      n == 1 ? "the group has rank 0 alone" : "the group has ranks 0 to " + std::to_string(n - 1);
  const std::string no_n = "there is no rank " + std::to_string(n) + "; " + there;
  EXPECT_EQ(message_of<argument_error>([&] {
              static_cast<void>(all.include({0, n}));
            }),
            "include: " + no_n);
  EXPECT_EQ(message_of<argument_error>([&] { static_cast<void>(all.exclude({-1})); }),
            "exclude: there is no rank -1; " + there);
  EXPECT_EQ(message_of<argument_error>([&] {
              static_cast<void>(all.include({0, 0}));
            }),
            "include: rank 0 is given twice");
  EXPECT_EQ(message_of<argument_error>([&] {
              static_cast<void>(all.exclude({0, 0}));
            }),
            "exclude: rank 0 is given twice");
  EXPECT_EQ(message_of<argument_error>([&] {
              static_cast<void>(all.include_ranges({{0, n}}));
            }),
            "include_ranges: " + no_n);
  EXPECT_EQ(message_of<argument_error>([&] {
              static_cast<void>(all.include_ranges({{0, 2000000000, 2000000000}}));
            }),
            "include_ranges: there is no rank 2000000000; " + there);
  EXPECT_EQ(message_of<argument_error>([&] {
              static_cast<void>(all.exclude_ranges({{0, 0}, {0, 0}}));
            }),
            "exclude_ranges: rank 0 is given twice");
  EXPECT_EQ(message_of<argument_error>([&] {
              static_cast<void>(all.include_ranges({{0, 3, 0}}));
            }),
            "include_ranges: ranks from 0 to 3 in steps of 0; steps are 1, -2, ...");
  EXPECT_EQ(message_of<argument_error>([&] { static_cast<void>(all.translate(n, all)); }),
            "translate: " + no_n);
  EXPECT_EQ(message_of<argument_error>([] { static_cast<void>(group().include({0})); }),
            "include: there is no rank 0; the group has no ranks");
}
