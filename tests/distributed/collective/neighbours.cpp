#include <tessera/distributed/collective/neighbours.hpp>

#include "cases.hpp"
#include "message_of.hpp"
#include "messages/in_pieces.hpp"

#include <tessera/core.hpp>
#include <tessera/distributed/messages.hpp>
#include <tessera/distributed/ranks/agreed.hpp>

#include <array>
#include <string>

using namespace tessera_test;

namespace {

class neighbours : public in_pieces {};

/// MPI's communicator with the topology of a grid.
class with_topology {
public:
  template <std::size_t N>
  with_topology(const process_grid<N>& grid, const std::array<bool, N>& periodic) {
    std::array<int, N> periods;
    std::copy(periodic.begin(), periodic.end(), periods.begin());
    MPI_Cart_create(grid.comm().native(), N, grid.dims().data(), periods.data(), 0, &handle_);
  }
  with_topology(const communicator& comm, const std::vector<int>& sources,
                const std::vector<int>& destinations) {
    MPI_Dist_graph_create_adjacent(comm.native(), static_cast<int>(sources.size()), sources.data(),
                                   MPI_UNWEIGHTED, static_cast<int>(destinations.size()),
                                   destinations.data(), MPI_UNWEIGHTED, MPI_INFO_NULL, 0, &handle_);
  }
  with_topology(const with_topology&) = delete;
  with_topology& operator=(const with_topology&) = delete;
  ~with_topology() { MPI_Comm_free(&handle_); }
  [[nodiscard]] MPI_Comm handle() const { return handle_; }

private:
  MPI_Comm handle_ = MPI_COMM_NULL;
};

/// What a rank sends in a place.
int value_at(int rank, index_t place) { return 1000 * rank + static_cast<int>(place); }

constexpr index_t length = 6; // of a part

ndarray<int, 2> parts_of(int rank, index_t count) {
  ndarray<int, 2> parts(shape_t<2>{count, length});
  for (index_t k = 0; k < count; ++k)
    for (index_t j = 0; j < length; ++j) parts(k, j) = value_at(rank, k * length + j);
  return parts;
}

template <std::size_t N> std::vector<std::array<bool, N>> all_periods() {
  std::vector<std::array<bool, N>> result;
  for (unsigned bits = 0; bits < 1U << N; ++bits) {
    std::array<bool, N> periodic;
    for (std::size_t d = 0; d < N; ++d) periodic[d] = (bits >> d) % 2 == 1;
    result.push_back(periodic);
  }
  return result;
}

/// Calls `check` with all grids of N axes and all ways to close them.
template <std::size_t N, class F> void for_all_grids(F&& check) {
  for (const process_grid<N>& grid : all_grids<N>(world()))
    for (const auto& periodic : all_periods<N>()) check(grid, periodic);
}

template <std::size_t N>
void check_like_mpi(const process_grid<N>& grid, const std::array<bool, N>& periodic) {
  const with_topology same(grid, periodic);
  const neighbour_graph near(grid, periodic);
  const index_t n = 2 * N;
  const ndarray<int, 2> sent = parts_of(world().rank(), n);
  ndarray<int, 2> expected = full({n, length}, -1);
  ndarray<int, 2> received = full({n, length}, -1);
  MPI_Neighbor_allgather(sent.data(), length, MPI_INT, expected.data(), length, MPI_INT,
                         same.handle());
  neighbour_allgather(near, sent(0, all), received);
  EXPECT_TRUE(array_equal(received, expected));
  expected = -1;
  received = -1;
  MPI_Neighbor_alltoall(sent.data(), length, MPI_INT, expected.data(), length, MPI_INT,
                        same.handle());
  neighbour_alltoall(near, sent, received);
  EXPECT_TRUE(array_equal(received, expected)) << received << expected;
}

} // namespace

TEST_P(neighbours, in_grids_as_in_mpi) {
  for_all_grids<1>([](const auto& grid, const auto& periodic) { check_like_mpi(grid, periodic); });
  for_all_grids<2>([](const auto& grid, const auto& periodic) { check_like_mpi(grid, periodic); });
  for_all_grids<3>([](const auto& grid, const auto& periodic) { check_like_mpi(grid, periodic); });
}

