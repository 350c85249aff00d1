// bincount: what it refuses. What it counts is compared with NumPy's.
#include "message_of.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/ndarray.hpp>
#include <tessera/core/statistics/histogram.hpp>

using namespace tessera;

TEST(counts, cannot_be_fewer_than_none) {
  const std::string message = "bincount with at_least -4, which is negative; it is how many counts "
                              "there are at least, 0 if that is left to the integers";
  const ndarray<double, 1> weights{0.5, 0.25, 1.0};
  for (const ndarray<int, 1>& kinds : {ndarray<int, 1>{0, 7, 1}, ndarray<int, 1>(shape_t<1>{0})}) {
    const auto of_each = weights(slice(0, kinds.size()));
    EXPECT_EQ(message_of<argument_error>([&] { static_cast<void>(bincount(kinds, -4)); }), message);
    EXPECT_EQ(message_of<argument_error>([&] { static_cast<void>(bincount(kinds, of_each, -4)); }),
              message);
    EXPECT_EQ(bincount(kinds, 0).size(), kinds.size() == 0 ? 0 : 8);
  }
}

TEST(counts, have_a_weight_for_each_integer) {
  EXPECT_EQ(message_of<shape_error>([] {
              static_cast<void>(bincount(ndarray<int, 1>{0, 7, 1}, ndarray<double, 1>{0.5}));
            }),
            "bincount of shape (3,) with weights of shape (1,): each integer must have its weight");
  EXPECT_EQ(message_of<shape_error>([] {
              static_cast<void>(bincount(ndarray<int, 2>(shape_t<2>{2, 3}, 1),
                                         ndarray<double, 2>(shape_t<2>{3, 2}, 1.0)));
            }),
            "bincount of shape (2, 3) with weights of shape (3, 2): each integer must have its "
            "weight");
}
