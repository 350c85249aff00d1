#include <tessera/distributed/collective/remote_group.hpp>

#include "cases.hpp"
#include "message_of.hpp"
#include "messages/in_pieces.hpp"

#include <tessera/core.hpp>
#include <tessera/distributed/messages.hpp>
#include <tessera/distributed/ranks/agreed.hpp>

#include <numeric>
#include <string>

using namespace tessera_test;

namespace {

/// The first rank and the others, which know each other; or, of an even number, two halves.
class remote_group : public in_pieces {
protected:
  explicit remote_group(int first)
      : is_first(me < first), local(world().split(is_first ? 0 : 1)),
        between(ranks > 1 ? intercommunicator(local, 0, world(), is_first ? first : 0)
                          : intercommunicator()) {}
  remote_group() : remote_group(world().size() > 2 ? world().size() / 2 : 1) {}

  [[nodiscard]] bool is_alone() const { return ranks < 2; }
  /// This group's rank whose number is that of a rank of the other group, or the last one.
  [[nodiscard]] int partner() const {
    return std::min(between.local_rank(), between.remote_size() - 1);
  }

  bool is_first;
  communicator local;
  intercommunicator between;
};

int value_of(bool is_first, int rank) { return (is_first ? 100 : 200) + rank; }

} // namespace

// Each rank sends to all of the other group: numbers are those of the other group.
TEST_P(remote_group, messages) {
  if (is_alone()) return;
  const int mine = value_of(is_first, local.rank());
  request_set sending;
  ndarray<int, 2> table(shape_t<2>{3, 700});
  table = mine;
  for (int to = 0; to < between.remote_size(); ++to) {
    sending.add(isend(between, mine, to, 1));
    sending.add(isend(between, table, to, 2));
    sending.add(isend(between, table(all, slice(none, none, 2)), to, 3));
  }
  int seen = 0;
  for (int k = 0; k < between.remote_size(); ++k) {
    int value = 0;
    const status from = recv(between, value, any_source, 1);
    EXPECT_EQ(value, value_of(!is_first, from.source()));
    seen += from.source();
    const auto theirs = recv<int, 2>(between, from.source(), 2);
    EXPECT_TRUE(array_equal(theirs, full({3, 700}, value)));
    incoming_message last = probe(between, from.source(), 3);
    EXPECT_EQ(last.source(), from.source());
    EXPECT_EQ(last.bytes(), 3 * 350 * 4);
    EXPECT_TRUE(array_equal(last.recv<int, 2>(), full({3, 350}, value)));
  }
  EXPECT_EQ(seen, between.remote_size() * (between.remote_size() - 1) / 2);
  sending.wait_all();
  EXPECT_FALSE(improbe(between, any_source).has_value());
}

// Ranks of equal numbers are not the same one.
TEST_P(remote_group, blocking_messages_to_the_same_number) {
  if (is_alone() || between.local_rank() >= between.remote_size()) return;
  const int me_there = between.local_rank();
  ndarray<double, 1> sent(shape_t<1>{1000});
  sent = value_of(is_first, me_there);
  ndarray<double, 1> received(shape_t<1>{1000});
  sendrecv(between, sent, me_there, received, me_there);
  EXPECT_EQ(received(999), value_of(!is_first, me_there));
  if (is_first) {
    send(between, sent, me_there);
    ssend(between, sent, me_there);
    recv(between, received, me_there);
  } else {
    recv(between, received, me_there);
    recv(between, received, me_there);
    send(between, sent, me_there);
  }
  EXPECT_EQ(received(0), value_of(!is_first, me_there));
}

TEST_P(remote_group, bcast) {
  if (is_alone()) return;
  for (const bool from_first : {true, false}) {
    const int roots = is_first == from_first ? between.local_size() : between.remote_size();
    for (int root = 0; root < roots; ++root) {
      const ndarray<double, 2> sent = full({2, 600}, 1.5 * root);
      const std::vector<int> some(static_cast<std::size_t>(root), 7);
      if (is_first == from_first) {
        bcast_to(between, 10 + root, root);
        bcast_to(between, sent, root);
        bcast_to(between, some, root);
        bcast_to(between, std::string("clock"), root);
      } else {
        int value = 0;
        bcast_from(between, value, root);
        EXPECT_EQ(value, 10 + root);
        auto received = zeros(2, 600);
        bcast_from(between, received, root);
        EXPECT_TRUE(array_equal(received, sent));
        std::vector<int> list{1, 2, 3};
        bcast_from(between, list, root);
        EXPECT_EQ(list, some);
        std::string text;
        bcast_from(between, text, root);
        EXPECT_EQ(text, "clock");
      }
    }
  }
}

TEST_P(remote_group, allgather) {
  if (is_alone()) return;
  const auto values = allgather(between, value_of(is_first, between.local_rank()));
  ASSERT_EQ(static_cast<int>(values.size()), between.remote_size());
  for (int rank = 0; rank < between.remote_size(); ++rank)
    EXPECT_EQ(values[static_cast<std::size_t>(rank)], value_of(!is_first, rank));
  const auto texts =
      allgather(between, std::string(static_cast<std::size_t>(between.local_rank()), 'x'));
  for (std::size_t rank = 0; rank < texts.size(); ++rank)
    EXPECT_EQ(texts[rank], std::string(rank, 'x'));
  if (is_first)
    EXPECT_EQ(allgather<double>(between, 5).back(), 2.5);
  else
    EXPECT_EQ(allgather<int>(between, 2.5).back(), 5);
}

