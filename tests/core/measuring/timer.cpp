#include "message_of.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/timer.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <sstream>
#include <string>
#include <thread>

using namespace tessera;

TEST(timer, measures_real_time_and_processor_time) {
  const timer t;
  std::this_thread::sleep_for(std::chrono::milliseconds(30));
  EXPECT_GE(t.elapsed(), 0.03);
  // Not that sleep costs none: a library's threads may be at work meanwhile.
  const double processor = process_time();
  while (process_time() - processor < 0.005) EXPECT_GE(process_time(), processor);
}

TEST(timer, restarts) {
  const timer whole;
  timer t;
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  const double first = t.restart();
  EXPECT_GE(first, 0.02);
  const double second = t.elapsed();
  EXPECT_LE(first + second, whole.elapsed());
}

TEST(timer, times_read_as_in_python) {
  EXPECT_EQ(time_text(0.433), "433 msec");
  EXPECT_EQ(time_text(2.6123e-6), "2.61 usec");
  EXPECT_EQ(time_text(1.5), "1.5 sec");
  EXPECT_EQ(time_text(12e-9), "12 nsec");
  EXPECT_EQ(time_text(0), "0 nsec");
}

TEST(timer, timeit_calls_as_often_as_it_says) {
  index_t calls = 0;
  const timing t = timeit([&] { return ++calls; }, {.repeat = 3, .number = 7});
  EXPECT_EQ(calls, 21);
  EXPECT_EQ(t.number, 7);
  EXPECT_LE(t.best, t.median);
  EXPECT_LE(t.median, t.worst);
}

TEST(timer, timeit_takes_plain_functions) {
  EXPECT_GT(timeit(perf_counter, {.repeat = 2, .number = 100}).best, 0);
}

TEST(timer, timeit_chooses_how_often) {
  const auto f = [] { std::this_thread::sleep_for(std::chrono::milliseconds(45)); };
  const timing t = timeit(f, {.repeat = 1});
  EXPECT_EQ(t.number, 5);
  EXPECT_GE(t.best, 0.045);
}

TEST(timer, timing_prints_as_in_the_course) {
  std::ostringstream out;
  out << timing{0.433, 0.44, 0.45, 3, 10};
  EXPECT_EQ(out.str(), "10 loops, best of 3: 433 msec per loop");
  EXPECT_NE(to_string(timing{1e-3, 1e-3, 1e-2, 3, 1}).find("unreliable"), std::string::npos);
}

TEST(timer, timeit_refuses_what_it_cannot_do) {
  EXPECT_NE(message_of<argument_error>([] { timeit([] {}, {.repeat = 0}); }).find("not 0"),
            std::string::npos);
  EXPECT_NE(message_of<argument_error>([] { timeit([] {}, {.number = -2}); }).find("-2"),
            std::string::npos);
}
