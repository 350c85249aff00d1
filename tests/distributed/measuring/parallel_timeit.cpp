#include <tessera/distributed/measuring/timeit.hpp>

#include "cases.hpp"
#include "message_of.hpp"

#include <chrono>
#include <string>
#include <thread>

using namespace tessera_test;

TEST(parallel_timeit, measures_the_slowest_rank) {
  const auto sleep = [] {
    std::this_thread::sleep_for(std::chrono::milliseconds(1 + world().rank()));
  };
  const parallel_timing t = timeit(world(), sleep, {.repeat = 6, .number = 2});
  EXPECT_EQ(t.repeat, 6);
  EXPECT_EQ(t.number, 2);
  EXPECT_GE(t.best, 1e-3 * world().size());
  EXPECT_GE(t.of_ranks.least, 1e-3);
  EXPECT_GE(t.of_ranks.most, 1e-3 * world().size());
  EXPECT_LE(t.best, t.low);
  EXPECT_LE(t.low, t.median);
  EXPECT_LE(t.median, t.high);
  EXPECT_LE(t.high, t.worst);
  EXPECT_TRUE(allreduce_min(world(), t.median) == allreduce_max(world(), t.median));
}

TEST(parallel_timeit, intervals_have_their_confidence) {
  const auto confidence_of = [](int repeat) {
    return timeit(world(), [] {}, {.repeat = repeat, .number = 1}).confidence;
  };
  // Of n samples, all are on one side of the median with a chance of 2 / 2^n.
  EXPECT_NEAR(confidence_of(5), 1 - 2.0 / 32, 1e-12);
  EXPECT_NEAR(confidence_of(6), 1 - 2.0 / 64, 1e-12);
  // The tables of order statistics: the 4th to the 12th of 15.
  EXPECT_NEAR(confidence_of(15), 0.9648, 1e-4);
}

TEST(parallel_timeit, chooses_how_often) {
  int calls = 0;
  const parallel_timing t = timeit(world(), [&] { ++calls; }, {.repeat = 1});
  EXPECT_GE(t.number, 1000);
  EXPECT_EQ(allreduce_min(world(), t.number), allreduce_max(world(), t.number));
  EXPECT_GE(calls, t.number);
  const std::string text = to_string(t);
  EXPECT_NE(text.find("loops, median of 1: "), std::string::npos) << text;
}

TEST(parallel_timeit, refuses_nonsense) {
  const auto none = [] {};
  EXPECT_NE(message_of<argument_error>([&] {
              timeit(world(), none, {.repeat = 0});
            }).find("at least one sample, not 0"),
            std::string::npos);
  EXPECT_NE(message_of<argument_error>([&] { timeit(world(), none, {.number = -1}); }).find("-1"),
            std::string::npos);
}
