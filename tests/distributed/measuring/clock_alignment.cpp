#include "measuring/clock_alignment.hpp"

#include "cases.hpp"

#include <tessera/core/timer.hpp>

using namespace tessera_test;
using detail::aligned;
using detail::clock_offset;

TEST(clock_alignment, a_drifting_clock_is_put_right) {
  // A clock that showed 5 seconds more at 100, and gains a thousandth.
  const auto shown = [](double time) { return time + 5 + 1e-3 * (time - 100); };
  const auto offset_at = [&](double time) { return clock_offset{shown(time), shown(time) - time}; };
  const clock_offset first = offset_at(100);
  const clock_offset last = offset_at(200);
  for (const double time : {90.0, 100.0, 137.0, 200.0, 250.0})
    EXPECT_NEAR(aligned(shown(time), first, last), time, 1e-9);
}

TEST(clock_alignment, one_measurement_gives_no_drift) {
  const clock_offset only{50, 2};
  EXPECT_EQ(aligned(60, only, only), 58);
}

TEST(clock_alignment, ranks_of_one_machine_have_one_clock) {
  const clock_offset mine = detail::measured_offset(world().duplicate());
  EXPECT_EQ(mine.seconds, 0);
  EXPECT_LE(mine.at, perf_counter());
}
