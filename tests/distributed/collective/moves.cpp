#include "cases.hpp"
#include "message_of.hpp"
#include "messages/in_pieces.hpp"

#include <tessera/core/creation/create.hpp>
#include <tessera/core/reductions/reduce.hpp>
#include <tessera/distributed/messages.hpp>
#include <tessera/distributed/ranks/agreed.hpp>

using namespace tessera_test;

namespace {

class moves : public in_pieces {};

/// What rank r has at i.
int part_value(int r, index_t i) { return r * 1000 + static_cast<int>(i); }

ndarray<int, 1> part_of(int rank, index_t count) {
  ndarray<int, 1> part(shape_t<1>{count});
  for (index_t i = 0; i < count; ++i) part(i) = part_value(rank, i);
  return part;
}

} // namespace

TEST_P(moves, bcast) {
  for (int root = 0; root < ranks; ++root) {
    auto a = full<double>({3, 4}, me);
    bcast(world(), a, root);
    EXPECT_TRUE(array_equal(a, full<double>({3, 4}, root)));
    a = me;
    a(0, 1) = me + 0.5;
    bcast(world(), a.transpose()(slice(none, none, -1), all), root);
    EXPECT_EQ(a(2, 3), root);
    EXPECT_EQ(a(0, 1), root + 0.5);
    request later = ibcast(world(), a, 0);
    later.wait();
    EXPECT_EQ(a(2, 3), root);
    EXPECT_EQ(bcast(world(), me == root ? 7 : 0, root), 7);
    std::vector<float> grows(me == root ? 7 : 0, 1.5F);
    bcast(world(), grows, root);
    EXPECT_EQ(grows, std::vector<float>(7, 1.5F));
  }
}

TEST_P(moves, gather_and_scatter) {
  for (int root = 0; root < ranks; ++root) {
    const ndarray<int, 1> mine = part_of(me, 5);
    ndarray<int, 2> whole(shape_t<2>{me == root ? ranks : 0, 5});
    gather(world(), mine, whole, root);
    for (int r = 0; r < whole.shape(0); ++r) EXPECT_TRUE(array_equal(whole(r, all), part_of(r, 5)));
    ndarray<int, 1> back(shape_t<1>{5});
    scatter(world(), whole, back(slice(none, none, -1)), root);
    EXPECT_TRUE(array_equal(back(slice(none, none, -1)), mine));
    whole = -1;
    request later = igather(world(), mine, whole, root);
    later.wait();
    if (me == root) {
      EXPECT_EQ(whole(ranks - 1, 4), part_value(ranks - 1, 4));
    }
    back = -1;
    later = iscatter(world(), whole, back, root);
    later.wait();
    EXPECT_TRUE(array_equal(back, mine));
    if (me == root) {
      whole = -1;
      whole(root, all) = mine;
      gather(world(), in_place, whole, root);
      EXPECT_EQ(whole(ranks - 1, 4), part_value(ranks - 1, 4));
    } else {
      gather(world(), mine, whole, root);
    }
  }
}

TEST_P(moves, parts_of_different_sizes) {
  std::vector<index_t> counts;
  for (int r = 0; r < ranks; ++r) counts.push_back(r == 1 ? 0 : r + 2);
  index_t sum = 0;
  for (const index_t n : counts) sum += n;
  const ndarray<int, 1> mine = part_of(me, counts[static_cast<std::size_t>(me)]);
  ndarray<int, 1> whole(shape_t<1>{sum});
  allgatherv(world(), mine, whole, counts);
  index_t at = 0;
  for (int r = 0; r < ranks; ++r) {
    const index_t n = counts[static_cast<std::size_t>(r)];
    EXPECT_TRUE(array_equal(whole(slice(at, at + n)), part_of(r, n)));
    at += n;
  }
  auto back = mine.copy();
  back = -1;
  scatterv(world(), whole, counts, back, ranks - 1);
  EXPECT_TRUE(array_equal(back, mine));
  ndarray<int, 1> gathered(shape_t<1>{me == 0 ? sum : 0});
  gatherv(world(), mine, gathered, counts, 0);
  if (me == 0) {
    EXPECT_TRUE(array_equal(gathered, whole));
  }
}

