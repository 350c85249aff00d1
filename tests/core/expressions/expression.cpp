#include "message_of.hpp"
#include "random_source.hpp"

#include <tessera/core/creation/create.hpp>
#include <tessera/core/error.hpp>
#include <tessera/core/expressions/map.hpp>
#include <tessera/core/math.hpp>
#include <tessera/core/reductions/reduce.hpp>
#include <tessera/core/selection/mask.hpp>
#include <tessera/core/selection/take.hpp>

#include <cmath>
#include <numeric>

using namespace tessera;

namespace {

ndarray<double, 2> counted(index_t rows, index_t columns) {
  ndarray<double, 2> a(shape_t<2>{rows, columns});
  std::iota(a.data(), a.data() + a.size(), 1.0);
  return a;
}

template <class A, std::size_t N>
void expect_elements(const A& found, const ndarray<double, N>& expected) {
  const ndarray<double, N> values = found;
  ASSERT_EQ(values.shape(), expected.shape());
  for (index_t i = 0; i < values.size(); ++i)
    EXPECT_EQ(values.data()[i], expected.data()[i]) << "element " << i;
}

/// Addresses written while an expression is evaluated, in order of evaluation.
struct counting_function {
  int* calls;
  double operator()(double x) const {
    ++*calls;
    return x;
  }
};

} // namespace

TEST(expression, operators_work_elementwise) {
  const ndarray<double, 2> a{{1, 2}, {3, 4}};
  const ndarray<double, 2> b{{5, 3}, {3, 1}};
  expect_elements(a + b, ndarray<double, 2>{{6, 5}, {6, 5}});
  expect_elements(a - b, ndarray<double, 2>{{-4, -1}, {0, 3}});
  expect_elements(a * b, ndarray<double, 2>{{5, 6}, {9, 4}});
  expect_elements(a / b, ndarray<double, 2>{{0.2, 2.0 / 3.0}, {1, 4}});
  expect_elements(-a, ndarray<double, 2>{{-1, -2}, {-3, -4}});
  expect_elements(2.0 * a - 4.5 * b, ndarray<double, 2>{{-20.5, -9.5}, {-7.5, 3.5}});
  expect_elements(10 - a, ndarray<double, 2>{{9, 8}, {7, 6}});
  expect_elements(1 / a, ndarray<double, 2>{{1, 0.5}, {1.0 / 3.0, 0.25}});
}

TEST(expression, comparisons_give_bool) {
  const ndarray<double, 1> a{1, 2, 3};
  const ndarray<double, 1> b{3, 2, 1};
  static_assert(std::is_same_v<decltype(a < b)::value_type, bool>);
  expect_elements(a == b, ndarray<double, 1>{0, 1, 0});
  expect_elements(a != b, ndarray<double, 1>{1, 0, 1});
  expect_elements(a < b, ndarray<double, 1>{1, 0, 0});
  expect_elements(a <= b, ndarray<double, 1>{1, 1, 0});
  expect_elements(a > b, ndarray<double, 1>{0, 0, 1});
  expect_elements(a >= b, ndarray<double, 1>{0, 1, 1});
  expect_elements(a > 2, ndarray<double, 1>{0, 0, 1});
  expect_elements(2 > a, ndarray<double, 1>{1, 0, 0});
  expect_elements(a > 1.0 && !(b == 1.0), ndarray<double, 1>{0, 1, 0});
  expect_elements(a < 2.0 || b < 2.0, ndarray<double, 1>{1, 0, 1});
}

// Integers are compared by their values, whatever their types.
TEST(expression, comparisons_of_integers_are_exact) {
  const ndarray<std::uint8_t, 1> small{0, 200};
  expect_elements(small < 300, ndarray<double, 1>{1, 1});
  expect_elements(small > -1, ndarray<double, 1>{1, 1});
  expect_elements(small == -56, ndarray<double, 1>{0, 0});
  const ndarray<std::int64_t, 1> a{INT64_MAX, -1};
  const ndarray<std::uint64_t, 1> b{std::uint64_t{1} << 63, UINT64_MAX};
  expect_elements(a == b, ndarray<double, 1>{0, 0});
  expect_elements(a < b, ndarray<double, 1>{1, 1});
  expect_elements(a <= b, ndarray<double, 1>{1, 1});
  expect_elements(a != b, ndarray<double, 1>{1, 1});
}

