// Exact sums along axes of which several ranks have parts, against those of every line by
// math.fsum's algorithm, or by exact_sum where that overflows.
#include "cases.hpp"
#include "serial_sums.hpp"

#include <tessera/distributed/reduce.hpp>

using namespace tessera_test;

namespace {

double serial_sum(const numbers& line) {
  for (const double x : line)
    if (!(std::abs(x) < 0x1p1000)) return total(line);
  return fsum(line) + 0.0;
}

/// Sums along the axes of an array of three, serially: of element (i, j, k), `keep` says which
/// output it belongs to.
template <class Keep>
numbers serial_sums(const ndarray<double, 3>& a, index_t outputs, const Keep& keep) {
  std::vector<numbers> lines(static_cast<std::size_t>(outputs));
  for (index_t i = 0; i < a.shape()[0]; ++i)
    for (index_t j = 0; j < a.shape()[1]; ++j)
      for (index_t k = 0; k < a.shape()[2]; ++k)
        lines[static_cast<std::size_t>(keep(i, j, k))].push_back(a(i, j, k));
  numbers sums;
  for (const numbers& line : lines) sums.push_back(serial_sum(line));
  return sums;
}

template <std::size_t N>
void expect_sums(const ndarray<double, N>& found, const numbers& expected, const char* what) {
  ASSERT_EQ(found.size(), static_cast<index_t>(expected.size()));
  index_t wrong = 0;
  for (index_t k = 0; k < found.size(); ++k) {
    const double a = found.data()[k];
    const double b = expected[static_cast<std::size_t>(k)];
    wrong +=
        std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b) || (a != a && b != b)
            ? 0
            : 1;
  }
  EXPECT_EQ(wrong, 0) << what;
}

void check_all_axes(const global_array<double, 3>& u, const ndarray<double, 3>& a) {
  const index_t rows = a.shape()[1];
  const index_t n = a.shape()[2];
  expect_sums(sum(u, axis(0)),
              serial_sums(a, rows * n, [&](index_t, index_t j, index_t k) { return j * n + k; }),
              "axis 0");
  expect_sums(
      sum(u, axis(1)),
      serial_sums(a, a.shape()[0] * n, [&](index_t i, index_t, index_t k) { return i * n + k; }),
      "axis 1");
  expect_sums(sum(u, axis(0, 2)),
              serial_sums(a, rows, [](index_t, index_t j, index_t) { return j; }), "axes 0 and 2");
}

enum class kind { integers, short_numbers, any_bits, far_apart, all_of_the_range, special };

double number_of(random_source& random, kind what) {
  switch (what) {
  case kind::integers: return static_cast<double>(random.between(-1000, 1000));
  case kind::short_numbers: return std::ldexp(static_cast<double>(random.between(1, 1 << 20)), -30);
  case kind::any_bits: return any_double(random, -10, 3);
  case kind::far_apart: return any_double(random, -95, 3);
  case kind::all_of_the_range: return any_double(random, -1074, 1000);
  case kind::special: break;
  }
  if (random.one_in(300)) return special::not_a_number;
  if (random.one_in(100)) return random.one_in(2) ? special::infinity : -special::infinity;
  if (random.one_in(20)) return random.one_in(2) ? special::largest : -special::largest;
  return random.one_in(5) ? special::smallest : -0.0;
}

void check(random_source& random, const process_grid<3>& grid, shape_t<3> shape, kind what) {
  ndarray<double, 3> a(shape);
  for (index_t k = 0; k < a.size(); ++k) a.data()[k] = number_of(random, what);
  // Much that cancels.
  for (index_t k = shape[1] * shape[2]; k < a.size(); ++k)
    if (random.one_in(3)) a.data()[k] = -a.data()[k - shape[1] * shape[2]];
  global_array<double, 3> u(grid, shape);
  u = a;
  SCOPED_TRACE(describe(u.distribution()) + ", kind " + std::to_string(static_cast<int>(what)));
  check_all_axes(u, a);
}

constexpr kind kinds[] = {kind::integers,  kind::short_numbers,    kind::any_bits,
                          kind::far_apart, kind::all_of_the_range, kind::special};

} // namespace

// Few go to every rank at once.
TEST(rank_sums, of_few_outputs) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (const process_grid<3>& grid : all_grids<3>(world()))
    for (const kind what : kinds) {
      check(random, grid, {5, 3, 7}, what);
      check(random, grid, {12, 1, 40}, what);
    }
}

// Of many, every rank finishes a share.
TEST(rank_sums, of_many_outputs) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (const process_grid<3>& grid : all_grids<3>(world()))
    for (const kind what : kinds) check(random, grid, {7, 11, 271}, what);
}

TEST(rank_sums, in_several_rounds) {
  random_source random;
  SCOPED_TRACE(random.trace());
  const index_t outputs = 150'000;
  ndarray<double, 2> a(shape_t<2>{world().size() + 1, outputs});
  for (index_t k = 0; k < a.size(); ++k) a.data()[k] = number_of(random, kind::far_apart);
  global_array<double, 2> u(process_grid<2>(world(), {0, 1}), a.shape());
  u = a;
  numbers expected;
  for (index_t j = 0; j < outputs; ++j) {
    numbers line;
    for (index_t i = 0; i < a.shape()[0]; ++i) line.push_back(a(i, j));
    expected.push_back(serial_sum(line));
  }
  expect_sums(sum(u, axis(0)), expected, "axis 0");
}

// Some ranks own nothing of what is summed, or nothing at all.
TEST(rank_sums, of_ranks_without_elements) {
  random_source random;
  SCOPED_TRACE(random.trace());
  const int size = world().size();
  for (const index_t outputs : {3, 3000}) {
    ndarray<double, 2> a(shape_t<2>{2, outputs});
    for (index_t k = 0; k < a.size(); ++k) a.data()[k] = number_of(random, kind::any_bits);
    global_array<double, 2> u(process_grid<2>(world(), {size, 1}), a.shape());
    u = a;
    numbers both;
    for (index_t j = 0; j < outputs; ++j) both.push_back(serial_sum({a(0, j), a(1, j)}));
    expect_sums(sum(u, axis(0)), both, "both rows");
    expect_sums(sum(u(slice(1, none), all), axis(0)), numbers(a(1, all).begin(), a(1, all).end()),
                "one row");
  }
  global_array<double, 2> none(process_grid<2>(world(), {size, 1}), {0, 4});
  expect_sums(sum(none, axis(0)), numbers(4, 0.0), "no rows");
  global_array<double, 2> empty(process_grid<2>(world(), {size, 1}), {4, 0});
  expect_sums(sum(empty, axis(0)), {}, "no columns");
}

TEST(rank_sums, of_float_are_rounded_once) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (const index_t outputs : {10, 4000}) {
    ndarray<float, 2> a(shape_t<2>{20, outputs});
    for (index_t k = 0; k < a.size(); ++k)
      a.data()[k] = static_cast<float>(any_double(random, -100, 3));
    global_array<float, 2> u(process_grid<2>(world(), {0, 1}), a.shape());
    u = a;
    const auto found = sum(u, axis(0));
    index_t wrong = 0;
    for (index_t j = 0; j < outputs; ++j) {
      exact_sum expected;
      for (index_t i = 0; i < 20; ++i) expected.add(static_cast<double>(a(i, j)));
      wrong += found(j) == expected.value_as_float() ? 0 : 1;
    }
    EXPECT_EQ(wrong, 0);
  }
}
