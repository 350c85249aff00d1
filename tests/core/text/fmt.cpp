#define FMT_HEADER_ONLY
#include <tessera/core/fmt.hpp>
#if __has_include(<fmt/ranges.h>)
#include <fmt/ranges.h> // which has a formatter of all that can be iterated over
#endif

#include <tessera/core/creation/ranges.hpp>
#include <tessera/core/elements/operators.hpp>
#include <tessera/core/error.hpp>

#include <gtest/gtest.h>

using namespace tessera;

#if __has_include(<fmt/format.h>)

TEST(fmt, formats_arrays_and_expressions) {
  const auto a = linspace(0, 1, 3);
  EXPECT_EQ(fmt::format("{} and {:.2f}", a, 2.0 * a), "[0.  0.5 1. ] and [0.00 1.00 2.00]");
  EXPECT_THROW((void)fmt::format(fmt::runtime("{:q}"), a), argument_error);
}

#else

TEST(fmt, is_not_installed) { GTEST_SKIP() << "libfmt's headers were not found"; }

#endif
