#include "message_of.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/shape.hpp>

#include <string>

using namespace tessera;

namespace {

constexpr index_t huge = index_t{1} << 40;

template <std::size_t N> index_t checked(const shape_t<N>& shape, index_t itemsize) {
  return detail::checked_size(shape.data(), N, itemsize);
}

} // namespace

TEST(shape, prints_as_in_python) {
  EXPECT_EQ(to_string(shape_t<0>{}), "()");
  EXPECT_EQ(to_string(shape_t<1>{5}), "(5,)");
  EXPECT_EQ(to_string(shape_t<2>{4, 5}), "(4, 5)");
  EXPECT_EQ(to_string(shape_t<3>{-1, 0, 123456789012}), "(-1, 0, 123456789012)");
}

TEST(shape, size_is_the_product) {
  static_assert(size_of(shape_t<0>{}) == 1);
  static_assert(size_of(shape_t<3>{2, 3, 4}) == 24);
  static_assert(size_of(shape_t<3>{2, 0, 4}) == 0);
  EXPECT_EQ(size_of(shape_t<2>{huge, 1000}), huge * 1000);
}

TEST(shape, row_major_strides_run_fastest_on_the_last_axis) {
  static_assert(row_major_strides(shape_t<3>{2, 3, 4}) == shape_t<3>{12, 4, 1});
  static_assert(row_major_strides(shape_t<1>{7}) == shape_t<1>{1});
  EXPECT_EQ(row_major_strides(shape_t<2>{5, 0})[1], 1);
}

TEST(shape, broadcast_aligns_at_the_last_axis) {
  static_assert(broadcast(shape_t<2>{4, 5}, shape_t<2>{4, 5}) == shape_t<2>{4, 5});
  static_assert(broadcast(shape_t<2>{4, 1}, shape_t<2>{1, 5}) == shape_t<2>{4, 5});
  static_assert(broadcast(shape_t<1>{5}, shape_t<2>{4, 5}) == shape_t<2>{4, 5});
  static_assert(broadcast(shape_t<3>{7, 4, 1}, shape_t<1>{5}) == shape_t<3>{7, 4, 5});
  static_assert(broadcast(shape_t<0>{}, shape_t<1>{5}) == shape_t<1>{5});
  static_assert(broadcast(shape_t<2>{1, 5}, shape_t<2>{0, 5}) == shape_t<2>{0, 5});
}

TEST(shape, broadcast_errors_name_both_shapes) {
  const auto text = [](auto a, auto b) {
    return message_of<shape_error>([&] { (void)broadcast(a, b); });
  };
  EXPECT_EQ(text(shape_t<2>{4, 5}, shape_t<2>{3, 5}),
            "shape (4, 5) does not broadcast with (3, 5)");
  EXPECT_EQ(text(shape_t<1>{4}, shape_t<2>{4, 5}), "shape (4,) does not broadcast with (4, 5)");
  EXPECT_EQ(text(shape_t<1>{0}, shape_t<1>{2}), "shape (0,) does not broadcast with (2,)");
}

TEST(shape, checked_size_counts_elements) {
  EXPECT_EQ(checked(shape_t<2>{3, 4}, 8), 12);
  EXPECT_EQ(checked(shape_t<0>{}, 8), 1);
  EXPECT_EQ(checked(shape_t<3>{3, 0, 4}, 8), 0);
}

TEST(shape, checked_size_refuses_negative_sizes) {
  const auto text = [](auto shape) { return message_of<shape_error>([&] { checked(shape, 8); }); };
  EXPECT_EQ(text(shape_t<2>{3, -4}), "shape (3, -4) has a negative size");
  EXPECT_EQ(text(shape_t<2>{0, -1}), "shape (0, -1) has a negative size");
  EXPECT_EQ(text(shape_t<3>{huge, huge, -1}), "shape (1099511627776, 1099511627776, -1) has a "
                                              "negative size");
}

TEST(shape, checked_size_refuses_more_bytes_than_can_be_counted) {
  const std::string text = message_of<shape_error>([] { checked(shape_t<2>{huge, huge}, 8); });
  EXPECT_NE(text.find("(1099511627776, 1099511627776)"), std::string::npos) << text;
  EXPECT_NE(text.find("8 bytes"), std::string::npos) << text;
  EXPECT_EQ(checked(shape_t<1>{INT64_MAX}, 1), INT64_MAX);
  EXPECT_THROW(checked(shape_t<1>{INT64_MAX}, 2), shape_error);
}

// The strides of such a shape overflow although it has no elements; NumPy refuses it too.
TEST(shape, checked_size_refuses_empty_shapes_whose_strides_overflow) {
  EXPECT_THROW(checked(shape_t<3>{0, huge, huge}, 1), shape_error);
  EXPECT_THROW(checked(shape_t<3>{huge, huge, 0}, 1), shape_error);
}