TEST_P(moves, allgather) {
  ndarray<int, 2> columns(shape_t<2>{5, ranks});
  allgather(world(), part_of(me, 5), columns.transpose());
  for (int r = 0; r < ranks; ++r) EXPECT_TRUE(array_equal(columns(all, r), part_of(r, 5)));
  columns = 0;
  columns(all, me) = part_of(me, 5);
  allgather(world(), in_place, columns.transpose());
  for (int r = 0; r < ranks; ++r) EXPECT_TRUE(array_equal(columns(all, r), part_of(r, 5)));
  columns = 0;
  const ndarray<int, 1> mine = part_of(me, 5);
  request later = iallgather(world(), mine, columns.transpose());
  later.wait();
  EXPECT_EQ(columns(4, ranks - 1), part_value(ranks - 1, 4));
}

TEST_P(moves, alltoall) {
  ndarray<int, 2> sent(shape_t<2>{ranks, 3});
  for (int r = 0; r < ranks; ++r) sent(r, all) = 100 * me + r;
  ndarray<int, 2> received(shape_t<2>{ranks, 3});
  alltoall(world(), sent, received);
  for (int r = 0; r < ranks; ++r) EXPECT_EQ(received(r, 2), 100 * r + me);
  received = sent;
  alltoall(world(), in_place, received);
  for (int r = 0; r < ranks; ++r) EXPECT_EQ(received(r, 2), 100 * r + me);
  received = -1;
  request later = ialltoall(world(), sent, received);
  later.wait();
  for (int r = 0; r < ranks; ++r) EXPECT_EQ(received(r, 0), 100 * r + me);

  std::vector<index_t> out;
  std::vector<index_t> in;
  for (int r = 0; r < ranks; ++r) {
    out.push_back((me + 2 * r) % 3);
    in.push_back((r + 2 * me) % 3);
  }
  const auto total = [](const std::vector<index_t>& counts) {
    index_t sum = 0;
    for (const index_t n : counts) sum += n;
    return sum;
  };
  const ndarray<int, 1> mine = full<int>({total(out)}, me);
  ndarray<int, 1> theirs(shape_t<1>{total(in)});
  alltoallv(world(), mine, out, theirs, in);
  index_t at = 0;
  for (int r = 0; r < ranks; ++r)
    for (index_t k = 0; k < in[static_cast<std::size_t>(r)]; ++k) EXPECT_EQ(theirs(at++), r);
}

TEST_P(moves, arrays_of_all_ranks_joined) {
  const auto mine = full<double>({me, 2}, me);
  const ndarray<double, 2> whole = allgather(world(), mine);
  ASSERT_EQ(whole.shape(), (shape_t<2>{ranks * (ranks - 1) / 2, 2}));
  index_t row = 0;
  for (int r = 0; r < ranks; ++r)
    for (int k = 0; k < r; ++k) EXPECT_EQ(whole(row++, 1), r);
  const ndarray<double, 2> at_root = gather(world(), mine(slice(none, none, -1), all), 0);
  EXPECT_EQ(at_root.shape(0), me == 0 ? whole.shape(0) : 0);
  if (me == 0) {
    EXPECT_TRUE(array_equal(at_root, whole));
  }
}

TEST_P(moves, nothing_at_all) {
  const ndarray<double, 1> none(shape_t<1>{0});
  ndarray<double, 1> still_none(shape_t<1>{0});
  bcast(world(), still_none, ranks - 1);
  gather(world(), none, still_none, 0);
  scatter(world(), none, still_none, 0);
  alltoall(world(), none, still_none);
  allgather(world(), none, still_none);
  EXPECT_EQ(allgather(world(), ndarray<double, 2>(shape_t<2>{0, 3})).shape(), (shape_t<2>{0, 3}));
}

INSTANTIATE_TEST_SUITE_P(pieces, moves, testing::Values(index_t{1} << 30, index_t{24}));

