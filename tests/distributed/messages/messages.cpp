#include "messages/overflow.hpp"

#include "cases.hpp"
#include "message_of.hpp"
#include "messages/ring.hpp"

#include <tessera/core/complex.hpp>
#include <tessera/core/creation/create.hpp>
#include <tessera/core/reductions/reduce.hpp>
#include <tessera/distributed/messages.hpp>
#include <tessera/distributed/process_grid.hpp>
#include <tessera/distributed/ranks/agreed.hpp>
#include <tessera/distributed/transfer/transfer.hpp>

#include <complex>
#include <ostream>
#include <string>

using namespace tessera_test;

namespace {

/// Ways in which messages travel: in pieces or not, with or without their types, and with the guard
/// against long messages or without it.
struct way {
  index_t piece;
  bool checks;
  bool guards;
};
// googletest prints bytes otherwise, those between the members too.
void PrintTo(const way& w, std::ostream* out) {
  *out << "pieces of " << w.piece << (w.checks ? ", checked" : "") << (w.guards ? ", guarded" : "");
}

class set_way {
public:
  explicit set_way(const way& w)
      : piece_(transfer_plan::piece_bytes()), checks_(checks_arguments()),
        guards_(detail::writes_past_end()) {
    transfer_plan::set_piece_bytes(w.piece);
    check_arguments(w.checks);
    detail::set_writes_past_end(w.guards);
  }
  set_way(const set_way&) = delete;
  set_way& operator=(const set_way&) = delete;
  ~set_way() {
    world().barrier();
    transfer_plan::set_piece_bytes(piece_);
    check_arguments(checks_);
    detail::set_writes_past_end(guards_);
  }

private:
  index_t piece_;
  bool checks_;
  bool guards_;
};

/// Without the guard nothing may be too long.
class messages : public testing::TestWithParam<way> {
protected:
  messages() : way_(GetParam()) {}
  static bool is_safe() { return detail::writes_past_end() || checks_arguments(); }

private:
  set_way way_;
};

/// An element that says where it comes from.
double value_at(int rank, index_t i) { return rank * 1000.0 + static_cast<double>(i); }

/// A view with gaps and axes in any order, numbered in the order of its subscripts.
template <std::size_t N> struct strided {
  strided(random_source& random, const std::vector<index_t>& shape_of_it, int rank)
      : layout(random, shape_of_it), memory(static_cast<std::size_t>(layout.extent), -1.0) {
    shape_t<N> shape{};
    shape_t<N> strides{};
    std::copy_n(shape_of_it.begin(), N, shape.begin());
    std::copy_n(layout.strides.begin(), N, strides.begin());
    elements.rebind(view<double, N>(memory.data() + layout.offset, shape, strides));
    index_t i = 0;
    ndarray<double, N> numbered(shape);
    for (index_t k = 0; k < numbered.size(); ++k) numbered.data()[k] = value_at(rank, i++);
    elements = numbered;
  }
  random_layout layout;
  std::vector<double> memory;
  view<double, N> elements;
};

template <std::size_t N> void check_strided(random_source& random, index_t most) {
  const std::vector<index_t> shape = random_shape(random, N, most);
  const strided<N> sent(random, shape, world().rank());
  strided<N> received(random, shape, -1);
  const strided<N> expected(random, shape, left());
  const double around = sum(view<double, 1>(received.memory.data(), {received.layout.extent})) -
                        sum(received.elements);
  request sending = isend(world(), sent.elements, right(), 5);
  const status from = recv(world(), received.elements, left(), random.one_in(2) ? 5 : any_tag);
  sending.wait();
  EXPECT_TRUE(array_equal(received.elements, expected.elements));
  EXPECT_EQ(sum(view<double, 1>(received.memory.data(), {received.layout.extent})) -
                sum(received.elements),
            around);
  EXPECT_EQ(from.source(), left());
  EXPECT_EQ(from.tag(), 5);
  EXPECT_EQ(from.count(), sent.elements.size());
  sendrecv(world(), sent.elements, right(), received.elements, left());
  EXPECT_TRUE(array_equal(received.elements, expected.elements));
  sending = isend(world(), sent.elements, right());
  const auto fresh = recv<double, N>(world(), left());
  sending.wait();
  EXPECT_TRUE(array_equal(fresh, expected.elements));
}

} // namespace

TEST_P(messages, views_of_any_strides) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int k = 0; k < 12; ++k) {
    check_strided<1>(random, k % 2 == 0 ? 40 : 3000);
    check_strided<2>(random, k % 2 == 0 ? 9 : 60);
    check_strided<3>(random, k % 2 == 0 ? 4 : 14);
  }
}

