// What kernels give to be reduced, against a serial loop over the gathered arrays.
#include "cases.hpp"
#include "message_of.hpp"
#include "with_threads.hpp"

#include <tessera/core/reductions/reduce.hpp>
#include <tessera/distributed/arrays/create.hpp>
#include <tessera/distributed/functions/rearrange.hpp>
#include <tessera/distributed/reduce.hpp>
#include <tessera/distributed/stencils/stencil_reductions.hpp>

#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>

using namespace tessera_test;

namespace {

/// Values of many magnitudes, so that a sum that rounds on the way has other bits.
double rough(index_t i, index_t j) {
  const auto k = static_cast<double>((i * 131 + j * 37) % 199 - 99);
  return std::ldexp(k + 0.25, static_cast<int>((i * 5 + j * 3) % 50) - 25);
}

/// What a kernel is given by a serial loop; wraps around.
template <class T> struct gathered_point {
  const ndarray<T, 2>& u;
  index_t i;
  index_t j;
  T operator()(index_t di, index_t dj) const {
    const index_t m = u.shape()[0];
    const index_t n = u.shape()[1];
    return u((i + di + m) % m, (j + dj + n) % n);
  }
};

/// An array's values, then terms of every kind.
constexpr auto all_kinds = [](const auto& u, const auto& w) {
  const double value = 0.5 * u(-1, 0) + static_cast<double>(w(0, 1));
  const auto narrow = static_cast<float>(u(0, 1));
  return std::tuple(value, value * u(0, 0), narrow, w(0, -1), value, u(0, 0), w(0, 0), w(0, 0) > 4,
                    value > 1.0);
};
/// The same, but the compiler does not know how far it reads.
constexpr auto all_kinds_watched = [](const auto& u, const auto& w) {
  const volatile index_t one = 1;
  const double value = 0.5 * u(-one, 0) + static_cast<double>(w(0, one));
  const auto narrow = static_cast<float>(u(0, one));
  return std::tuple(value, value * u(0, 0), narrow, w(0, -one), value, u(0, 0), w(0, 0),
                    w(0, 0) > 4, value > 1.0);
};

struct serial_totals {
  exact_sum product;
  exact_sum narrow;
  std::int64_t integers = 0;
  double plain = 0;
  double magnitude = 0;
  double low = std::numeric_limits<double>::infinity();
  int high = std::numeric_limits<int>::lowest();
  std::int64_t large = 0;
  bool any = false;
  index_t cells = 0;

  template <class Values> void add(const Values& values) {
    product.add(std::get<1>(values));
    narrow.add(static_cast<double>(std::get<2>(values)));
    integers += std::get<3>(values);
    plain += std::get<4>(values);
    magnitude += std::abs(std::get<4>(values));
    low = std::min(low, std::get<5>(values));
    high = std::max(high, std::get<6>(values));
    large += std::get<7>(values) ? 1 : 0;
    any = any || std::get<8>(values);
    ++cells;
  }
};

struct case_of_fields {
  case_of_fields(const process_grid<2>& grid, const distribution<2>& blocks, const halo<2>& of_u,
                 const halo<2>& of_w)
      : u(grid, blocks, of_u), w(grid, blocks, of_w), v(grid, blocks) {
    u.fill(&rough);
    w.fill([](index_t i, index_t j) { return static_cast<int>((i * 7 + j * 5) % 11); });
    v = -1.0;
  }

  [[nodiscard]] bool is_computed(const shape_t<2>& at) const {
    bool computed = true;
    for (std::size_t d = 0; d < 2; ++d)
      for (const halo<2>& width : {u.halo(), w.halo()})
        computed = computed && (width.periodic[d] ||
                                (at[d] >= width.lower[d] && at[d] < u.shape()[d] - width.upper[d]));
    return computed;
  }

