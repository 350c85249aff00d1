#include <tessera/distributed/messages.hpp>

#include "cases.hpp"
#include "message_of.hpp"
#include "messages/in_pieces.hpp"

#include <tessera/core/creation/create.hpp>

#include <chrono>
#include <map>
#include <thread>

using namespace tessera_test;

namespace {

struct particle {
  double x[6];
  long id;
};

class exchange_parts : public in_pieces {};

std::vector<particle> particles(int from, std::size_t count) {
  return std::vector<particle>(count, particle{{1, 2, 3, 4, 5, 6}, from});
}

} // namespace

TEST_P(exchange_parts, of_all_ranks) {
  std::vector<std::vector<particle>> leaving;
  for (int r = 0; r < ranks; ++r)
    leaving.push_back(particles(me, static_cast<std::size_t>(r == me ? 5 : 2 * me + r)));
  const auto arrived = exchange(world(), leaving);
  ASSERT_EQ(arrived.size(), leaving.size());
  for (int r = 0; r < ranks; ++r) {
    const auto& part = arrived[static_cast<std::size_t>(r)];
    EXPECT_EQ(part.size(), static_cast<std::size_t>(r == me ? 5 : 2 * r + me));
    for (const particle& p : part) EXPECT_EQ(p.id, r);
  }
}

TEST_P(exchange_parts, of_some_ranks_again_and_again) {
  for (std::size_t round = 0; round < 30; ++round) {
    std::map<int, std::vector<particle>> leaving;
    leaving[(me + 1) % ranks] = particles(me, 3 + round);
    if (me == 0) leaving[0] = particles(me, 400); // to oneself
    const auto arrived = exchange(world(), leaving);
    const int left = (me + ranks - 1) % ranks;
    std::map<int, std::size_t> expected{{left, left == 0 && me == 0 ? 400 : 3 + round}};
    if (me == 0) expected[0] = 400;
    EXPECT_EQ(arrived.size(), expected.size());
    for (const auto& [rank, count] : expected) {
      ASSERT_EQ(arrived.count(rank), 1U);
      EXPECT_EQ(arrived.at(rank).size(), count);
      EXPECT_EQ(arrived.at(rank)[0].id, rank);
    }
  }
}

TEST_P(exchange_parts, of_nobody) {
  EXPECT_TRUE(exchange(world(), std::map<int, std::vector<int>>()).empty());
  for (const std::vector<int>& part :
       exchange(world(), std::vector<std::vector<int>>(static_cast<std::size_t>(ranks))))
    EXPECT_TRUE(part.empty());
}

INSTANTIATE_TEST_SUITE_P(pieces, exchange_parts, testing::Values(index_t{1} << 30, index_t{100}));

TEST(exchange_parts, one_for_each_rank) {
  const std::vector<std::vector<int>> few(static_cast<std::size_t>(world().size()) + 1);
  EXPECT_NE(message_of<argument_error>([&] { (void)exchange(world(), few); }).find("parts for"),
            std::string::npos);
  const std::map<int, std::vector<int>> nobody{{world().size(), {1}}};
  EXPECT_NE(message_of<argument_error>([&] { (void)exchange(world(), nobody); }).find("no rank"),
            std::string::npos);
}

// Receives of anything from anybody take what users send, not what collective calls send.
TEST_P(exchange_parts, meet_no_messages_of_users) {
  const std::vector<index_t> one_each(static_cast<std::size_t>(ranks), 1);
  const ndarray<int, 1> sent = full<int>({ranks}, -1 - me);
  ndarray<int, 1> received = full<int>({ranks}, 0);
  const std::vector<std::vector<int>> parts(static_cast<std::size_t>(ranks),
                                            std::vector<int>(3, me));
  const std::map<int, std::vector<int>> for_first{{0, {me, me}}};
  for (int round = 0; round < 6; ++round) {
    // The last rank sends late, when the others are in their calls already.
    if (me == 0)
      for (int k = 1; k < ranks; ++k) {
        int got = -1;
        EXPECT_EQ(recv(world(), got, any_source).source(), ranks - 1);
        EXPECT_EQ(got, 100 + k);
      }
    if (me == ranks - 1 && ranks > 1) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      for (int k = 1; k < ranks; ++k) send(world(), 100 + k, 0);
    }
    if (round % 3 == 0) alltoallv(world(), sent, one_each, received, one_each);
    if (round % 3 == 1) {
      EXPECT_EQ(exchange(world(), parts)[static_cast<std::size_t>(ranks - 1)][2], ranks - 1);
    }
    if (round % 3 == 2) {
      EXPECT_EQ(exchange(world(), for_first).size(),
                me == 0 ? static_cast<std::size_t>(ranks) : 0U);
    }
  }
  EXPECT_EQ(received(ranks - 1), -ranks);
}
