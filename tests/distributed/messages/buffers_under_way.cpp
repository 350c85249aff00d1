#include "message_of.hpp"
#include "messages/ring.hpp"

#include <tessera/core/creation/create.hpp>
#include <tessera/distributed/messages.hpp>
#include <tessera/distributed/ranks/agreed.hpp>

#include <vector>

using namespace tessera;
using namespace tessera_test;

namespace {

/// In check mode, which all of these need.
class buffers_under_way : public testing::Test {
protected:
  buffers_under_way() : before_(checks_arguments()) { check_arguments(true); }
  ~buffers_under_way() override {
    world().barrier();
    check_arguments(before_);
  }

private:
  bool before_;
};

} // namespace

TEST_F(buffers_under_way, what_is_sent_must_stay) {
  for (const std::size_t count : {std::size_t{3}, std::size_t{200'000}}) {
    std::vector<double> sent(count, 1.0);
    request sending = isend(world(), sent, right());
    sent[count - 1] = 2.0;
    std::vector<double> received(count);
    recv(world(), received, left());
    const std::string text = message_of<argument_error>([&] { sending.wait(); });
    EXPECT_TRUE(text.starts_with("isend")) << text;
    EXPECT_NE(text.find("was changed before the message had gone"), std::string::npos) << text;
    EXPECT_TRUE(sending.is_done());
  }
}

TEST_F(buffers_under_way, changes_are_found_by_test_as_well) {
  std::vector<int> sent{1};
  request sending = issend(world(), sent, right());
  sent[0] = 2;
  EXPECT_EQ(recv<std::vector<int>>(world(), left()).size(), 1U);
  const std::string text = message_of<argument_error>([&] {
    while (!sending.test()) continue;
  });
  EXPECT_TRUE(text.starts_with("issend")) << text;
}

TEST_F(buffers_under_way, what_is_packed_at_once_may_change) {
  ndarray<double, 2> a = zeros({6, 4});
  int number = 7;
  request column = isend(world(), a(all, 1), right(), 1);
  request value = isend(world(), number, right(), 2);
  request nameless = isend(world(), 5, right(), 3);
  a = 3.0;
  number = 8;
  ndarray<double, 1> received(shape_t<1>{6});
  recv(world(), received, left(), 1);
  EXPECT_EQ(received(5), 0.0);
  EXPECT_EQ(recv<int>(world(), left(), 2), 7);
  EXPECT_EQ(recv<int>(world(), left(), 3), 5);
  for (request* each : {&column, &value, &nameless}) each->wait();
}

TEST_F(buffers_under_way, elements_between_may_change) {
  ndarray<double, 2> a = zeros({6, 4});
  request sending = isend(world(), a(all, 1), right());
  a(all, 0) = 3.0;
  a(all, 2) = 4.0;
  ndarray<double, 1> received(shape_t<1>{6});
  recv(world(), received, left());
  EXPECT_NO_THROW(sending.wait());
  EXPECT_EQ(received(5), 0.0);
}

TEST_F(buffers_under_way, nothing_is_received_into_what_is_under_way) {
  std::vector<double> data(10, 5.0);
  request sending = isend(world(), data, right());
  const std::string text =
      message_of<argument_error>([&] { static_cast<void>(irecv(world(), data, left())); });
  EXPECT_TRUE(text.starts_with("irecv")) << text;
  EXPECT_NE(text.find("isend"), std::string::npos) << text;
  EXPECT_NE(text.find("float64 (10,)"), std::string::npos) << text;
  EXPECT_NE(text.find("still under way"), std::string::npos) << text;
  EXPECT_TRUE(message_of<argument_error>([&] { recv(world(), data, left()); }).starts_with("recv"));
  std::vector<double> other(10);
  recv(world(), other, left());
  sending.wait();
  EXPECT_EQ(other, data);
}

TEST_F(buffers_under_way, what_is_received_is_not_sent_meanwhile) {
  std::vector<double> data(10, 5.0);
  request receiving = irecv(world(), data, left());
  const std::string text =
      message_of<argument_error>([&] { static_cast<void>(isend(world(), data, right())); });
  EXPECT_NE(text.find("irecv"), std::string::npos) << text;
  EXPECT_TRUE(
      message_of<argument_error>([&] { send(world(), data, right()); }).starts_with("send"));
  send(world(), std::vector<double>(10, 6.0), right());
  receiving.wait();
  EXPECT_EQ(data[9], 6.0);
  request afterwards = isend(world(), data, right());
  std::vector<double> other(10);
  recv(world(), other, left());
  afterwards.wait();
  EXPECT_EQ(other[9], 6.0);
}

TEST_F(buffers_under_way, two_receives_want_different_places) {
  ndarray<double, 2> a = zeros({4, 6});
  // Columns that lie between each other share no element.
  request even = irecv(world(), a(all, slice(0, none, 2)), left(), 1);
  request odd = irecv(world(), a(all, slice(1, none, 2)), left(), 2);
  const std::string text =
      message_of<argument_error>([&] { static_cast<void>(irecv(world(), a(1, all), left(), 3)); });
  EXPECT_NE(text.find("float64 (6,)"), std::string::npos) << text;
  send(world(), ones({4, 3}).copy(), right(), 1);
  send(world(), ones({4, 3}).copy(), right(), 2);
  even.wait();
  odd.wait();
  EXPECT_EQ(a(3, 5), 1.0);
}

TEST_F(buffers_under_way, several_may_send_the_same) {
  const std::vector<int> data(5, 7);
  request one = isend(world(), data, right(), 1);
  request two = isend(world(), data, right(), 2);
  EXPECT_EQ(recv<std::vector<int>>(world(), left(), 1), data);
  EXPECT_EQ(recv<std::vector<int>>(world(), left(), 2), data);
  one.wait();
  two.wait();
}

TEST_F(buffers_under_way, persistent_messages) {
  std::vector<double> out(5, 1.0);
  std::vector<double> in(5);
  persistent_request sending = send_init(world(), out, right());
  persistent_request receiving = recv_init(world(), in, left());
  for (int round = 0; round < 3; ++round) {
    out.assign(5, round);
    receiving.start();
    sending.start();
    if (round == 2) out[0] = 9;
    receiving.wait();
    if (round == 2)
      EXPECT_NE(message_of<argument_error>([&] { sending.wait(); }).find("was changed"),
                std::string::npos);
    else
      EXPECT_NO_THROW(sending.wait());
    EXPECT_EQ(in[4], round);
  }
}
