#include "cases.hpp"
#include "message_of.hpp"
#include "messages/ring.hpp"

#include <tessera/core/creation/create.hpp>
#include <tessera/core/reductions/reduce.hpp>
#include <tessera/distributed/messages.hpp>

using namespace tessera;
using namespace tessera_test;

TEST(persistent_requests, rows_again_and_again) {
  ndarray<double, 2> sent = zeros<double>({3, 5});
  ndarray<double, 2> received = zeros<double>({3, 5});
  persistent_request both[] = {recv_init(world(), received(slice(none, none, -1), 1), left(), 4),
                               send_init(world(), sent(all, 2), right(), 4)};
  for (int step = 0; step < 20; ++step) {
    sent = 100.0 * world().rank() + step;
    start_all(both);
    EXPECT_TRUE(both[0].is_active());
    wait_all(both);
    EXPECT_FALSE(both[0].is_active());
    EXPECT_EQ(both[0].wait().source(), left());
    EXPECT_TRUE(both[0].test());
    EXPECT_TRUE(array_equal(received(all, 1), full<double>({3}, 100.0 * left() + step)));
    EXPECT_EQ(received(0, 0), 0.0);
  }
}

TEST(persistent_requests, what_has_a_name_may_change) {
  std::vector<int> sent;
  std::vector<int> received;
  persistent_request sending = ssend_init(world(), sent, right());
  persistent_request receiving = recv_init(world(), received, left());
  for (std::size_t n : {3U, 0U, 5000U}) {
    sent.assign(n, world().rank());
    received.resize(n);
    receiving.start();
    sending.start();
    EXPECT_EQ(receiving.wait().count(), static_cast<index_t>(n));
    sending.wait();
    EXPECT_EQ(received, std::vector<int>(n, left()));
  }
}

TEST(persistent_requests, to_nobody) {
  double x = 1;
  persistent_request nothing = recv_init(world(), x, no_rank);
  nothing.start();
  EXPECT_EQ(nothing.wait().source(), no_rank);
  EXPECT_EQ(x, 1);
}

TEST(persistent_requests, one_at_a_time) {
  int x = 0;
  persistent_request receiving = recv_init(world(), x, left(), 9);
  receiving.start();
  EXPECT_EQ(message_of<argument_error>([&] { receiving.start(); }),
            "start: this message is still under way; wait for it before it is started again");
  EXPECT_TRUE(receiving.cancel());
  EXPECT_FALSE(receiving.is_active());
  persistent_request nothing;
  EXPECT_EQ(message_of<argument_error>([&] { nothing.start(); }),
            "start: a persistent request that was made without a message");
  persistent_request nowhere = send_init(world(), x, world().size());
  EXPECT_NE(message_of<argument_error>([&] {
              nowhere.start();
            }).find("there is no rank " + std::to_string(world().size())),
            std::string::npos);
}

TEST(persistent_requests, all_are_waited_for_when_one_fails) {
  double numbers[3] = {};
  const ndarray<double, 1> long_one = zeros<double>({4});
  const ndarray<double, 1> short_one = ones<double>({3});
  view<double, 1> into(numbers, {3});
  ndarray<double, 1> other = zeros<double>({3});
  persistent_request both[] = {recv_init(world(), into, left(), 1),
                               recv_init(world(), other, left(), 2)};
  start_all(both);
  request first = isend(world(), long_one, right(), 1);
  request second = isend(world(), short_one, right(), 2);
  EXPECT_NE(message_of<argument_error>([&] { wait_all(both); }).find("float64 (3,)"),
            std::string::npos);
  EXPECT_EQ(other(2), 1.0);
  first.wait();
  second.wait();
}
