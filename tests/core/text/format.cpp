#include "message_of.hpp"

#include <tessera/core/creation/ranges.hpp>
#include <tessera/core/elements/operators.hpp>
#include <tessera/core/error.hpp>
#include <tessera/core/selection/take.hpp>
#include <tessera/core/shapes/axes.hpp>
#include <tessera/core/text/format.hpp>

#include <sstream>
#include <string>

using namespace tessera;

namespace {

struct particle {
  double x;
  int id;
};
std::string to_string(const particle& p) { return "#" + std::to_string(p.id); }

} // namespace

TEST(format, streams_print_arrays_views_and_expressions) {
  const auto a = arange(3);
  std::ostringstream out;
  out << a << " " << flip(a) << " " << 0.5 * a;
  EXPECT_EQ(out.str(), "[0 1 2] [2 1 0] [0.  0.5 1. ]");
  EXPECT_EQ(to_string(a), "[0 1 2]");
}

TEST(format, takes_options_and_formats_of_elements) {
  EXPECT_EQ(format(linspace(0, 1, 4), {.precision = 2}), "[0.   0.33 0.67 1.  ]");
  EXPECT_EQ(format(linspace(0, 1, 3), "{:6.2f}", {.separator = ","}), "[  0.00,  0.50,  1.00]");
  EXPECT_EQ(format(arange(1000), {.threshold = 10, .edgeitems = 1}), "[  0 ... 999]");
}

TEST(format, prints_what_a_mask_or_subscripts_choose) {
  const auto a = arange(5);
  EXPECT_EQ(format(a(a > 2)), "[3 4]");
  EXPECT_EQ(to_string(a(ndarray{4, 0})), "[4 0]");
}

TEST(format, structures_print_themselves) {
  const auto a = full({2}, particle{1.5, 7});
  EXPECT_EQ(to_string(a), "[#7 #7]");
  EXPECT_EQ(format(a, ">4"), "[  #7   #7]");
}

TEST(format, says_what_it_does_not_understand) {
  EXPECT_EQ(message_of<argument_error>([] { (void)format(arange(3), "5.2q"); }),
            "the element format '5.2q' is not understood; expected "
            "[[fill]align][sign][#][0][width][.precision][type], with numbers up to 1000");
  EXPECT_EQ(message_of<argument_error>([] { (void)format(arange(3), ".2f"); }),
            "the element format '.2f' does not fit the type of the elements");
  EXPECT_EQ(message_of<argument_error>([] { (void)format(arange(3), {.edgeitems = 0}); }),
            "print_options.edgeitems cannot be 0");
}