TEST_P(messages, ranges_and_values) {
  const std::vector<int> numbers{1, 2, world().rank()};
  request sending = isend(world(), numbers, right());
  const auto got = recv<std::vector<int>>(world(), left());
  sending.wait();
  EXPECT_EQ(got, (std::vector<int>{1, 2, left()}));

  const std::string text(static_cast<std::size_t>(5000 * world().rank()), 'x');
  sending = isend(world(), text, right());
  EXPECT_EQ(recv<std::string>(world(), any_source).size(), 5000U * static_cast<unsigned>(left()));
  sending.wait();

  const std::complex<double> z(world().rank(), -1.0);
  sending = isend(world(), z, right(), 3);
  std::complex<double> w;
  recv(world(), w, left(), 3);
  sending.wait();
  EXPECT_EQ(w, std::complex<double>(left(), -1.0));
  const bool yes = sendrecv<bool>(world(), world().rank() == 0, right(), left());
  EXPECT_EQ(yes, left() == 0);
}

TEST_P(messages, what_does_not_fit) {
  if (!is_safe()) GTEST_SKIP() << "here, messages that are too long would harm";
  const std::string me = std::to_string(world().rank());
  const std::string other = std::to_string(left());
  for (const index_t n : {3, 900}) {
    const auto a = full<double>({n, 5}, 1.0);
    ndarray<double, 2> turned(shape_t<2>{5, n});
    request sending = isend(world(), a, right());
    std::string text = message_of<argument_error>([&] { recv(world(), turned, left()); });
    EXPECT_EQ(text, "recv: rank " + other + " sent float64 " + to_string(a.shape()) +
                        ", and rank " + me + " receives into float64 " + to_string(turned.shape()));
    sending.wait();
    ndarray<float, 2> narrow(shape_t<2>{n, 5});
    sending = isend(world(), a, right());
    text = message_of<argument_error>([&] { recv(world(), narrow, left()); });
    EXPECT_NE(text.find("receives into float32"), text.npos) << text;
    sending.wait();
    sending = isend(world(), a, right());
    text = message_of<argument_error>([&] { (void)recv<double, 3>(world(), left()); });
    EXPECT_NE(text.find("asks for float64 of 3 axes"), text.npos) << text;
    sending.wait();
    // What comes next is not disturbed.
    sending = isend(world(), a, right());
    EXPECT_EQ((recv<double, 2>(world(), left()).shape()), a.shape());
    sending.wait();
  }
  for (const std::size_t room : {std::size_t{2}, std::size_t{40000}}) {
    const std::vector<double> sent(room == 2 ? 40000 : 2);
    std::vector<double> into(room);
    request sending = isend(world(), sent, right());
    const std::string text = message_of<argument_error>([&] { recv(world(), into, left()); });
    EXPECT_NE(text.find("rank " + other + " sent "), text.npos) << text;
    EXPECT_NE(text.find("rank " + me + " receives into float64"), text.npos) << text;
    sending.wait();
  }
}

TEST_P(messages, to_oneself) {
  const auto a = full<double>({40, 50}, 2.0);
  const std::vector<double> v(9, 1.0);
  send(world(), a, world().rank(), 1);
  send(world(), v, world().rank(), 2);
  EXPECT_EQ(recv<std::vector<double>>(world(), world().rank(), 2), v);
  EXPECT_TRUE(array_equal(recv<double, 2>(world(), world().rank(), 1), a));
}

TEST_P(messages, nobody) {
  const std::vector<double> v(9, 1.0);
  std::vector<double> w(9, 2.0);
  send(world(), v, no_rank);
  EXPECT_EQ(recv(world(), w, no_rank).source(), no_rank);
  EXPECT_EQ(w, std::vector<double>(9, 2.0));
  EXPECT_EQ((recv<double, 2>(world(), no_rank).size()), 0);
  irecv(world(), w, no_rank).wait();
  const process_grid<1> grid(world());
  sendrecv(grid.comm(), v, grid.neighbour(0, 1), w, grid.neighbour(0, -1));
  EXPECT_EQ(w[0], world().rank() == 0 ? 2.0 : 1.0);
  EXPECT_EQ(grid.neighbour(0, 1, true), right());
}