// What goes to the rank behind comes there as from the rank before, also where both are the same.
TEST_P(neighbours, parts_come_from_the_opposite_side) {
  for_all_grids<2>([&](const process_grid<2>& grid, const std::array<bool, 2>& periodic) {
    const ndarray<int, 2> sent = parts_of(me, 4);
    ndarray<int, 2> received = full({4, length}, -1);
    neighbour_alltoall(neighbour_graph(grid, periodic), sent, received);
    const std::array<int, 4> near = grid.neighbours(periodic);
    for (std::size_t k = 0; k < 4; ++k) {
      const auto row = static_cast<index_t>(k);
      const int expected = near[k] == no_rank ? -1 : value_at(near[k], (row ^ 1) * length + 5);
      EXPECT_EQ(received(row, 5), expected) << "part " << k;
    }
  });
}

TEST_P(neighbours, strided_arrays_in_the_background) {
  const process_grid<2> grid(world());
  const neighbour_graph near(grid, {true, false});
  ndarray<int, 2> whole = full({length, 8}, -1);
  const auto received = whole.transpose()(slice(none, none, -2), all);
  const ndarray<int, 2> sent = parts_of(me, 4).transpose();
  ndarray<int, 2> expected = full({4, length}, -1);
  neighbour_alltoall(near, parts_of(me, 4), expected);
  request later = ineighbour_alltoall(near, sent.transpose(), received);
  while (!later.test()) continue;
  EXPECT_TRUE(array_equal(received, expected));
  EXPECT_TRUE(array_equal(whole(all, slice(0, none, 2)), full({length, 4}, -1))); // between them
  expected = -1;
  whole = -1;
  neighbour_allgather(near, parts_of(me, 1), expected);
  const ndarray<int, 2> one = parts_of(me, 1);
  later = ineighbour_allgather(near, one, received);
  later.wait();
  EXPECT_TRUE(array_equal(received, expected));
}

TEST_P(neighbours, a_grid_says_who_is_near) {
  const process_grid<1> grid(world());
  std::vector<double> received{-1, -1};
  neighbour_allgather(grid, 0.5 * me, received);
  EXPECT_EQ(received[0], me > 0 ? 0.5 * (me - 1) : -1);
  EXPECT_EQ(received[1], me + 1 < ranks ? 0.5 * (me + 1) : -1);
}

TEST_P(neighbours, ranks_that_are_not_in_the_grid) {
  const auto grid = process_grid<1>::on_first_ranks(world(), {(ranks + 1) / 2});
  std::array<int, 2> received{-1, -1};
  neighbour_allgather(grid, me, received);
  const bool is_behind = grid.contains(me) && me > 0;
  EXPECT_EQ(received[0], is_behind ? me - 1 : -1);
}

TEST_P(neighbours, parts_of_different_sizes) {
  for_all_grids<1>([&](const process_grid<1>& grid, const std::array<bool, 1>& periodic) {
    const auto size_of = [](int rank) { return rank == no_rank ? index_t{2} : index_t{3 * rank}; };
    const auto [before, behind] = grid.neighbours(periodic);
    const std::vector<index_t> counts{size_of(before), size_of(behind)};
    const index_t mine = size_of(me);
    const neighbour_graph near(grid, periodic);
    ndarray<int, 1> whole = full({counts[0] + counts[1]}, -1);
    neighbour_allgatherv(near, full({mine}, me), whole, counts);
    const auto expect = [&](int rank, index_t first, index_t end) {
      for (index_t k = first; k < end; ++k) EXPECT_EQ(whole(k), rank == no_rank ? -1 : rank);
    };
    expect(before, 0, counts[0]);
    expect(behind, counts[0], whole.size());
    whole = -1;
    const ndarray<int, 1> sent = full({2 * mine}, me);
    request later =
        ineighbour_alltoallv(near, sent, std::vector<index_t>{mine, mine}, whole, counts);
    later.wait();
    expect(before, 0, counts[0]);
    expect(behind, counts[0], whole.size());
    whole = -1;
    neighbour_alltoallv(near, sent, std::vector<index_t>{mine, mine}, whole, counts);
    expect(behind, counts[0], whole.size());
    const ndarray<int, 1> part = full({mine}, me);
    whole = -1;
    later = ineighbour_allgatherv(near, part, whole, counts);
    later.wait();
    expect(before, 0, counts[0]);
  });
}

