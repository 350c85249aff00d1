// Several subscripts of which some are arrays; the expected arrays are NumPy's.
#include "message_of.hpp"

#include <tessera/core/algebra/polyfit.hpp>
#include <tessera/core/creation/ranges.hpp>
#include <tessera/core/error.hpp>
#include <tessera/core/selection/pick.hpp>
#include <tessera/core/shapes/axes.hpp>
#include <tessera/core/statistics/checksum.hpp>
#include <tessera/core/text/format.hpp>

#include <sstream>

using namespace tessera;

namespace {

using places = ndarray<index_t, 1>;
using mask = ndarray<bool, 1>;
using line = ndarray<double, 1>;
using matrix = ndarray<double, 2>;
using cube = ndarray<double, 3>;

template <std::size_t N> ndarray<double, N> counted(const shape_t<N>& shape) {
  ndarray<double, N> a(shape);
  for (index_t i = 0; i < a.size(); ++i) a.data()[i] = static_cast<double>(i);
  return a;
}

const places i{0, 1, -1};
const places j{4, 0, 2};
const mask even{true, false, true, false};

} // namespace

TEST(pick, places_by_their_subscripts) {
  const matrix a = counted<2>({4, 5});
  EXPECT_TRUE(array_equal(line(a(i, j)), line{4, 5, 17}));
  EXPECT_TRUE(array_equal(line(a(2, j)), line{14, 10, 12}));
  EXPECT_TRUE(array_equal(line(a(i, 1)), line{1, 6, 16}));
  EXPECT_TRUE(array_equal(line(a(even, places{1, 2})), line{1, 12}));
  const ndarray<index_t, 2> rows{{0}, {2}};
  EXPECT_TRUE(array_equal(ndarray(a(rows, j)), matrix{{4, 0, 2}, {14, 10, 12}}));
  EXPECT_EQ(line(a(ndarray<int, 1>{0}, ndarray<std::uint8_t, 1>{1}))(0), 1);
  EXPECT_TRUE(array_equal(line(a.transpose()(j, i)), line(a(i, j))));
  EXPECT_TRUE(array_equal(line(matrix(a)(i, j)), line(a(i, j))));
  EXPECT_EQ(sum(a(i, j)), 26);
  EXPECT_TRUE(array_equal(line(2.0 * a(i, j) + 1.0), line{9, 11, 35}));
  EXPECT_EQ(line(a(places{}, places{})).size(), 0);
}

TEST(pick, rows_and_columns) {
  const matrix a = counted<2>({4, 5});
  EXPECT_TRUE(array_equal(ndarray(a(slice(0, 2), j)), matrix{{4, 0, 2}, {9, 5, 7}}));
  EXPECT_TRUE(array_equal(ndarray(a(all, j)), take(a, j, axis(1))));
  EXPECT_TRUE(array_equal(ndarray(a(i, all)), take(a, i, axis(0))));
  EXPECT_TRUE(array_equal(ndarray(a(i, slice(1, none, 2))), matrix{{1, 3}, {6, 8}, {16, 18}}));
  EXPECT_TRUE(array_equal(ndarray(a(even, all)), take(a, places{0, 2}, axis(0))));
  EXPECT_TRUE(array_equal(ndarray(a(all, a(0) > 2.0)), take(a, places{3, 4}, axis(1))));
  EXPECT_EQ(to_string(ndarray(a(all, places(shape_t<1>{0}))).shape()), "(4, 0)");
}