TEST_P(remote_group, gather) {
  if (is_alone()) return;
  const std::vector<int> mine(static_cast<std::size_t>(between.local_rank() + 1),
                              value_of(is_first, between.local_rank()));
  for (const bool to_first : {true, false}) {
    const int roots = is_first == to_first ? between.local_size() : between.remote_size();
    for (int root = 0; root < roots; ++root) {
      if (is_first != to_first) {
        gather_to(between, mine, root);
        continue;
      }
      const auto all_theirs = gather_from<std::vector<int>>(between, root);
      if (between.local_rank() != root) {
        EXPECT_TRUE(all_theirs.empty());
        continue;
      }
      EXPECT_EQ(static_cast<int>(all_theirs.size()), between.remote_size());
      for (std::size_t rank = 0; rank < all_theirs.size(); ++rank)
        EXPECT_EQ(all_theirs[rank],
                  std::vector<int>(rank + 1, value_of(!is_first, static_cast<int>(rank))));
    }
  }
}

TEST_P(remote_group, collective_calls_do_not_meet_messages) {
  if (is_alone()) return;
  request later;
  if (is_first && between.local_rank() == 0) later = isend(between, -5, 0, 0);
  const auto values = allgather(between, 5);
  EXPECT_EQ(values[0], 5);
  if (!is_first && between.local_rank() == 0) {
    EXPECT_EQ(recv<int>(between, 0), -5);
  }
  later.wait();
}

INSTANTIATE_TEST_SUITE_P(pieces, remote_group, testing::Values(1 << 30, 40));

TEST_P(remote_group, ranks_that_are_not_there) {
  if (is_in_small_pieces()) GTEST_SKIP() << "once will do";
  const unchecked_arguments unchecked;
  if (is_alone()) return;
  const int n = between.remote_size();
  const std::string no_n = ": there is no rank " + std::to_string(n) +
                           "; the remote group has rank" +
                           (n == 1 ? " 0 alone" : "s 0 to " + std::to_string(n - 1));
  EXPECT_EQ(message_of<argument_error>([&] { send(between, 1, n); }),
            "send in an intercommunicator" + no_n);
  between.set_name("coupling");
  EXPECT_EQ(message_of<argument_error>([&] { static_cast<void>(recv<int>(between, n)); }),
            "probe in intercommunicator \"coupling\"" + no_n);
  const std::string among = ": there is no rank -1 among the ";
  const std::string call = " in intercommunicator \"coupling\"";
  const std::string there = std::to_string(n) + " of the remote group";
  const std::string here = std::to_string(between.local_size()) + " of this group";
  int value = 0;
  EXPECT_EQ(message_of<argument_error>([&] { bcast_from(between, value, -1); }),
            "bcast_from" + call + among + there);
  EXPECT_EQ(message_of<argument_error>([&] { bcast_to(between, value, -1); }),
            "bcast_to" + call + among + here);
  EXPECT_EQ(message_of<argument_error>([&] { gather_to(between, value, -1); }),
            "gather_to" + call + among + there);
  EXPECT_EQ(message_of<argument_error>([&] { static_cast<void>(gather_from<int>(between, -1)); }),
            "gather_from" + call + among + here);
}

TEST_P(remote_group, what_comes_does_not_fit) {
  if (is_in_small_pieces()) GTEST_SKIP() << "once will do";
  const unchecked_arguments unchecked;
  if (is_alone()) return;
  const bool sends = is_first;
  if (sends) {
    bcast_to(between, std::array{1, 2, 3}, 0);
    static_cast<void>(allgather<double>(between, 1.0F));
  } else {
    std::array<int, 2> two{};
    const std::string text = message_of<argument_error>([&] { bcast_from(between, two, 0); });
    const std::string where = between.local_size() == 1 ? "" : "rank 0: ";
    EXPECT_EQ(text, where + "recv in an intercommunicator: rank 0 sent 3 such elements (12 bytes), "
                            "and rank 0 receives into int32 (2,)");
    EXPECT_EQ(
        message_of<argument_error>([&] { static_cast<void>(allgather<double>(between, 1.0)); }),
        "a value of 4 bytes where 8 are asked for: ranks disagree about its type");
  }
}

TEST_P(remote_group, no_groups) {
  if (is_in_small_pieces()) GTEST_SKIP() << "once will do";
  const unchecked_arguments unchecked;
  const intercommunicator nothing;
  const std::string text =
      "a collective call on an intercommunicator that was made without arguments, or moved from";
  EXPECT_EQ(message_of<communication_error>([&] { bcast_to(nothing, 1, 0); }), text);
  EXPECT_EQ(message_of<communication_error>([&] { static_cast<void>(allgather(nothing, 1)); }),
            text);
  message_of<communication_error>([&] { send(nothing, 1, 0); });
}
