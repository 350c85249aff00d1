#include <tessera/core/threads/background.hpp>

#include "message_of.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/threads/tasks.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

using namespace tessera;
using detail::background_work;
using detail::end_background;

namespace {

constexpr double for_ever = 1e9;

/// A task that lasts until it is let go.
struct gate {
  std::atomic<bool> is_open = false;
  void wait() const { is_open.wait(false); }
  void open() {
    is_open = true;
    is_open.notify_all();
  }
};

} // namespace

TEST(background, does_tasks_in_the_order_in_which_they_came) {
  std::vector<int> done;
  const auto first = background_work::begin();
  const auto second = background_work::begin();
  for (int k = 0; k < 100; ++k) (k % 3 == 0 ? first : second)->add([&, k] { done.push_back(k); });
  first->wait();
  second->wait();
  ASSERT_EQ(done.size(), 100U);
  for (int k = 0; k < 100; ++k) EXPECT_EQ(done[static_cast<std::size_t>(k)], k);
  EXPECT_TRUE(first->is_done());
  EXPECT_EQ(first->failure(), nullptr);
}

TEST(background, is_another_thread_that_works_alone) {
  std::thread::id other;
  int by_others = 0;
  const auto work = background_work::begin();
  work->add([&] {
    other = std::this_thread::get_id();
    detail::for_tasks(64, index_t{1} << 40U,
                      [&](index_t) { by_others += std::this_thread::get_id() != other ? 1 : 0; });
  });
  work->wait();
  EXPECT_NE(other, std::this_thread::get_id());
  EXPECT_EQ(by_others, 0);
}

TEST(background, passes_over_what_comes_after_a_failure) {
  int done = 0;
  const auto work = background_work::begin();
  const auto other = background_work::begin();
  work->add([&] { ++done; });
  work->add([] { throw argument_error("no"); });
  work->add([&] { done += 100; });
  work->add([&] { done += work->has_failed() ? 10 : 0; }, background_work::after_failure::run);
  other->add([&] { done += 1000; });
  work->wait();
  other->wait();
  EXPECT_EQ(done, 1011);
  EXPECT_TRUE(work->has_news());
  EXPECT_EQ(message_of<argument_error>([&] { std::rethrow_exception(work->failure()); }), "no");
  EXPECT_FALSE(work->has_news());
  EXPECT_EQ(end_background(for_ever), nullptr);
}

TEST(background, what_tasks_hold_is_let_go_before_they_are_done) {
  const auto held = std::make_shared<int>(1);
  const auto work = background_work::begin();
  work->add([] { throw argument_error("no"); });
  work->add([held] {});
  work->wait();
  EXPECT_EQ(held.use_count(), 1);
  EXPECT_NE(work->failure(), nullptr);
}

TEST(background, the_end_tells_what_nobody_knows) {
  const auto work = background_work::begin();
  work->add([] { throw argument_error("no"); });
  EXPECT_EQ(message_of<argument_error>([] { std::rethrow_exception(end_background(for_ever)); }),
            "no");
  EXPECT_EQ(end_background(for_ever), nullptr);
}

TEST(background, the_end_gives_up_what_takes_too_long) {
  const auto work = background_work::begin();
  int done = 0;
  work->add([of = work.get()] {
    while (!of->is_given_up()) std::this_thread::yield();
  });
  work->add([&] { ++done; });
  EXPECT_EQ(end_background(0.01), nullptr);
  EXPECT_EQ(done, 0);
}

TEST(background, is_not_waited_for_by_who_adds) {
  gate until;
  const auto work = background_work::begin();
  work->add([&] { until.wait(); });
  EXPECT_FALSE(work->is_done());
  until.open();
  work->wait();
}

TEST(background, begins_what_is_held_when_it_is_released) {
  std::vector<int> done;
  const auto held = background_work::begin();
  const auto other = background_work::begin();
  held->hold();
  held->add([&] { done.push_back(1); });
  held->add([&] { done.push_back(2); });
  other->add([&] { done.push_back(0); });
  other->wait();
  EXPECT_FALSE(held->is_done());
  held->release();
  held->add([&] { done.push_back(3); });
  held->wait();
  EXPECT_EQ(done, (std::vector<int>{0, 1, 2, 3}));
}

TEST(background, a_forked_process_begins_anew) {
  gate until;
  const auto work = background_work::begin();
  work->add([&] { until.wait(); });
  const pid_t child = ::fork();
  if (child == 0) {
    int done = 0;
    const auto mine = background_work::begin();
    mine->add([&] { done = 7; });
    mine->wait();
    ::_exit(done);
  }
  until.open();
  work->wait();
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(WEXITSTATUS(status), 7);
}
