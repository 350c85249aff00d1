// With <tessera/core.hpp> alone: no header of C's or C++'s mathematics.
#include <tessera/core.hpp>

using namespace tessera;

#include "numbers_table.hpp"

#include <gtest/gtest.h>

TEST(numbers, mean_what_they_say_with_core_alone) {
  const outcome found = check_numbers();
  EXPECT_EQ(found.failures, 0) << "the first of them: " << found.first;
  EXPECT_GT(found.checks, 1000);
}
