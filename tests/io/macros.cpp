// Names that other headers (of Windows and X11) define as macros, before ours are included: they do
// no harm, and are the same afterwards.
#include <limits>

#define min(a, b) ((a) < (b) ? (a) : (b))
#define max(a, b) ((a) > (b) ? (a) : (b))
#define Complex 0
#define None 0L
#define Bool int
#define Status int
#define Success 0
#define True 1
#define False 0
#define Always 2

#include <tessera/core/complex.hpp>
#include <tessera/tessera.hpp>

constexpr int smaller_by_macro = min(2, 1);
constexpr int complex_by_macro = Complex;
#undef min
#undef max
#undef Complex
#undef None
#undef Bool
#undef Status
#undef Success
#undef True
#undef False
#undef Always

#include <gtest/gtest.h>

TEST(macros, of_others_do_no_harm) {
  const tessera::ndarray a{3.0, 1.0, 2.0};
  EXPECT_EQ(max(a) - min(a), ptp(a));
  EXPECT_EQ(smaller_by_macro, 1);
  EXPECT_EQ(complex_by_macro, 0);
}
