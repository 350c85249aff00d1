#include "message_of.hpp"
#include "with_threads.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/threads/tasks.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

using namespace tessera;

namespace {

constexpr index_t many_bytes = index_t{1} << 30U;

} // namespace

TEST(tasks, each_is_done_once) {
  for (const int threads : {1, 2, 3, 4}) {
    const with_threads here(threads);
    for (const index_t count : {0, 1, 2, 17, 500}) {
      std::vector<std::atomic<int>> done(static_cast<std::size_t>(count));
      detail::for_tasks(count, many_bytes, [&](index_t k) { ++done[static_cast<std::size_t>(k)]; });
      for (const auto& times : done) EXPECT_EQ(times, 1);
    }
  }
}

TEST(tasks, the_lowest_that_throws_is_heard_and_those_before_it_are_done) {
  for (const int threads : {1, 2, 4}) {
    const with_threads here(threads);
    for (int time = 0; time < 100; ++time) {
      std::vector<std::atomic<int>> done(64);
      const auto run = [&] {
        detail::for_tasks(64, many_bytes, [&](index_t k) {
          if (k % 20 == 13) throw argument_error("task " + std::to_string(k));
          ++done[static_cast<std::size_t>(k)];
        });
      };
      EXPECT_EQ(message_of<argument_error>(run), "task 13");
      for (std::size_t k = 0; k < 13; ++k) EXPECT_EQ(done[k], 1) << k;
    }
  }
}

TEST(tasks, those_behind_a_failed_one_are_passed_over) {
  const with_threads here(1);
  int done = 0;
  EXPECT_THROW(detail::for_tasks(1000, many_bytes,
                                 [&](index_t k) {
                                   ++done;
                                   if (k == 3) throw argument_error("");
                                 }),
               argument_error);
  EXPECT_EQ(done, 4);
}

TEST(tasks, few_bytes_stay_with_the_calling_thread) {
  const with_threads here(4);
  const auto mine = std::this_thread::get_id();
  detail::for_tasks(100, 2 * detail::least_bytes_of_tasks - 1,
                    [&](index_t) { EXPECT_EQ(std::this_thread::get_id(), mine); });
}
