// With everything of the library, and std visible beside it.
#include <cmath>

#include <tessera/core/complex.hpp>
#include <tessera/tessera.hpp>

using namespace std;
using namespace tessera;

#include "numbers_table.hpp"

#include <gtest/gtest.h>

TEST(numbers, mean_what_they_say_with_everything_included) {
  const outcome found = check_numbers();
  EXPECT_EQ(found.failures, 0) << "the first of them: " << found.first;
  EXPECT_GT(found.checks, 1000);
}
