// Messages and bytes that profiles count are those of plans, closed forms and users' calls.
#include "cases.hpp"
#include "messages/ring.hpp"

#include <tessera/distributed/functions/cumulative.hpp>
#include <tessera/distributed/functions/rearrange.hpp>
#include <tessera/distributed/measuring/parallel_profile_data.hpp>
#include <tessera/distributed/messages.hpp>
#include <tessera/distributed/parallel_profile.hpp>
#include <tessera/distributed/reduce.hpp>

using namespace tessera_test;

TEST(counted_messages, messages_and_bytes_are_the_plans) {
  constexpr index_t runs = 7;
  const index_t before = transfer_plan::piece_bytes();
  for (const index_t piece : {before, index_t{64}}) {
    transfer_plan::set_piece_bytes(piece);
    transfer_plan plan(world(), sizeof(double));
    if (world().size() > 1) {
      plan.send(right(), {0, {10 + world().rank()}, {2}});
      plan.receive(left(), {0, {10 + left()}, {1}});
    }
    const std::vector<double> from(100);
    std::vector<double> to(100);
    const parallel_profile p = parallel_profile::run(world(), [&] {
      TESSERA_PROFILE("plan");
      for (index_t k = 0; k < runs; ++k) plan.run(from.data(), to.data());
    });
    transfer_plan::set_piece_bytes(before);
    const index_t messages = allreduce_sum(world(), runs * plan.messages());
    const index_t bytes = allreduce_sum(world(), runs * plan.bytes());
    const index_t most = allreduce_max(world(), runs * plan.bytes());
    if (world().rank() != 0) continue;
    const parallel_profile_entry& e = p["plan"];
    EXPECT_EQ(e.sent.messages + e.received.messages, messages);
    EXPECT_EQ(e.sent.messages, e.received.messages);
    EXPECT_EQ(e.sent.bytes, bytes);
    EXPECT_EQ(e.received.bytes, bytes);
    EXPECT_EQ(e.sent_bytes.most, static_cast<double>(most));
    for (int k = 0; k < world().size() && world().size() > 1; ++k)
      EXPECT_EQ(p.sent(k, (k + 1) % world().size()).bytes, runs * 8 * (10 + k));
  }
}

TEST(counted_messages, halo_messages_are_those_of_a_closed_form) {
  const process_grid<2> grid(world(), {world().size(), 1});
  global_array<float, 2> u(grid, {4 * world().size(), 30}, halo<2>(1));
  const parallel_profile p = parallel_profile::run(world(), [&] {
    TESSERA_PROFILE("halo");
    for (int k = 0; k < 5; ++k) {
      u.fill(static_cast<float>(k));
      u.update_halo();
    }
  });
  if (world().rank() != 0) return;
  // Two messages for each pair of neighbours, of a row each.
  EXPECT_EQ(p["halo"].sent.messages, 5 * 2 * (world().size() - 1));
  EXPECT_EQ(p["halo"].sent.bytes % (5 * 30 * 4), 0);
  EXPECT_GE(p["halo"].sent.bytes, 5 * 2 * (world().size() - 1) * 30 * 4);
}

TEST(counted_messages, messages_of_users_are_counted_once) {
  const std::vector<double> small(10, 1.0);
  const std::vector<double> large(100000, 2.0);
  std::vector<double> into(100000);
  ndarray<double, 2> matrix(shape_t<2>{4, 6});
  matrix = 3.0;
  const parallel_profile p = parallel_profile::run(world(), [&] {
    for (const auto* data : {&small, &large}) {
      TESSERA_PROFILE("isend");
      request sending = isend(world(), *data, right(), 3);
      std::vector<double> place(data->size());
      recv(world(), place, left(), 3);
      sending.wait();
    }
    {
      TESSERA_PROFILE("irecv");
      std::vector<double> place(10);
      request receiving = irecv(world(), place, left(), any_tag);
      send(world(), small, right(), 4);
      receiving.wait();
    }
    {
      TESSERA_PROFILE("sendrecv");
      std::vector<double> place(10);
      sendrecv(world(), small, right(), place, left());
    }
    {
      TESSERA_PROFILE("column");
      ndarray<double, 1> place(shape_t<1>{4});
      request sending = isend(world(), matrix(all, 2), right());
      recv(world(), place, left());
      sending.wait();
    }
    {
      TESSERA_PROFILE("value");
      request sending = isend(world(), 5, right());
      EXPECT_EQ(recv<int>(world(), left()), 5);
      sending.wait();
    }
  });
  if (world().rank() != 0) return;
  const index_t n = world().size();
  const auto expect_count = [&](const char* region, index_t messages, index_t bytes) {
    EXPECT_EQ(p[region].sent.messages, n * messages) << region;
    EXPECT_EQ(p[region].received.messages, n * messages) << region;
    EXPECT_EQ(p[region].sent.bytes, n * bytes) << region;
    EXPECT_EQ(p[region].received.bytes, n * bytes) << region;
  };
  expect_count("isend", 2, 8 * 100010);
  expect_count("irecv", 1, 80);
  expect_count("sendrecv", 1, 80);
  expect_count("column", 1, 32);
  expect_count("value", 1, 4);
}

TEST(counted_messages, what_is_sent_is_received) {
  const process_grid<1> grid(world());
  global_array<double, 1> u(grid, {5 * world().size()});
  u.fill(1.0);
  const parallel_profile p = parallel_profile::run(world(), [&] {
    TESSERA_PROFILE("many calls");
    const auto sums = cumsum(u);
    const auto turned = roll(u, 3);
    EXPECT_EQ(sum(turned), 5.0 * world().size());
  });
  if (world().rank() != 0) return;
  const parallel_profile_entry& e = p["many calls"];
  EXPECT_EQ(e.sent.messages > 0, world().size() > 1);
  EXPECT_EQ(e.sent.messages, e.received.messages);
  EXPECT_EQ(e.sent.bytes, e.received.bytes);
  EXPECT_GT(e.collectives, 0);
}

TEST(counted_messages, peers_are_ranks_of_the_world) {
  // The other way round.
  const communicator turned = world().split(0, -world().rank());
  const std::vector<int> data(3);
  std::vector<int> into(3);
  const parallel_profile p = parallel_profile::run(world(), [&] {
    const communicator odd_ones = turned.split(turned.rank() % 2);
    const int n = odd_ones.size();
    const int me = odd_ones.rank();
    sendrecv(odd_ones, data, (me + 1) % n, into, (me + n - 1) % n);
  });
  if (world().rank() != 0) return;
  const int n = world().size();
  for (int from = 0; from < n; ++from) {
    // Two ranks lower, or the highest of its kind.
    int to = from - 2;
    if (to < 0) to = n - 1 - (n - 1 - from) % 2;
    EXPECT_EQ(p.sent(from, to).messages, 1) << from;
    EXPECT_EQ(p.sent(from, to).bytes, 12) << from;
  }
}

TEST(counted_messages, between_two_groups) {
  if (world().size() < 2) return;
  const bool is_first = world().rank() == 0;
  const communicator local = world().split(is_first ? 0 : 1);
  const intercommunicator between(local, 0, world(), is_first ? 1 : 0);
  const int others = world().size() - 1;
  const parallel_profile p = parallel_profile::run(world(), [&] {
    TESSERA_PROFILE("coupling");
    int got = -1;
    if (is_first) {
      for (int k = 0; k < others; ++k) send(between, 7, k);
    } else {
      recv(between, got, 0);
      EXPECT_EQ(got, 7);
    }
  });
  if (is_first) {
    EXPECT_EQ(p["coupling"].sent.messages, others);
  }
}
