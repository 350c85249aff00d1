#include "cases.hpp"
#include "message_of.hpp"

#include <tessera/distributed/memory/shared_memory.hpp>

#include <string>

using namespace tessera_test;
using detail::region;

namespace {

region line(index_t offset, index_t n, index_t step = 1) { return {offset, {n}, {step}}; }

int right() { return (world().rank() + 1) % world().size(); }
int left() { return (world().rank() + world().size() - 1) % world().size(); }

/// 10 elements from each rank to the next; on one rank, to itself.
transfer_plan ring(const region& to, const region& from) {
  transfer_plan plan(world(), sizeof(double));
  if (world().size() == 1) {
    plan.copy(to, from);
  } else {
    plan.send(right(), from);
    plan.receive(left(), to);
  }
  return plan;
}

std::vector<double> marked(int rank, std::size_t count = 40) {
  std::vector<double> values(count);
  for (std::size_t i = 0; i < count; ++i) values[i] = 1000.0 * rank + static_cast<double>(i);
  return values;
}

/// After a run of ring(line(5, 10, to_step), line(3, 10, from_step)): the elements of the left
/// neighbour, and all others as they were.
void expect_moved(const std::vector<double>& to, index_t to_step, index_t from_step) {
  std::vector<double> expected(to.size(), -1.0);
  const std::vector<double> source = marked(left());
  for (index_t i = 0; i < 10; ++i)
    expected[static_cast<std::size_t>(5 + i * to_step)] =
        source[static_cast<std::size_t>(3 + i * from_step)];
  EXPECT_EQ(to, expected);
}

void check_ring(index_t to_step, index_t from_step) {
  const transfer_plan plan = ring(line(5, 10, to_step), line(3, 10, from_step));
  const std::vector<double> from = marked(world().rank());
  for (int run = 0; run < 3; ++run) {
    std::vector<double> to(40, -1.0); // the plan does not know where arrays lie
    plan.run(from.data(), to.data());
    expect_moved(to, to_step, from_step);
  }
}

/// Restores the largest size of a message.
class piece_size {
public:
  explicit piece_size(index_t bytes) { transfer_plan::set_piece_bytes(bytes); }
  piece_size(const piece_size&) = delete;
  piece_size& operator=(const piece_size&) = delete;
  ~piece_size() { transfer_plan::set_piece_bytes(before_); }

private:
  index_t before_ = transfer_plan::piece_bytes();
};

} // namespace

TEST(transfer, contiguous_and_strided) {
  check_ring(1, 1);
  check_ring(1, 3);
  check_ring(3, 1);
  check_ring(2, 3);
}

TEST(transfer, pieces_of_all_sizes) {
  for (const index_t bytes : {1, 7, 8, 79, 80, 81}) {
    const piece_size pieces(bytes);
    check_ring(1, 1);
    check_ring(2, 3);
  }
}

TEST(transfer, messages_and_bytes) {
  const transfer_plan plan = ring(line(5, 10), line(3, 10));
  const bool alone = world().size() == 1;
  EXPECT_EQ(plan.messages(), alone ? 0 : 2);
  EXPECT_EQ(plan.bytes(), alone ? 0 : 80);
  const piece_size pieces(7);
  EXPECT_EQ(ring(line(5, 10), line(3, 10)).messages(), alone ? 0 : 2 * 12);
}

TEST(transfer, contiguous_elements_need_no_buffer) {
  EXPECT_EQ(ring(line(5, 10), line(3, 10)).peak_memory(), 0);
  const transfer_plan strided = ring(line(5, 10, 2), line(3, 10));
  EXPECT_GE(strided.peak_memory(), world().size() == 1 ? 0 : 80);
}

// What a plan has found out stays valid when the size of pieces is changed later.
TEST(transfer, pieces_resized_between_runs) {
  const transfer_plan plan = [] {
    const piece_size pieces(32);
    transfer_plan made = ring(line(5, 10), line(3, 10));
    EXPECT_EQ(made.messages(), world().size() == 1 ? 0 : 2 * 3);
    return made;
  }();
  const std::vector<double> from = marked(world().rank());
  for (const index_t bytes : {7, 1 << 20}) {
    const piece_size pieces(bytes);
    std::vector<double> to(40, -1.0);
    plan.run(from.data(), to.data());
    expect_moved(to, 1, 1);
  }
}

TEST(transfer, piece_sizes_that_are_refused) {
  const index_t before = transfer_plan::piece_bytes();
  for (const index_t bytes : {index_t{0}, index_t{-1}, index_t{1} << 31}) {
    const std::string text =
        message_of<argument_error>([&] { transfer_plan::set_piece_bytes(bytes); });
    EXPECT_NE(text.find(std::to_string(bytes)), std::string::npos) << text;
  }
  EXPECT_EQ(transfer_plan::piece_bytes(), before);
}

TEST(transfer, several_regions_are_one_message) {
  transfer_plan plan(world(), sizeof(double));
  const region first{0, {2, 3}, {10, 1}};
  const region second{30, {4}, {2}};
  for (const region& part : {first, second}) {
    plan.send(right(), part);
    plan.receive(left(), part);
  }
  EXPECT_EQ(plan.messages(), 2);
  EXPECT_EQ(plan.bytes(), 80);
  const std::vector<double> from = marked(world().rank());
  const std::vector<double> source = marked(left());
  std::vector<double> to(40, -1.0);
  plan.run(from.data(), to.data());
  std::vector<double> expected(40, -1.0);
  for (const std::size_t i : {0U, 1U, 2U, 10U, 11U, 12U, 30U, 32U, 34U, 36U})
    expected[i] = source[i];
  EXPECT_EQ(to, expected);
}