// Edges at random, some of them several times, some of them to oneself.
TEST_P(neighbours, in_graphs_as_in_mpi) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int i = 0; i < 10; ++i) {
    std::vector<int> sources;
    std::vector<int> destinations;
    for (int from = 0; from < ranks; ++from)
      for (int to = 0; to < ranks; ++to)
        for (index_t edges = random.between(-2, 2); edges > 0; --edges) {
          if (from == me) destinations.push_back(to);
          if (to == me) sources.push_back(from);
        }
    const with_topology same(world(), sources, destinations);
    const neighbour_graph near(world(), sources, destinations);
    const auto n = static_cast<index_t>(sources.size());
    const ndarray<int, 2> sent = parts_of(me, static_cast<index_t>(destinations.size()));
    ndarray<int, 2> expected = full({n, length}, -1);
    ndarray<int, 2> received = full({n, length}, -1);
    MPI_Neighbor_alltoall(sent.data(), length, MPI_INT, expected.data(), length, MPI_INT,
                          same.handle());
    neighbour_alltoall(near, sent, received);
    EXPECT_TRUE(array_equal(received, expected));
    const ndarray<int, 2> one = parts_of(me, 1);
    MPI_Neighbor_allgather(one.data(), length, MPI_INT, expected.data(), length, MPI_INT,
                           same.handle());
    neighbour_allgather(near, one, received);
    EXPECT_TRUE(array_equal(received, expected));
  }
}

TEST_P(neighbours, of_nobody) {
  const neighbour_graph alone(world(), {}, {});
  std::vector<int> nothing;
  neighbour_allgather(alone, 5, nothing);
  neighbour_alltoall(alone, std::vector<int>(), nothing);
  neighbour_allgatherv(alone, 5, nothing, {});
  const neighbour_graph no_one(world(), {no_rank}, {no_rank});
  int kept = 7;
  neighbour_alltoall(no_one, 5, kept);
  EXPECT_EQ(kept, 7);
}

// A receive of whatever comes does not take what is sent to a neighbour.
TEST_P(neighbours, messages_of_the_communicator_are_others) {
  const neighbour_graph ring(world(), {(me + ranks - 1) % ranks}, {(me + 1) % ranks});
  int received = -1;
  request later = ineighbour_allgather(ring, me, received);
  world().barrier();
  EXPECT_FALSE(improbe(world(), any_source).has_value());
  later.wait();
  EXPECT_EQ(received, (me + ranks - 1) % ranks);
}

// One that comes only from the left goes only to the right.
TEST_P(neighbours, many_calls_under_way) {
  const neighbour_graph ring(world(), {(me + ranks - 1) % ranks}, {(me + 1) % ranks});
  std::vector<int> received(20, -1);
  std::vector<int> sent(20);
  request_set calls;
  for (std::size_t k = 0; k < 20; ++k) {
    sent[k] = value_at(me, static_cast<index_t>(k));
    calls.add(ineighbour_allgather(ring, sent[k], received[k]));
  }
  calls.wait_all();
  for (std::size_t k = 0; k < 20; ++k)
    EXPECT_EQ(received[k], value_at((me + ranks - 1) % ranks, static_cast<index_t>(k)));
}

INSTANTIATE_TEST_SUITE_P(pieces, neighbours, testing::Values(1 << 30, 8));

TEST_P(neighbours, wholes_that_are_not_made_of_their_parts) {
  if (is_in_small_pieces()) GTEST_SKIP() << "once will do";
  const unchecked_arguments unchecked; // else errors say it in other words
  const process_grid<1> grid(world());
  const neighbour_graph near(grid, {true});
  ndarray<int, 2> three = full({3, 2}, 0);
  ndarray<int, 2> four = full({4, 2}, 0);
  const std::vector<index_t> counts{3, 3};
  EXPECT_EQ(message_of<argument_error>([&] { neighbour_allgather(near, full({2}, 1), three); }),
            "neighbour_allgather: int32 (3, 2) is not made of parts of 2 elements, one of each of "
            "2 sources");
  EXPECT_EQ(
      message_of<argument_error>([&] { neighbour_allgatherv(near, full({2}, 1), four, counts); }),
      "neighbour_allgather: int32 (4, 2) is not made of parts of 3, 3 elements, one of each "
      "of 2 sources");
  EXPECT_EQ(message_of<argument_error>([&] {
              neighbour_alltoall(near, std::array{1, 2, 3}, four);
            }),
            "neighbour_alltoall: int32 (3,) is not made of parts of 1 elements, one of each of 2 "
            "destinations");
  EXPECT_EQ(message_of<argument_error>([&] { neighbour_alltoall(near, three, four); }),
            "neighbour_alltoall: int32 (3, 2) for 2 destinations and int32 (4, 2) from 2 sources "
            "have parts of different sizes");
  grid.comm().set_name("ring");
  EXPECT_EQ(message_of<argument_error>([&] {
              neighbour_alltoallv(near, three, std::vector<index_t>{-1, 7}, four, counts);
            }),
            "neighbour_alltoall in communicator \"ring\": int32 (3, 2) is not made of parts of "
            "-1, 7 elements, one of each of 2 destinations");
  EXPECT_EQ(message_of<argument_error>(
                [&] { neighbour_alltoallv(near, three, std::vector<index_t>{6}, four, counts); }),
            "neighbour_alltoall in communicator \"ring\": int32 (3, 2) is not made of parts of 6 "
            "elements, one of each of 2 destinations");
}