TEST_P(messages, looked_at_before_they_are_received) {
  const auto a = full<int>({3, world().rank() + 1}, world().rank());
  EXPECT_FALSE(improbe(world(), any_source).has_value());
  world().barrier();
  request sending = isend(world(), a, right(), 8);
  incoming_message found = probe(world(), any_source);
  EXPECT_EQ(found.source(), left());
  EXPECT_EQ(found.tag(), 8);
  EXPECT_EQ(found.count<int>(), 3 * (left() + 1));
  ASSERT_EQ(found.shape().size(), 2U);
  EXPECT_EQ(found.shape()[1], left() + 1);
  EXPECT_FALSE(improbe(world(), left()).has_value()); // taken out of the queue
  EXPECT_EQ((found.recv<int, 2>()(2, 0)), left());
  sending.wait();
}

INSTANTIATE_TEST_SUITE_P(ways, messages,
                         testing::Values(way{index_t{1} << 30, false, true},
                                         way{index_t{1} << 30, false, false}, way{72, false, true},
                                         way{72, false, false}, way{index_t{1} << 30, true, true},
                                         way{72, true, false}));

TEST(messages, ranks_and_tags_that_are_not_there) {
  const double x = 1;
  const int n = world().size();
  EXPECT_NE(message_of<argument_error>([&] { send(world(), x, n); }).find("no rank"),
            std::string::npos);
  EXPECT_NE(message_of<argument_error>([&] { send(world(), x, 0, -7); }).find("-7 is no tag"),
            std::string::npos);
  EXPECT_NE(
      message_of<argument_error>([&] { send(world(), x, 0, max_tag() + 1); }).find("tags are 0 to"),
      std::string::npos);
  EXPECT_NE(message_of<argument_error>([&] { (void)recv<double>(world(), n); }).find("no rank"),
            std::string::npos);
  EXPECT_NE(
      message_of<argument_error>([&] { (void)isend(world(), x, any_source); }).find("no rank"),
      std::string::npos);
}

TEST(messages, errors_say_in_which_communicator) {
  const communicator ocean = world().duplicate();
  ocean.set_name("ocean");
  const std::string where = " in communicator \"ocean\": ";
  const int n = ocean.size();
  const std::string no_n = "there is no rank " + std::to_string(n) + "; the communicator has rank" +
                           (n == 1 ? " 0 alone" : "s 0 to " + std::to_string(n - 1));
  EXPECT_EQ(message_of<argument_error>([&] { send(ocean, 1, n); }), "send" + where + no_n);
  EXPECT_EQ(message_of<argument_error>([&] { (void)isend(ocean, 1, n); }), "isend" + where + no_n);
  EXPECT_EQ(message_of<argument_error>([&] { send(ocean.split(0), 1, n); }), "send: " + no_n);
  const std::string me = std::to_string(ocean.rank());
  const std::string sent = "recv" + where + "rank " + me + " sent float64 (2, 3), and rank " + me;
  const ndarray<double, 2> table(shape_t<2>{2, 3});
  ndarray<double, 2> other(shape_t<2>{3, 2});
  send(ocean, table, ocean.rank());
  EXPECT_EQ(message_of<argument_error>([&] { recv(ocean, other, ocean.rank()); }),
            sent + " receives into float64 (3, 2)");
  send(ocean, table, ocean.rank());
  EXPECT_EQ(message_of<argument_error>([&] { (void)recv<double, 3>(ocean, ocean.rank()); }),
            sent + " asks for float64 of 3 axes");
}

TEST(messages, the_same_array_in_and_out) {
  std::vector<double> v(10);
  const view<double, 1> low(v.data(), {6});
  const view<double, 1> high(v.data() + 5, {5});
  const std::string text =
      message_of<argument_error>([&] { sendrecv(world(), low, right(), high, left()); });
  EXPECT_NE(text.find("share memory"), text.npos) << text;
}

TEST(messages, between_this_library_and_plain_mpi) {
  // Where arguments are checked, all messages bring their types along.
  const set_way unchecked({index_t{1} << 30, false, detail::writes_past_end()});
  ndarray<double, 1> a = full<double>({6}, world().rank());
  request sending = isend(world(), a(slice(none, none, 2)), right(), 4);
  double got[3] = {};
  MPI_Recv(got, 3, MPI_DOUBLE, left(), 4, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
  sending.wait();
  EXPECT_EQ(got[2], left());
  MPI_Request raw = MPI_REQUEST_NULL;
  MPI_Isend(a.data(), 6, MPI_DOUBLE, right(), 4, MPI_COMM_WORLD, &raw);
  EXPECT_EQ((recv<double, 1>(world(), left())(5)), left());
  MPI_Wait(&raw, MPI_STATUS_IGNORE);
}