  global_array<double, 2> u;
  global_array<int, 2> w;
  global_array<double, 2> v;
};

template <class Kernel> void expect_totals(case_of_fields& f, const Kernel& kernel) {
  const ndarray<double, 2> u = f.u.gather_all();
  const ndarray<int, 2> w = f.w.gather_all();
  serial_totals expected;
  ndarray<double, 2> values = full(u.shape(), -1.0);
  for_each_index(f.u.shape(), [&](const shape_t<2>& at) {
    if (!f.is_computed(at)) return;
    const auto found =
        all_kinds(gathered_point<double>{u, at[0], at[1]}, gathered_point<int>{w, at[0], at[1]});
    values(at[0], at[1]) = std::get<0>(found);
    expected.add(found);
  });
  const auto compute = [&] {
    return apply(f.v, std::tie(f.u, f.w), kernel, op::sum, op::sum, op::sum, op::plain_sum, op::min,
                 op::max, op::sum, op::max);
  };
  if (expected.cells == 0) {
    EXPECT_THROW(static_cast<void>(compute()), argument_error);
    return;
  }
  const auto [product, narrow, integers, plain, low, high, large, any] = compute();
  EXPECT_TRUE(array_equal(f.v.gather_all(), values));
  EXPECT_TRUE(same_bits(product, expected.product.value()));
  EXPECT_TRUE(same_bits(narrow, expected.narrow.value_as_float()));
  EXPECT_EQ(integers, expected.integers);
  EXPECT_NEAR(plain, expected.plain, 1e-13 * expected.magnitude);
  EXPECT_EQ(low, expected.low);
  EXPECT_EQ(high, expected.high);
  EXPECT_EQ(large, expected.large);
  EXPECT_EQ(any, expected.any);
}

TEST(stencil_reductions, are_those_of_a_serial_loop) {
  random_source random;
  SCOPED_TRACE(random.trace());
  const auto grids = all_grids<2>(world());
  for (int trial = 0; trial < 24; ++trial) {
    const process_grid<2>& grid = any_of(random, grids);
    const auto shape = random_shape_of<2>(random, 14);
    const auto blocks = random_distribution(random, shape, grid.dims());
    halo<2> of_u({1, random.between(0, 1)}, {random.between(0, 2), 1});
    halo<2> of_w({random.between(0, 2), 1}, {0, random.between(1, 2)});
    of_u.periodic = {random.one_in(2), shape[1] > 2 && random.one_in(2)};
    of_w.periodic = {random.one_in(2), random.one_in(2)};
    SCOPED_TRACE(describe(blocks, of_u) + " and " + describe(blocks, of_w));
    case_of_fields f(grid, blocks, of_u, of_w);
    if (random.one_in(3))
      expect_totals(f, all_kinds_watched);
    else
      expect_totals(f, all_kinds);
  }
}

TEST(stencil_reductions, of_rows_longer_than_what_is_treated_at_once) {
  const process_grid<1> grid(world());
  global_array<double, 1> u(grid, {25'003}, halo<1>(1, true));
  global_array<double, 1> v(grid, {25'003});
  u.fill([](index_t i) { return rough(i, i / 7); });
  const auto kernel = [](const auto& c) {
    const double value = c(-1) + c(0);
    return std::tuple(value, value, value * c(1), value);
  };
  const auto [total, product, plain] = apply(v, u, kernel, op::sum, op::sum, op::plain_sum);
  EXPECT_TRUE(same_bits(total, sum(v)));
  EXPECT_TRUE(same_bits(product, sum(v * roll(u, -1))));
  EXPECT_NEAR(plain, total, 1e-12 * sum(abs(v)));
}

TEST(stencil_reductions, have_the_same_bits_on_any_number_of_threads) {
  const process_grid<2> grid(world());
  global_array<double, 2> u(grid, {310, 500}, halo<2>(1, true));
  global_array<double, 2> v(grid, {310, 500});
  u.fill(&rough);
  const auto kernel = [](const auto& c) {
    const double value = 0.25 * (c(-1, 0) + c(1, 0) + c(0, -1) + c(0, 1));
    return std::tuple(value, c(0, 0) * value, value, value, value);
  };
  apply(v, u, [&](const auto& c) { return std::get<0>(kernel(c)); });
  const double expected = vdot(u, v);
  for (const int count : {1, 2, 3, 4}) {
    const with_threads several(count);
    const auto [product, plain, low, high] =
        apply(v, u, kernel, op::sum, op::plain_sum, op::min, op::max);
    EXPECT_TRUE(same_bits(product, expected)) << count;
    EXPECT_NEAR(plain, sum(v), 1e-12 * sum(abs(v)));
    EXPECT_EQ(low, min(v));
    EXPECT_EQ(high, max(v));
  }
}

TEST(stencil_reductions, of_nothing_but_terms_in_any_number_of_axes) {
  const process_grid<3> grid(world());
  global_array<double, 3> a(grid, {5, 6, 7});
  global_array<float, 3> b(grid, {5, 6, 7});
  a.fill([](index_t i, index_t j, index_t k) { return rough(i + 3 * k, j); });
  b.fill([](index_t i, index_t j, index_t k) { return static_cast<float>(i - j * k); });
  const double product = apply(
      std::tie(), std::tie(a, b),
      [](const auto& x, const auto& y) { return x(0, 0, 0) * static_cast<double>(y(0, 0, 0)); },
      op::sum);
  EXPECT_TRUE(same_bits(product, vdot(a, b)));
  const auto first = apply(
      std::tie(), a,
      [](const auto& here, const auto& x) {
        return x(0, 0, 0) > 0 ? here(0) * 100 + here(1) * 10 + here(2) : 1000;
      },
      op::min);
  EXPECT_EQ(
      first,
      min(where(a > 0.0,
                fromfunction([](index_t i, index_t j, index_t k) { return i * 100 + j * 10 + k; },
                             grid, a.shape()),
                index_t{1000})));
}

TEST(stencil_reductions, replace_arrays_in_place) {
  for (const process_grid<2>& grid : all_grids<2>(world())) {
    global_array<double, 2> r(grid, {9, 13}, halo<2>(1));
    global_array<double, 2> q(grid, {9, 13}, halo<2>(1));
    r.fill(&rough);
    q.fill([](index_t i, index_t j) { return rough(j, i); });
    const global_array<double, 2> expected = copy(r - 0.3 * q);
    const double squares = apply(
        r, std::tie(r, q),
        [](const auto& at_r, const auto& at_q) {
          const double value = at_r(0, 0) - 0.3 * at_q(0, 0);
          return std::pair(value, value * value);
        },
        op::sum);
    EXPECT_TRUE(array_equal(r, expected)); // cells at the ends, too: nothing else is read
    EXPECT_TRUE(same_bits(squares, vdot(expected, expected)));
  }
}

TEST(stencil_reductions, replace_arrays_in_place_by_kernels_that_are_watched) {
  const process_grid<2> grid(world());
  global_array<double, 2> r(grid, {9, 13}, halo<2>(1));
  r.fill(&rough);
  const global_array<double, 2> expected = copy(2.0 * r);
  const double total = apply(
      r, r,
      [](const auto& c) {
        const volatile index_t none = 0;
        const double value = 2.0 * c(none, 0);
        return std::pair(value, value);
      },
      op::sum);
  EXPECT_TRUE(array_equal(r, expected));
  EXPECT_TRUE(same_bits(total, sum(expected)));
}

TEST(stencil_reductions, of_nan_zeros_and_no_cells) {
  const process_grid<1> grid(world());
  auto u = zeros<double>(grid, {40});
  u = -0.0;
  const auto itself = [](const auto& c) { return std::pair(c(0), c(0)); };
  const auto extrema = [&] {
    return apply(
        std::tie(), u, [&](const auto& c) { return itself(c); }, op::min, op::max);
  };
  const auto [low, high] = extrema();
  EXPECT_TRUE(same_bits(low, 0.0));
  EXPECT_TRUE(same_bits(high, 0.0));
  u.fill([](index_t i) { return i == 13 ? -std::numeric_limits<double>::quiet_NaN() : -1.0; });
  const auto [low_of_nan, high_of_nan] = extrema();
  EXPECT_TRUE(std::isnan(low_of_nan));
  EXPECT_TRUE(std::isnan(high_of_nan));
  global_array<double, 1> thin(grid, {3}, halo<1>(2));
  global_array<double, 1> v(grid, {3});
  thin = 1.0;
  const auto neighbours = [](const auto& c) { return std::pair(c(-2) + c(2), c(2)); };
  EXPECT_EQ(apply(v, thin, neighbours, op::sum), 0.0);
  const std::string text =
      message_of<argument_error>([&] { static_cast<void>(apply(v, thin, neighbours, op::max)); });
  EXPECT_NE(text.find("of no cells"), std::string::npos) << text;
}

TEST(stencil_reductions, come_while_something_else_is_computed) {
  const process_grid<2> grid(world());
  global_array<double, 2> u(grid, {12, 17}, halo<2>(1, true));
  global_array<double, 2> v(grid, {12, 17});
  u.fill(&rough);
  const auto kernel = [](const auto& c) {
    const double value = c(-1, 0) - c(0, 1);
    return std::tuple(value, value, value, value);
  };
  auto pending = start_apply(v, u, kernel, op::sum, op::max, op::plain_sum);
  const auto before = v.copy();
  v = 0.0;
  const auto [total, high, plain] = pending.wait();
  EXPECT_TRUE(same_bits(total, sum(before)));
  EXPECT_EQ(high, max(before));
  EXPECT_NEAR(plain, total, 1e-12 * sum(abs(before)));
  auto alone = start_apply(
      v, u, [&](const auto& c) { return std::pair(c(0, 0), c(0, 0)); }, op::plain_sum);
  EXPECT_NEAR(alone.wait(), sum(u), 1e-12 * sum(abs(u)));
}

TEST(stencil_reductions, refuse_what_cannot_be) {
  const process_grid<2> grid(world());
  global_array<double, 2> u(grid, {8, 8}, halo<2>(1, true));
  global_array<double, 2> other(grid, {8, 9});
  u = 1.0;
  const auto expect = [](const std::string& what, auto&& f) {
    const std::string text = message_of<argument_error>(f);
    EXPECT_NE(text.find(what), std::string::npos) << text;
  };
  expect("reads neighbours in it", [&] {
    static_cast<void>(apply(
        u, u, [](const auto& c) { return std::pair(c(0, 1), c(0, 0)); }, op::sum));
  });
  expect("reads neighbours in it", [&] {
    static_cast<void>(apply(
        u, u,
        [](const auto& c) {
          const volatile index_t one = 1;
          return std::pair(c(0, one), c(0, 0));
        },
        op::sum));
  });
  expect("(8, 9)", [&] {
    static_cast<void>(apply(
        std::tie(), std::tie(u, other),
        [](const auto& a, const auto& b) { return a(0, 0) * b(0, 0); }, op::sum));
  });
  const std::string text = message_of<error>([&] {
    static_cast<void>(apply(
        std::tie(), u,
        [](const auto& here, const auto& c) {
          if (here(0) == 7) throw std::runtime_error("in the last row");
          return c(0, 0);
        },
        op::plain_sum));
  });
  EXPECT_NE(text.find("in the last row"), std::string::npos) << text;
}

} // namespace