TEST(expression, integers_wrap_around) {
  const ndarray<std::int32_t, 1> least{INT32_MIN};
  EXPECT_EQ(sum(least - 1), INT32_MAX);
  EXPECT_EQ(sum(-least), INT32_MIN);
  EXPECT_EQ(sum(abs(least)), INT32_MIN);
  EXPECT_EQ(sum(least * 3), INT32_MIN);
  // C++ computes these as int, which 65535 * 65535 overflows.
  const ndarray<std::uint16_t, 1> most{65535};
  EXPECT_EQ(sum(most * most), 1U);
  static_assert(std::is_same_v<decltype(most * most)::value_type, std::uint16_t>);
  const ndarray<std::int64_t, 1> wide{INT64_MAX};
  EXPECT_EQ(sum(wide + wide), -2);
  const ndarray<std::int8_t, 1> byte{127};
  EXPECT_EQ(sum(byte + std::int8_t{1}), -128);
}

TEST(expression, compound_assignment) {
  auto a = counted(2, 2);
  const double* const memory = a.data();
  a += 1.0;
  a *= a;
  expect_elements(a, ndarray<double, 2>{{4, 9}, {16, 25}});
  a -= ndarray<double, 1>{4, 5};
  a /= 2;
  expect_elements(a, ndarray<double, 2>{{0, 2}, {6, 10}});
  EXPECT_EQ(a.data(), memory);
  a(0, all) += a(1, all);
  a(all, 1) *= -1.0;
  expect_elements(a, ndarray<double, 2>{{6, -12}, {6, -10}});
  EXPECT_THROW((a(slice(0, 1), all) += a), shape_error);
}

TEST(expression, broadcasts) {
  const auto a = counted(2, 3);
  const ndarray<double, 1> row{10, 20, 30};
  expect_elements(a + row, ndarray<double, 2>{{11, 22, 33}, {14, 25, 36}});
  expect_elements(a(all, slice(0, 1)) * row, ndarray<double, 2>{{10, 20, 30}, {40, 80, 120}});
  expect_elements(row(all, newaxis) - row,
                  ndarray<double, 2>{{0, -10, -20}, {10, 0, -10}, {20, 10, 0}});
  EXPECT_EQ((a(newaxis, all, all) + row).shape(), (shape_t<3>{1, 2, 3}));
  const auto none_of_it = a(slice(0, 0), all) + row;
  EXPECT_EQ(none_of_it.shape(), (shape_t<2>{0, 3}));
}

TEST(expression, errors_name_the_shapes) {
  const auto a = counted(4, 5);
  const auto b = counted(3, 5);
  EXPECT_EQ(message_of<shape_error>([&] { (void)(a + b); }),
            "shape (4, 5) does not broadcast with (3, 5)");
  ndarray<double, 2> c(shape_t<2>{1, 5});
  EXPECT_EQ(message_of<shape_error>([&] { c(all, all) = 2.0 * a; }),
            "shape (4, 5) does not broadcast with (1, 5)");
  EXPECT_EQ(message_of<shape_error>([&] { (void)where(a > 0.0, b, 1.0); }),
            "shape (4, 5) does not broadcast with (3, 5)");
}

TEST(expression, is_lazy_and_evaluated_once_per_element) {
  int calls = 0;
  const auto a = counted(3, 4);
  const auto lazy = detail::make_expression(counting_function{&calls}, detail::capture(a));
  const auto twice = lazy + 1.0;
  EXPECT_EQ(calls, 0);
  EXPECT_EQ(twice.shape(), (shape_t<2>{3, 4}));
  const ndarray<double, 2> b = twice;
  EXPECT_EQ(calls, 12);
  EXPECT_EQ(b(2, 3), 13.0);
}