TEST(pick, axes_of_places_stand_where_the_arrays_are) {
  const cube c = counted<3>({2, 3, 4});
  const places both{0, 1};
  EXPECT_TRUE(array_equal(ndarray(c(all, both, both)), matrix{{0, 5}, {12, 17}}));
  EXPECT_TRUE(array_equal(ndarray(c(both, all, both)), matrix{{0, 4, 8}, {13, 17, 21}}));
  EXPECT_TRUE(array_equal(ndarray(c(0, all, places{3, 1})), matrix{{3, 7, 11}, {1, 5, 9}}));
  EXPECT_EQ(to_string(ndarray(c(both, newaxis, all)).shape()), "(2, 1, 3, 4)");
  EXPECT_EQ(to_string(ndarray(c(all, both)).shape()), "(2, 2, 4)");
  EXPECT_EQ(to_string(ndarray(c(all, c(0) > 4.0)).shape()), "(2, 7)");
  EXPECT_TRUE(array_equal(line(c(c(all, all, 0) > 10.0, places{1})), line{13, 17, 21}));
}

TEST(pick, can_be_assigned_to) {
  const matrix a = counted<2>({4, 5});
  matrix b = a;
  b(i, j) = 0.0;
  EXPECT_EQ(sum(b), sum(a) - 26);
  b(i, j) = line{4, 5, 17};
  EXPECT_TRUE(array_equal(b, a));
  b(i, j) += 1.0;
  b(places{1, 1}, places{1, 1}) += 1.0; // once, as in NumPy
  EXPECT_EQ(sum(b), sum(a) + 4);
  b(all, j) = line{1, 2, 3};
  EXPECT_TRUE(array_equal(b(2), line{2, 11, 3, 13, 1}));
  b = a;
  b(even, all) *= 2.0;
  EXPECT_TRUE(array_equal(b(2), 2.0 * a(2)) && array_equal(b(1), a(1)));
  b(even, all) = matrix{{1, 1, 1, 1, 1}, {2, 2, 2, 2, 2}};
  EXPECT_EQ(b(2, 4), 2);
  b = a;
  b(places{0, 1}, all) = b(places{1, 0}, all);
  EXPECT_TRUE(array_equal(b(0), a(1)) && array_equal(b(1), a(0)));
}

TEST(pick, says_what_is_wrong) {
  const matrix a = counted<2>({4, 5});
  EXPECT_EQ(message_of<index_error>([&] { (void)line(a(places{0}, places{-6})); }),
            "subscript -6 is outside axis 1 of shape (4, 5)");
  EXPECT_THROW((void)line(a(places{1, 2, 3}, places{0, 1})), shape_error);
  EXPECT_THROW((void)matrix(a(mask{true}, all)), shape_error);
  matrix b = a;
  EXPECT_THROW(b(all, places{0, 1}) = line({1, 2, 3}), shape_error);
}

TEST(pick, fits_of_some_points) {
  const line x = arange(10.0);
  line y = 3.0 * x + 1.0;
  y(4) = 1000;
  const line p = polyfit(x, y, 1, masked(y < 500.0));
  EXPECT_TRUE(allclose(p, line{3, 1}));
  EXPECT_TRUE(array_equal(p, polyfit(x(y < 500.0), y(y < 500.0), 1)));
  EXPECT_THROW((void)polyfit(x, y, 1, masked(mask{true})), shape_error);
}

TEST(pick, checksums_are_of_the_elements) {
  const matrix a = counted<2>({4, 5});
  EXPECT_EQ(checksum(a), checksum(a + 0.0));
  EXPECT_EQ(checksum(a.transpose()), checksum(matrix(a.transpose())));
  EXPECT_NE(checksum(a), checksum(a(slice(none, none, -1), all)));
  EXPECT_NE(checksum(line{0.0}), checksum(line{-0.0}));
}

TEST(pick, shapes_and_arrays_are_printed) {
  const matrix a = counted<2>({4, 5});
  std::ostringstream text;
  text << a.shape() << a(0).shape();
  EXPECT_EQ(text.str(), "(4, 5)(5,)");
  testing::internal::CaptureStdout();
  print(a(0));
  print(a(0) / 3.0, {.precision = 1});
  print(a(i, j));
  EXPECT_EQ(testing::internal::GetCapturedStdout(),
            "[0. 1. 2. 3. 4.]\n[0.  0.3 0.7 1.  1.3]\n[ 4.  5. 17.]\n");
}