TEST(moves, ibarrier_waits_for_all) {
  const int last = world().size() - 1;
  request all_here;
  if (world().rank() != last) all_here = ibarrier(world());
  if (world().rank() == 0 && last > 0) {
    EXPECT_FALSE(all_here.test());
    send(world(), 1, last); // which comes after that
  }
  if (world().rank() == last) {
    if (last > 0) (void)recv<int>(world(), 0);
    all_here = ibarrier(world());
  }
  all_here.wait();
}

TEST(moves, what_does_not_fit) {
  const int n = world().size();
  const ndarray<int, 1> mine(shape_t<1>{3});
  ndarray<int, 1> wrong(shape_t<1>{3 * n + 1});
  EXPECT_NE(message_of<argument_error>([&] {
              allgather(world(), mine, wrong);
            }).find("is not made of parts of 3 elements"),
            std::string::npos);
  EXPECT_NE(message_of<argument_error>([&] {
              gather(world(), mine, wrong, n);
            }).find("there is no rank " + std::to_string(n)),
            std::string::npos);
  ndarray<double, 1> other(shape_t<1>{3 * n});
  EXPECT_NE(message_of<argument_error>([&] {
              alltoall(world(), wrong, other);
            }).find("elements of different types"),
            std::string::npos);
  EXPECT_NE(
      message_of<argument_error>([&] { alltoall(world(), other, other); }).find("say in_place"),
      std::string::npos);
  EXPECT_NE(message_of<argument_error>([&] {
              allgather(world(), other(slice(0, 3)), other);
            }).find("say in_place"),
            std::string::npos);
  const std::vector<index_t> counts(static_cast<std::size_t>(n), 2);
  EXPECT_NE(message_of<argument_error>([&] {
              allgatherv(world(), mine, wrong, counts);
            }).find("parts of 2"),
            std::string::npos);
  if (n == 1) return;
  const auto own = full<double>({1, world().rank()}, 1.0);
  EXPECT_NE(message_of<shape_error>([&] {
              (void)allgather(world(), own);
            }).find("(1, 0) on rank 0 and (1, 1) on rank 1"),
            std::string::npos);
}

TEST(moves, errors_say_in_which_communicator) {
  const communicator ocean = world().duplicate();
  ocean.set_name("ocean");
  const std::string where = " in communicator \"ocean\": ";
  const int n = ocean.size();
  const std::string ranks = std::to_string(n);
  int value = 0;
  EXPECT_EQ(message_of<argument_error>([&] { bcast(ocean, value, -3); }),
            "bcast" + where + "there is no rank -3 among the " + ranks + " of the communicator");
  std::vector<int> whole(static_cast<std::size_t>(n) + 1);
  EXPECT_EQ(message_of<argument_error>([&] { allgather(ocean, value, whole); }),
            "allgather" + where + "int32 (" + std::to_string(n + 1) +
                ",) is not made of parts of 1 elements, one of each of " + ranks + " ranks");
  EXPECT_EQ(message_of<argument_error>([&] { (void)alltoall(ocean, whole); }),
            "alltoall" + where + std::to_string(n + 1) + " values for " + ranks +
                " ranks, one of each");
  const std::vector<std::vector<int>> parts(whole.size());
  EXPECT_EQ(message_of<argument_error>([&] { (void)exchange(ocean, parts); }),
            "exchange" + where + std::to_string(n + 1) + " parts for " + ranks +
                " ranks, one for each");
  EXPECT_EQ(message_of<argument_error>([&] {
              (void)exchange(ocean, std::map<int, std::vector<int>>{{-1, {}}});
            }),
            "exchange" + where + "there is no rank -1 among the " + ranks + " of the communicator");
}

TEST(moves, ranks_that_disagree) {
  if (world().size() == 1) GTEST_SKIP();
  const bool before = checks_arguments();
  check_arguments(true);
  ndarray<int, 1> a(shape_t<1>{world().rank() == 1 ? 4 : 3});
  EXPECT_NE(message_of<argument_error>([&] { bcast(world(), a, 0); }).find("rank 1"),
            std::string::npos);
  ndarray<int, 1> b(shape_t<1>{3});
  EXPECT_NE(message_of<argument_error>([&] {
              bcast(world(), b, world().rank() == 1 ? 1 : 0);
            }).find("rank 1"),
            std::string::npos);
  check_arguments(before);
}