// If a temporary were made for every operation, the peak would be more than the result.
TEST(expression, is_fused_without_temporaries) {
  const auto a = ones<double>(4, 5);
  const auto stored = (a + 1.0) * (a - 3.0) / 2.0;
  EXPECT_LE(sizeof stored, 3 * sizeof(a.view()) + 5 * sizeof(double) + 6 * sizeof(shape_t<2>));
  EXPECT_EQ(decltype(stored)::leaves, 2U);
  expect_elements(stored, full(shape_t<2>{4, 5}, -2.0));
}

TEST(expression, refers_to_arrays_and_sees_later_values) {
  auto a = counted(1, 2);
  const auto lazy = a * 10.0;
  a(0, 0) = 7.0;
  expect_elements(lazy, ndarray<double, 2>{{70, 20}});
}

TEST(expression, keeps_temporaries_alive) {
  const auto make = [] {
    auto local = counted(200, 200);
    auto other = counted(200, 200);
    return std::move(local) + 2.0 * std::move(other) + counted(1, 200);
  };
  const auto stored = make();
  const auto reuse_of_freed_memory = zeros<double>(200, 200);
  const ndarray<double, 2> values = stored;
  EXPECT_EQ(values(0, 0), 4.0);
  EXPECT_EQ(values(199, 199), 3 * 40000.0 + 200.0);
  const auto copy = stored;
  expect_elements(copy, values);
  EXPECT_EQ(reuse_of_freed_memory(0, 0), 0.0);
}

TEST(expression, moved_arrays_are_not_copied) {
  auto a = counted(3, 3);
  const double* const memory = a.data();
  const auto stored = std::move(a) + 1.0;
  const double* seen = nullptr;
  stored.visit([&](const auto& leaf) { seen = leaf.elements.data(); });
  EXPECT_EQ(seen, memory);
}

TEST(expression, scalars_are_assigned_where_they_fit) {
  ndarray<int, 1> n{1, 2, 3};
  n = 2.0;
  EXPECT_EQ(n(2), 2);
  n(slice(0, 2)) = -3e9 / 1.5;
  EXPECT_EQ(n(0), -2000000000);
  EXPECT_EQ(message_of<argument_error>([&] { n = 0.5; }),
            "the scalar 0.5 does not fit elements of type int32; to cut it off, convert it first, "
            "as in astype<int>(1.5)");
  EXPECT_THROW(n(n > 2) = 0.1F, argument_error);
  EXPECT_THROW(n(ndarray{0, 1}) = 0.1, argument_error);
  EXPECT_THROW(n = 2147483648.0, argument_error);
  EXPECT_THROW(n = std::nan(""), argument_error);
  EXPECT_THROW((ndarray<int, 1>(shape_t<1>{2}, 0.5)), argument_error);
  EXPECT_THROW(full_like(n, 0.5), argument_error);
  ndarray<std::uint64_t, 1> u{1};
  u = 9223372036854775808.0;
  EXPECT_EQ(u(0), std::uint64_t{1} << 63U);
  EXPECT_THROW(u = 18446744073709551616.0, argument_error);
  EXPECT_THROW(u = -1.0, argument_error);
  ndarray<bool, 1> flags{false};
  flags = 1.0;
  EXPECT_TRUE(flags(0));
  EXPECT_THROW(flags = 0.5, argument_error);
  EXPECT_EQ(n(2), 2) << "what is refused changes nothing";
}

TEST(expression, converts_to_the_type_that_is_assigned) {
  const ndarray<double, 1> a{1.9, -1.9, 300.0};
  const ndarray<int, 1> b = astype<int>(a);
  EXPECT_EQ(b(0), 1);
  EXPECT_EQ(b(1), -1);
  const ndarray<std::uint8_t, 1> d = b;
  EXPECT_EQ(d(2), 44);
  ndarray<float, 1> c;
  c = a + 0.1;
  EXPECT_EQ(c(0), static_cast<float>(1.9 + 0.1));
}

TEST(expression, of_one_element_arrays_and_none) {
  const ndarray<double, 1> one{4.0};
  expect_elements(one + one, ndarray<double, 1>{8.0});
  const ndarray<double, 2> none_of_it(shape_t<2>{3, 0});
  EXPECT_EQ(ndarray(none_of_it * 2.0).shape(), (shape_t<2>{3, 0}));
}

