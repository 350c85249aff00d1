#include <tessera/distributed/ranks/intercommunicator.hpp>

#include "cases.hpp"
#include "message_of.hpp"

#include <string>

using namespace tessera_test;

namespace {

/// The ranks of the world in two groups, the first `n` and the others backwards.
struct two_groups {
  explicit two_groups(int n)
      : is_first(world().rank() < n), local(world().split(is_first ? 0 : 1, key())),
        between(local, 0, world(), is_first ? world().size() - 1 : 0, 5) {}
  [[nodiscard]] int key() const { return is_first ? world().rank() : -world().rank(); }

  bool is_first;
  communicator local;
  intercommunicator between;
};

} // namespace

TEST(intercommunicator, knows_both_groups) {
  for (int n = 1; n < world().size(); ++n) {
    const two_groups groups(n);
    const intercommunicator& between = groups.between;
    const int others = world().size() - n;
    EXPECT_EQ(between.local_rank(), groups.local.rank());
    EXPECT_EQ(between.local_size(), groups.is_first ? n : others);
    EXPECT_EQ(between.remote_size(), groups.is_first ? others : n);
    EXPECT_EQ(between.local_group(), groups.local.group());
    EXPECT_TRUE(between.local().same_ranks(groups.local));
    const group first = world().group().include_ranges({{0, n - 1}});
    const group second = world().group().include_ranges({{world().size() - 1, n, -1}});
    EXPECT_EQ(between.remote_group(), groups.is_first ? second : first);
    EXPECT_FALSE(between.is_null());
    between.barrier();
  }
}

TEST(intercommunicator, merges_in_the_order_that_is_asked_for) {
  for (int n = 1; n < world().size(); ++n) {
    const two_groups groups(n);
    const group first = groups.is_first ? groups.local.group() : groups.between.remote_group();
    const group second = groups.is_first ? groups.between.remote_group() : groups.local.group();
    const communicator in_order = groups.between.merge(!groups.is_first);
    EXPECT_EQ(in_order.group(), set_union(first, second));
    const communicator other_order = groups.between.merge(groups.is_first);
    EXPECT_EQ(other_order.group(), set_union(second, first));
    const communicator any_order = groups.between.merge();
    EXPECT_EQ(allreduce_sum(any_order, 1), world().size());
  }
}

TEST(intercommunicator, waits_for_the_other_group) {
  if (world().size() < 2) return;
  const two_groups groups(1);
  const process_grid<1> beside(world());
  int value = 0;
  if (groups.is_first) {
    value = 1;
    for (int rank = 1; rank < world().size(); ++rank)
      MPI_Send(&value, 1, MPI_INT, rank, 3, beside.comm().native());
    groups.between.barrier();
  } else {
    groups.between.barrier();
    int has_come = 0; // sent before the barrier; local sends of four bytes have come by then
    while (has_come == 0) MPI_Iprobe(0, 3, beside.comm().native(), &has_come, MPI_STATUS_IGNORE);
    MPI_Recv(&value, 1, MPI_INT, 0, 3, beside.comm().native(), MPI_STATUS_IGNORE);
  }
  EXPECT_EQ(value, 1);
}

TEST(intercommunicator, of_nothing) {
  const intercommunicator none;
  EXPECT_TRUE(none.is_null());
  EXPECT_EQ(none.local_size(), 0);
  EXPECT_EQ(none.remote_size(), 0);
  EXPECT_EQ(none.remote_group(), group());
  const std::string text =
      "a collective call on an intercommunicator that was made without arguments, or moved from";
  EXPECT_EQ(message_of<communication_error>([&] { none.barrier(); }), text);
  EXPECT_EQ(message_of<communication_error>([&] { static_cast<void>(none.merge()); }), text);
}

TEST(intercommunicator, copies_are_the_same_one) {
  if (world().size() < 2) return;
  intercommunicator copy;
  {
    const two_groups groups(1);
    copy = groups.between;
    groups.between.set_name("coupling");
  }
  EXPECT_EQ(copy.name(), "coupling");
  copy.barrier();
}

TEST(intercommunicator, leaders_that_are_not_there) {
  const communicator local = world().split(world().rank() % 2);
  const std::string n = std::to_string(local.size());
  const std::string ranks =
      local.size() == 1 ? "the communicator has rank 0 alone"
                        : "the communicator has ranks 0 to " + std::to_string(local.size() - 1);
  const auto make = [&](int leader, const communicator& bridge, int remote, int tag) {
    return message_of<argument_error>(
        [&] { intercommunicator(local, leader, bridge, remote, tag); });
  };
  EXPECT_EQ(make(local.size(), world(), 0, 0),
            "intercommunicator: there is no rank " + n + " for the local leader; " + ranks);
  const std::string where = local.size() == 1 ? "" : "rank 0: ";
  EXPECT_EQ(make(0, communicator(), 0, 0),
            where + "intercommunicator: the leader gave a bridge of no ranks: it must be a "
                    "communicator that both leaders are in");
  const std::string text = make(0, world(), -2, 0);
  EXPECT_TRUE(text.starts_with(
      where +
      "intercommunicator: there is no rank -2 for the remote leader; the communicator has "))
      << text;
  const std::string leader = std::to_string(world().rank() % 2); // the first of each half
  EXPECT_EQ(make(0, world(), world().rank() % 2, 0),
            where + "intercommunicator: rank " + leader +
                " of the bridge is the leader of both groups");
  EXPECT_EQ(make(0, world(), 0, -1), "intercommunicator: -1 is no tag; tags are 0, 1, ...");
  EXPECT_EQ(message_of<communication_error>([&] {
              intercommunicator(communicator(), 0, world(), 0);
            }).substr(0, 55),
            "a collective call on a communicator of no ranks: it was");
}

TEST(intercommunicator, ranks_of_a_group_that_merge_in_different_ways) {
  if (world().size() < 3) return;
  const two_groups groups(1);
  if (groups.is_first) return;
  const std::string text = message_of<argument_error>(
      [&] { static_cast<void>(groups.between.merge(groups.between.local_rank() == 0)); });
  EXPECT_TRUE(text.starts_with("ranks disagree about the high of merge: rank 0: true")) << text;
  EXPECT_NE(text.find("false"), std::string::npos) << text;
}