TEST_P(neighbours, types_and_memory) {
  if (is_in_small_pieces()) GTEST_SKIP() << "once will do";
  const unchecked_arguments unchecked; // else errors say it in other words
  const process_grid<1> grid(world());
  const neighbour_graph near(grid, {true});
  ndarray<int, 1> two = full({2}, 0);
  EXPECT_EQ(message_of<argument_error>([&] { neighbour_allgather(near, 1.5, two); }),
            "neighbour_allgather: float64 () and int32 (2,) have elements of different types");
  EXPECT_EQ(message_of<argument_error>([&] { neighbour_alltoall(near, two, two); }),
            "neighbour_alltoall: what is sent, int32 (2,), and what is received into, int32 (2,), "
            "share memory: receive into another array");
  message_of<communication_error>([&] { neighbour_allgather(process_grid<1>(), 1, two); });
}

// The part that comes has another size, which is told with both ranks; the others come.
TEST_P(neighbours, parts_that_do_not_fit) {
  if (is_in_small_pieces()) GTEST_SKIP() << "once will do";
  const unchecked_arguments unchecked; // else errors say it in other words
  const process_grid<1> grid(world());
  const neighbour_graph near(grid, {true});
  if (ranks < 3) return;
  grid.comm().set_name("ring");
  const int left = (me + ranks - 1) % ranks;
  const int right = (me + 1) % ranks;
  // Rank 0 sends two elements to the right, where one is awaited.
  const std::vector<index_t> sizes{1, me == 0 ? 2 : 1};
  const ndarray<int, 1> sent = full({sizes[0] + sizes[1]}, me);
  std::array<int, 2> received{-1, -1};
  const auto call = [&] {
    neighbour_alltoallv(near, sent, sizes, received, std::vector<index_t>{1, 1});
  };
  if (me == 1)
    EXPECT_EQ(message_of<argument_error>(call),
              "neighbour_alltoall in communicator \"ring\": rank 0 sent 2 such elements (8 bytes), "
              "and rank 1 receives into int32 (1,)");
  else
    call();
  EXPECT_EQ(received[1], right);
  if (me != 1) {
    EXPECT_EQ(received[0], left);
  }
}

TEST_P(neighbours, ranks_that_are_not_there) {
  if (is_in_small_pieces()) GTEST_SKIP() << "once will do";
  const unchecked_arguments unchecked; // else errors say it in other words
  const communicator comm = world().duplicate();
  const std::string n = std::to_string(ranks);
  const std::string there =
      ranks == 1 ? "has rank 0 alone" : "has ranks 0 to " + std::to_string(ranks - 1);
  EXPECT_EQ(message_of<argument_error>([&] { neighbour_graph(comm, {ranks}, {}); }),
            "neighbour_graph: there is no rank " + n + " for a source; the communicator " + there);
  comm.set_name("graph");
  EXPECT_EQ(message_of<argument_error>([&] { neighbour_graph(comm, {}, {-7}); }),
            "neighbour_graph in communicator \"graph\": there is no rank -7 for a destination; the "
            "communicator " +
                there);
  const std::string text = message_of<communication_error>(
      [] { neighbour_graph(communicator(), std::vector<int>(), std::vector<int>()); });
  EXPECT_TRUE(text.starts_with("a collective call on a communicator of no ranks")) << text;
}

TEST_P(neighbours, edges_that_one_side_names) {
  if (is_in_small_pieces()) GTEST_SKIP() << "once will do";
  const unchecked_arguments unchecked; // else errors say it in other words
  check_arguments(true);
  const std::string where = ranks == 1 ? "" : "rank 0: ";
  const std::vector<int> nobody;
  EXPECT_EQ(message_of<argument_error>([&] {
              neighbour_graph(world(), nobody, me == 0 ? std::vector{0, 0} : nobody);
            }),
            where +
                "neighbour_graph: rank 0 has rank 0 as a destination 2 times, which has it as a "
                "source 0 times");
  neighbour_graph(world(), {me}, {me});
}