namespace {

/// Selects `count` elements of an axis of n, forward or backward, anywhere.
slice random_slice(random_source& random, index_t n, index_t count) {
  const index_t step = count > 1 ? random.between(1, (n - 1) / (count - 1)) : 1;
  const index_t span = step * (count - 1);
  const index_t first = random.between(0, n - 1 - span);
  if (random.one_in(2)) return {first, first + span + 1, step};
  const index_t before = first - 1;
  return {first + span, before < 0 ? slice::bound(none) : slice::bound(before), -step};
}

view<int, 2> random_part(random_source& random, ndarray<int, 2>& a, index_t rows, index_t columns) {
  if (random.one_in(3)) {
    return a(random_slice(random, a.shape(0), columns), random_slice(random, a.shape(1), rows))
        .transpose();
  }
  return a(random_slice(random, a.shape(0), rows), random_slice(random, a.shape(1), columns));
}

/// Assigns one part of a buffer to another in some way; `detour` takes each right-hand side through
/// a copy first, as if nothing overlapped.
template <bool Detour>
void assign_parts(int kind, view<int, 2> to, view<int, 2> x, view<int, 2> y) {
  const auto source = [](const view<int, 2>& v) {
    if constexpr (Detour)
      return v.copy();
    else
      return v;
  };
  switch (kind) {
  case 0: to = source(x); break;
  case 1: to = source(to) + 3 * source(x); break;
  case 2: to = source(x) - 2 * source(y); break;
  case 3: to += source(x); break;
  case 4: to = source(x)(slice(0, 1), all) + source(y); break;
  default: to = source(x)(all, 0)(all, newaxis) * source(to); break;
  }
}

} // namespace

TEST(expression, overlapping_memory_gives_the_result_of_a_copy) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int i = 0; i < 3000; ++i) {
    ndarray<int, 2> a(shape_t<2>{random.between(2, 9), random.between(2, 9)});
    for (index_t k = 0; k < a.size(); ++k) a.data()[k] = static_cast<int>(random.between(-99, 99));
    const index_t least = std::min(a.shape(0), a.shape(1));
    const index_t rows = random.between(1, least);
    const index_t columns = random.between(1, least);
    auto expected = a;
    const int kind = static_cast<int>(random.between(0, 5));
    random_source again = random;
    const auto in = [&](random_source& r, ndarray<int, 2>& array) {
      return random_part(r, array, rows, columns);
    };
    {
      const auto to = in(again, expected);
      const auto x = in(again, expected);
      assign_parts<true>(kind, to, x, in(again, expected));
    }
    const auto to = in(random, a);
    const auto x = in(random, a);
    assign_parts<false>(kind, to, x, in(random, a));
    ASSERT_TRUE(array_equal(a, expected)) << "case " << i << ", kind " << kind;
  }
}

TEST(expression, overlapping_rows_longer_than_a_buffer) {
  constexpr index_t n = 5000;
  for (const index_t shift : {1, 7, 600, 2500}) {
    auto a = counted(1, n);
    a(0, slice(shift, none)) = a(0, slice(none, -shift)) + a(0, slice(shift, none));
    for (index_t i = shift; i < n; ++i)
      ASSERT_EQ(a(0, i), static_cast<double>(2 * i + 2 - shift)) << "shift " << shift;
  }
  auto a = counted(1, n);
  a = a(all, slice(none, none, -1));
  EXPECT_EQ(a(0, 0), n);
  EXPECT_EQ(a(0, n - 1), 1.0);
}

// Memory seen as other types: what is read must not have been overwritten.
TEST(expression, overlapping_memory_of_other_types) {
  alignas(8) unsigned char memory[64];
  for (int i = 0; i < 64; ++i) memory[i] = static_cast<unsigned char>(i + 1);
  const view<std::uint16_t, 1> wide(reinterpret_cast<std::uint16_t*>(memory), {32});
  const view<unsigned char, 1> narrow(memory, {32});
  wide = narrow;
  for (index_t i = 0; i < 32; ++i) ASSERT_EQ(wide(i), i + 1);
}
