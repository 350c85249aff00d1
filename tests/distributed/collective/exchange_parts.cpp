#include <tessera/distributed/messages.hpp>

#include "cases.hpp"
#include "message_of.hpp"
#include "messages/in_pieces.hpp"

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