TEST(transfer, regions_without_elements_cost_nothing) {
  transfer_plan plan(world(), sizeof(double));
  plan.send(right(), line(0, 0));
  plan.receive(left(), line(0, 0));
  plan.copy({0, {3, 0}, {1, 1}}, {0, {3, 0}, {1, 1}});
  EXPECT_EQ(plan.messages(), 0);
  EXPECT_EQ(plan.peak_memory(), 0);
  plan.run(nullptr, nullptr);
}

TEST(transfer, empty_plan) {
  EXPECT_FALSE(transfer_plan());
  transfer_plan plan(world(), 1);
  EXPECT_TRUE(plan);
  plan.run(nullptr, nullptr);
}

TEST(transfer, moved_plan) {
  transfer_plan plan = ring(line(5, 10), line(3, 10));
  transfer_plan moved(std::move(plan));
  EXPECT_FALSE(plan); // NOLINT: that it is empty is the test
  transfer_plan& same = moved;
  moved = std::move(same);
  plan = ring(line(0, 1), line(0, 1));
  plan = std::move(moved);
  const std::vector<double> from = marked(world().rank());
  std::vector<double> to(40, -1.0);
  plan.run(from.data(), to.data());
  expect_moved(to, 1, 1);
}

TEST(transfer, moved_while_messages_travel) {
  transfer_plan plan = ring(line(5, 10, 2), line(3, 10));
  const std::vector<double> from = marked(world().rank());
  std::vector<double> to(40, -1.0);
  transfer under_way = plan.start(from.data(), to.data());
  const transfer_plan moved(std::move(plan));
  under_way.finish();
  expect_moved(to, 2, 1);
}

TEST(transfer, runs_once_at_a_time) {
  const transfer_plan plan = ring(line(5, 10, 2), line(3, 10));
  const std::vector<double> from = marked(world().rank());
  std::vector<double> to(40, -1.0);
  {
    const transfer under_way = plan.start(from.data(), to.data());
    std::vector<double> other(40, -1.0);
    message_of<argument_error>([&] { plan.run(from.data(), other.data()); });
    EXPECT_EQ(other, std::vector<double>(40, -1.0));
  }
  expect_moved(to, 2, 1);
  plan.run(from.data(), to.data());
}

// Every rank to every other, each its own region, in an order that differs between ranks.
TEST(transfer, all_to_all) {
  const auto size = static_cast<std::size_t>(world().size());
  transfer_plan plan(world(), sizeof(double));
  for (int step = 0; step < world().size(); ++step) {
    const int peer = (world().rank() + step) % world().size();
    if (step == 0) {
      plan.copy(line(peer, 1), line(peer, 1));
      continue;
    }
    plan.send(peer, line(peer, 1));
    plan.receive(peer, line(peer, 1));
  }
  const std::vector<double> from = marked(world().rank(), size);
  std::vector<double> to(size, -1.0);
  plan.run(from.data(), to.data());
  for (std::size_t r = 0; r < size; ++r)
    EXPECT_EQ(to[r], 1000.0 * static_cast<double>(r) + world().rank());
}

// Above the size up to which MPI sends without asking the receiver.
TEST(transfer, large_messages) {
  const index_t n = 300000;
  transfer_plan plan = ring({0, {n / 2, 2}, {4, 1}}, {0, {n / 2, 2}, {2, 1}});
  const std::vector<double> from = marked(world().rank(), static_cast<std::size_t>(n));
  std::vector<double> to(static_cast<std::size_t>(2 * n), -1.0);
  plan.run(from.data(), to.data());
  index_t wrong = 0;
  for (index_t i = 0; i < n; ++i) {
    const double expected = 1000.0 * left() + static_cast<double>(i);
    wrong += to[static_cast<std::size_t>(i / 2 * 4 + i % 2)] == expected ? 0 : 1;
  }
  EXPECT_EQ(wrong, 0);
}

/// A receive that stayed posted would take what a later transfer is sent, and write to freed
/// memory.
TEST(transfer, errors_leave_no_receives) {
  if (world().size() < 3) GTEST_SKIP() << "needs a rank that nobody hears from";
  const communicator comm =
      world().duplicate(); // whose errors are thrown; the world's are the host's
  const bool shared = uses_shared_memory();
  use_shared_memory(false);
  const std::vector<double> from = marked(world().rank());
  for (int repeat = 0; repeat < 20; ++repeat) {
    {
      std::vector<double> to(40);
      transfer_plan plan(comm, sizeof(double));
      plan.send(right(), line(0, 20));
      plan.receive(left(), line(0, 10));
      plan.receive(right(), line(20, 10)); // never sent
      EXPECT_THROW(plan.run(from.data(), to.data()), communication_error);
      EXPECT_THROW(plan.run(from.data(), to.data()), communication_error);
    }
    comm.barrier();
    std::vector<double> to(10);
    transfer_plan back(comm, sizeof(double));
    back.send(left(), line(5, 10));
    back.receive(right(), line(0, 10));
    back.run(from.data(), to.data());
    EXPECT_EQ(to[3], 1000.0 * right() + 8.0);
  }
  use_shared_memory(shared);
}

/// The others do not take part in what an exception has interrupted on this rank.
TEST(transfer, ends_while_an_exception_unwinds) {
  const std::vector<double> from = marked(world().rank());
  std::vector<double> to(40);
  if (world().size() > 1) {
    const auto interrupted = [&] {
      transfer_plan plan(world(), sizeof(double));
      plan.receive(left(), line(0, 10)); // never sent
      const bool shared = uses_shared_memory();
      use_shared_memory(false);
      const transfer started = plan.start(from.data(), to.data());
      use_shared_memory(shared);
      throw argument_error("in between");
    };
    EXPECT_EQ(message_of<argument_error>(interrupted), "in between");
  }
  check_ring(1, 1);
}
