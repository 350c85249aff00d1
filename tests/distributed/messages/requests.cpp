#include "cases.hpp"
#include "message_of.hpp"
#include "messages/ring.hpp"

#include <tessera/core/creation/create.hpp>
#include <tessera/core/reductions/reduce.hpp>
#include <tessera/distributed/messages.hpp>

#include <numeric>

using namespace tessera_test;

namespace {

std::size_t at(int k) { return static_cast<std::size_t>(k); }

} // namespace

TEST(requests, those_that_are_done_say_so_again) {
  const int me = world().rank();
  request sending = isend(world(), me, right());
  int from = -1;
  request receiving = irecv(world(), from, left());
  EXPECT_EQ(receiving.wait().source(), left());
  EXPECT_EQ(receiving.wait().source(), left());
  EXPECT_TRUE(receiving.is_done());
  EXPECT_TRUE(receiving.test());
  EXPECT_EQ(from, left());
  sending.wait();
  EXPECT_TRUE(request().test());
}

TEST(requests, moves) {
  const int me = world().rank();
  int from = -1;
  request receiving = irecv(world(), from, left());
  request other = std::move(receiving);
  request& same = other;
  other = std::move(same);
  request sending = isend(world(), me, right());
  sending = isend(world(), me, right(), 1); // the one before is waited for
  other.wait();
  EXPECT_EQ(from, left());
  EXPECT_EQ(recv<int>(world(), left(), 1), left());
}

TEST(requests, receives_that_are_taken_back) {
  std::vector<double> v(5, 7.0);
  request never = irecv(world(), v, left(), 77);
  EXPECT_FALSE(never.test());
  EXPECT_TRUE(never.cancel());
  EXPECT_TRUE(never.is_done());
  world().barrier();
  // It is not received by the request that was taken back.
  request sending = isend(world(), v, right(), 77);
  EXPECT_EQ(recv<std::vector<double>>(world(), left(), 77), v);
}

TEST(requests, sets) {
  constexpr int count = 20;
  std::vector<ndarray<double, 2>> sent;
  std::vector<ndarray<double, 2>> received;
  for (int k = 0; k < count; ++k) {
    sent.push_back(full<double>({k + 1, 3 * k}, world().rank() + 100.0 * k));
    received.push_back(full<double>({k + 1, 3 * k}, -1.0));
  }
  request_set all;
  for (int k = 0; k < count; ++k)
    EXPECT_EQ(all.add(irecv(world(), received[at(k)], left(), k)), at(k));
  EXPECT_EQ(all.pending(), count);
  for (int k = count; k-- > 0;) all.add(isend(world(), sent[at(k)], right(), k));
  std::vector<bool> seen(2 * count, false);
  for (int k = 0; k < count; ++k) {
    const auto done = all.wait_any();
    ASSERT_TRUE(done.has_value());
    EXPECT_FALSE(seen[*done]);
    seen[*done] = true;
  }
  for (const std::size_t done : all.wait_some()) {
    EXPECT_FALSE(seen[done]);
    seen[done] = true;
  }
  all.wait_all();
  EXPECT_EQ(all.pending(), 0U);
  EXPECT_FALSE(all.wait_any().has_value());
  EXPECT_TRUE(all.test_all());
  for (int k = 0; k < count; ++k) {
    EXPECT_TRUE(array_equal(received[at(k)], full<double>({k + 1, 3 * k}, left() + 100.0 * k)));
    EXPECT_EQ(all.status_of(at(k)).tag(), k);
  }
}

TEST(requests, the_first_error_of_a_set_when_all_have_ended) {
  const std::vector<double> sent(4, 1.0);
  std::vector<double> small(3);
  std::vector<double> whole(4);
  request_set all;
  all.add(irecv(world(), small, left(), 1));
  all.add(irecv(world(), whole, left(), 2));
  all.add(isend(world(), sent, right(), 1));
  all.add(isend(world(), sent, right(), 2));
  EXPECT_NE(message_of<argument_error>([&] { all.wait_all(); }).find("receives into float64 (3,)"),
            std::string::npos);
  EXPECT_EQ(whole, sent);
}

TEST(requests, values_that_come_later) {
  auto next = irecv<double, 2>(world(), left(), 1);
  auto text = irecv<std::string>(world(), left(), 2);
  EXPECT_FALSE(next.test());
  world().barrier();
  request_set sending;
  const std::string hello = "hello " + std::to_string(world().rank());
  const auto a = full<double>({70, 80}, world().rank());
  sending.add(isend(world(), hello, right(), 2));
  sending.add(isend(world(), a, right(), 1));
  EXPECT_EQ(text.wait(), "hello " + std::to_string(left()));
  EXPECT_TRUE(array_equal(next.wait(), full<double>({70, 80}, left())));
  sending.wait_all();
}

TEST(requests, any_tag_beside_long_arrays) {
  const auto long_one = full<double>({100, 100}, world().rank());
  ndarray<double, 2> into(shape_t<2>{100, 100});
  std::vector<int> any(3);
  request first = irecv(world(), into, left(), 5);
  request_set sending;
  sending.add(isend(world(), long_one, right(), 5));
  const std::vector<int> numbers{1, 2, 3};
  sending.add(isend(world(), numbers, right(), 6));
  EXPECT_EQ(recv(world(), any, left()).tag(), 6);
  first.wait();
  EXPECT_TRUE(array_equal(into, full<double>({100, 100}, left())));
  sending.wait_all();
}

TEST(requests, synchronous_sends_wait_for_their_receivers) {
  if (world().size() == 1) GTEST_SKIP();
  const int me = world().rank();
  request sending = issend(world(), me, right());
  world().barrier();
  EXPECT_FALSE(sending.test());
  world().barrier();
  EXPECT_EQ(recv<int>(world(), left()), left());
  sending.wait();
  if (me == 0) ssend(world(), me, 1, 3);
  if (me == 1) {
    EXPECT_EQ(recv<int>(world(), 0, 3), 0);
  }
}

TEST(requests, long_messages_cross_whatever_is_waited_for_first) {
  const auto a = full<double>({300, 300}, world().rank());
  ndarray<double, 2> b(shape_t<2>{300, 300});
  ndarray<double, 1> c(shape_t<1>{90000});
  const auto flat = full<double>({90000}, world().rank());
  request first = irecv(world(), b, left(), 1);
  request second = irecv(world(), c, left(), 2);
  auto third = irecv<double, 2>(world(), left(), 3);
  request_set sending;
  sending.add(isend(world(), a, right(), 1));
  sending.add(isend(world(), flat, right(), 2));
  sending.add(isend(world(), a, right(), 3));
  sending.wait_all();
  EXPECT_EQ(third.wait()(299, 299), left());
  second.wait();
  first.wait();
  EXPECT_EQ(b(299, 0), left());
  EXPECT_EQ(c(89999), left());
  auto again = irecv<double, 2>(world(), left(), 5);
  sendrecv(world(), flat, right(), c, left(), 4, 4);
  request last = isend(world(), a, right(), 5);
  EXPECT_EQ(again.wait()(0, 0), left());
  last.wait();
}
