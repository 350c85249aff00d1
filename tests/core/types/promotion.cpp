#include <tessera/core/math.hpp>
#include <tessera/core/ndarray.hpp>

#include <gtest/gtest.h>

#include <string_view>
#include <tuple>

using namespace tessera;

namespace {

using types = std::tuple<bool, std::int8_t, std::int16_t, std::int32_t, std::int64_t, std::uint8_t,
                         std::uint16_t, std::uint32_t, std::uint64_t, float, double>;
constexpr std::size_t count = std::tuple_size_v<types>;
template <std::size_t I> using type = std::tuple_element_t<I, types>;

/// Letters of the types, in their order, as in NumPy's one-letter codes.
constexpr std::string_view letters = "?bhilBHILfd";

template <class T, std::size_t I = 0> constexpr char letter() {
  if constexpr (std::is_same_v<T, type<I>>)
    return letters[I];
  else
    return letter<T, I + 1>();
}

/// numpy.promote_types(row, column), printed by NumPy; core.numpy_tables checks it anew.
constexpr std::string_view promoted_by_numpy[count] = {
    "?bhilBHILfd", // bool
    "bbhilhildfd", // int8
    "hhhilhildfd", // int16
    "iiiiliilddd", // int32
    "llllllllddd", // int64
    "BhhilBHILfd", // uint8
    "HiiilHHILfd", // uint16
    "IllllIIILdd", // uint32
    "LddddLLLLdd", // uint64
    "fffddffddfd", // float32
    "ddddddddddd", // float64
};

template <std::size_t A, std::size_t... B> constexpr bool row_agrees(std::index_sequence<B...>) {
  return ((letter<promoted<type<A>, type<B>>>() == promoted_by_numpy[A][B]) && ...);
}
template <std::size_t... A> constexpr bool table_agrees(std::index_sequence<A...> all) {
  return (row_agrees<A>(all) && ...);
}
static_assert(table_agrees(std::make_index_sequence<count>()));

template <class E> using value_of = typename E::value_type;
template <class A, class B>
using sum_type = value_of<decltype(std::declval<ndarray<A, 1>&>() + std::declval<B>())>;
template <class A, class B>
using quotient_type = value_of<decltype(std::declval<ndarray<A, 1>&>() / std::declval<B>())>;

} // namespace

// NEP 50: a scalar does not widen an array of its kind.
TEST(promotion, scalars_take_the_type_of_the_array) {
  static_assert(std::is_same_v<sum_type<float, double>, float>);
  static_assert(std::is_same_v<sum_type<float, int>, float>);
  static_assert(std::is_same_v<sum_type<double, float>, double>);
  static_assert(std::is_same_v<sum_type<std::int8_t, int>, std::int8_t>);
  static_assert(std::is_same_v<sum_type<std::uint64_t, int>, std::uint64_t>);
  static_assert(std::is_same_v<sum_type<std::int16_t, bool>, std::int16_t>);
  const ndarray<float, 1> a{0.1F};
  EXPECT_EQ((ndarray(a + 0.1)(0)), 0.1F + 0.1F);
}

TEST(promotion, scalars_of_a_wider_kind_widen) {
  static_assert(std::is_same_v<sum_type<std::int32_t, double>, double>);
  static_assert(std::is_same_v<sum_type<std::int8_t, double>, double>);
  static_assert(std::is_same_v<sum_type<bool, int>, int>);
  static_assert(std::is_same_v<sum_type<bool, double>, double>);
  const ndarray<std::int8_t, 1> a{1};
  EXPECT_EQ((ndarray(a + 0.5)(0)), 1.5);
}

TEST(promotion, arrays_promote_each_other) {
  static_assert(std::is_same_v<sum_type<float, ndarray<std::int32_t, 1>&>, double>);
  static_assert(std::is_same_v<sum_type<std::int8_t, ndarray<std::uint8_t, 1>&>, std::int16_t>);
  const ndarray<std::int64_t, 1> a{-1};
  const ndarray<std::uint64_t, 1> b{UINT64_MAX};
  EXPECT_EQ((ndarray(a + b)(0)), 18446744073709551616.0);
  const ndarray<std::int8_t, 1> c{-100};
  const ndarray<std::uint8_t, 1> d{200};
  EXPECT_EQ((ndarray(c - d)(0)), -300);
}

TEST(promotion, division_of_integers_gives_double) {
  static_assert(std::is_same_v<quotient_type<int, int>, double>);
  static_assert(std::is_same_v<quotient_type<std::uint8_t, ndarray<std::int8_t, 1>&>, double>);
  static_assert(std::is_same_v<quotient_type<bool, bool>, double>);
  static_assert(std::is_same_v<quotient_type<float, int>, float>);
  const ndarray<int, 1> a{7};
  EXPECT_EQ((ndarray(a / 2)(0)), 3.5);
}

TEST(promotion, where_promotes_both_values) {
  const ndarray<bool, 1> yes{true, false};
  const ndarray<int, 1> a{1, 2};
  const ndarray<float, 1> b{0.5F, 1.5F};
  static_assert(std::is_same_v<decltype(where(yes, a, b))::value_type, double>);
  static_assert(std::is_same_v<decltype(where(yes, b, 0.25))::value_type, float>);
  static_assert(std::is_same_v<decltype(where(yes, 1, b))::value_type, float>);
  const ndarray chosen = where(yes, a, b);
  EXPECT_EQ(chosen(0), 1.0);
  EXPECT_EQ(chosen(1), 1.5);
}
