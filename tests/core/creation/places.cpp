#include "message_of.hpp"

#include <tessera/core/creation/places.hpp>
#include <tessera/core/error.hpp>
#include <tessera/core/reductions/reduce.hpp>

using namespace tessera;

TEST(places, of_elements) {
  const shape_t<3> shape{4, 1, 5};
  for (index_t i = 0; i < size_of(shape); ++i)
    EXPECT_EQ(ravel_multi_index(unravel_index(i, shape), shape), i);
  EXPECT_EQ(unravel_index(7, shape), (shape_t<3>{1, 0, 2}));
  EXPECT_EQ(message_of<index_error>([&] { (void)unravel_index(20, shape); }),
            "unravel_index of element 20 in an array of shape (4, 1, 5)");
  EXPECT_EQ(message_of<index_error>([&] {
              (void)ravel_multi_index(shape_t<3>{0, 1, 0}, shape);
            }),
            "ravel_multi_index of (0, 1, 0) in an array of shape (4, 1, 5)");
}

TEST(places, of_triangles) {
  const auto [i, j] = tril_indices(3, -1);
  EXPECT_TRUE(array_equal(i, ndarray<index_t, 1>{1, 2, 2}));
  EXPECT_TRUE(array_equal(j, ndarray<index_t, 1>{0, 0, 1}));
  EXPECT_EQ(triu_indices(3, 0, 5)[0].size(), 12);
  EXPECT_TRUE(array_equal(diag_indices(3)[1], ndarray<index_t, 1>{0, 1, 2}));
}
