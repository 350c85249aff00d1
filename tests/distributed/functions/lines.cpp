// Functions along axes over ranks, covariances and triangles, against those of the gathered array.
#include "gathered.hpp"
#include "message_of.hpp"

#include <tessera/core/algebra/products.hpp>
#include <tessera/core/creation/diagonals.hpp>
#include <tessera/core/elements/special.hpp>
#include <tessera/core/selection/sort.hpp>
#include <tessera/core/statistics/nan_functions.hpp>
#include <tessera/distributed/arrays/create.hpp>
#include <tessera/distributed/functions/apply_along_axis.hpp>
#include <tessera/distributed/functions/axes.hpp>
#include <tessera/distributed/functions/covariance.hpp>
#include <tessera/distributed/functions/integrals.hpp>
#include <tessera/distributed/functions/join.hpp>
#include <tessera/distributed/functions/random.hpp>
#include <tessera/distributed/functions/statistics.hpp>
#include <tessera/distributed/functions/triangles.hpp>

#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>

using namespace tessera_test;

namespace {

/// A random array under any distribution, and the same elements here.
template <class Check> void on_random_matrices(const Check& check) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int trial = 0; trial < 10; ++trial) {
    gathered_case next(random);
    generator(static_cast<std::uint64_t>(trial)).normal(0.0, 3.0, next.u);
    SCOPED_TRACE(next.what);
    check(next.u, next.u.gather_all());
  }
}

/// Equal, or both NaN.
template <class A, class B> bool same_numbers(const A& a, const B& b) {
  return a.shape() == b.shape() && all(a == b || (isnan(a) && isnan(b)));
}

} // namespace

TEST(lines, covariances) {
  on_random_matrices([](const auto& u, const auto& a) {
    if (a.size() == 0) return;
    EXPECT_TRUE(same_numbers(cov(u), cov(a)));
    EXPECT_TRUE(
        same_numbers(cov(u, {.rowvar = false, .ddof = 0}), cov(a, {.rowvar = false, .ddof = 0})));
    EXPECT_TRUE(same_numbers(corrcoef(2.0 * u), corrcoef(ndarray(2.0 * a))));
    EXPECT_TRUE(same_numbers(cov(u.transpose()), cov(a.transpose())));
  });
  const auto empty = zeros(process_grid<2>(world()), {2, 0});
  message_of<argument_error>([&] { (void)cov(empty); });
}

TEST(lines, integrals) {
  on_random_matrices([](const auto& u, const auto& a) {
    EXPECT_TRUE(array_equal(trapezoid(u, 0.3), trapezoid(a, 0.3)));
    EXPECT_TRUE(array_equal(trapezoid(u, axis(0)), trapezoid(a, axis(0))));
    const ndarray<double, 1> places = sqrt(arange<double>(static_cast<double>(a.shape(0))));
    EXPECT_TRUE(
        array_equal(trapezoid(u + 1.0, places, axis(0)), trapezoid(a + 1.0, places, axis(0))));
    if (a.size() > 0) {
      EXPECT_EQ(trapezoid(u(0, all), 2.0), trapezoid(a(0, all), 2.0));
    }
    expect_same(ediff1d(u), ediff1d(a), "ediff1d");
    expect_same(ediff1d(u, ndarray{7.0, 8.0}, ndarray{9.0}),
                ediff1d(a, ndarray{7.0, 8.0}, ndarray{9.0}), "ediff1d with ends");
    if (a.size() > 0) {
      EXPECT_EQ(average(u, abs(u) + 1.0), average(a, abs(a) + 1.0));
    }
    if (a.size() > 0) {
      EXPECT_EQ(ptp(u * 2.0), ptp(a * 2.0));
    }
  });
  const auto u = ones(process_grid<2>(world()), {2, 3});
  EXPECT_EQ(message_of<shape_error>([&] {
              (void)trapezoid(u, ndarray{1.0, 2.0});
            }),
            "trapezoid of 3 values along the axis at 2 places; there must be as many of both");
}

TEST(lines, triangles_and_turns) {
  on_random_matrices([](const auto& u, const auto& a) {
    for (index_t k = -2; k <= 2; ++k) {
      expect_same(tril(u, k), tril(a, k), "tril");
      expect_same(triu(u * 2.0, k), triu(a * 2.0, k), "triu");
      expect_same(rot90(u, k), rot90(a, k).copy(), "rot90");
      expect_same(rot90(u, k, axis(1, 0)), rot90(a, k, axis(1, 0)).copy(), "rot90");
    }
    EXPECT_EQ(trace(u), trace(a));
    EXPECT_EQ(trace(u, -1), trace(a, -1));
    expect_same(expand_dims(u, 1), expand_dims(a, 1).copy(), "expand_dims");
    expect_same(hstack(u, u), hstack(a, a), "hstack");
    expect_same(vstack(u, u), vstack(a, a), "vstack");
    expect_same(dstack(u, u), dstack(a, a), "dstack");
    expect_same(matrix_transpose(u), a.transpose().copy(), "matrix_transpose");
  });
}

TEST(lines, functions_of_lines) {
  const auto spread = [](auto line) { return line.size() > 0 ? max(line) - min(line) : 0.0; };
  const auto sorted = [](auto line) { return sort(line); };
  on_random_matrices([&](const auto& u, const auto& a) {
    for (const index_t d : {0, 1}) {
      expect_same(apply_along_axis(spread, axis(d), u), apply_along_axis(spread, axis(d), a),
                  "numbers");
      if (a.size() > 0)
        expect_same(apply_along_axis(sorted, axis(d), u), apply_along_axis(sorted, axis(d), a),
                    "arrays");
    }
    if (a.size() > 0) {
      EXPECT_EQ(apply_along_axis(spread, axis(0), u(0, all)),
                apply_along_axis(spread, axis(0), a(0, all)));
    }
  });
  const auto u =
      fromfunction([](index_t i, index_t) { return i; }, process_grid<2>(world()), {9, 3});
  EXPECT_NE(message_of<error>([&] {
              (void)apply_along_axis(
                  [](auto line) {
                    if (line(0) == 5) throw std::runtime_error("five");
                    return line(0);
                  },
                  axis(1), u);
            }).find("five"),
            std::string::npos);
  message_of<shape_error>([&] {
    (void)apply_along_axis([](auto line) { return ones(line(0) == 5 ? 2 : 3); }, axis(1), u);
  });
}

TEST(lines, without_nan) {
  on_random_matrices([](const auto& u, const auto& a) {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    if (a.size() == 0) return;
    const auto v = copy(where(u > 2.0, nan, u));
    const ndarray<double, 2> b = where(a > 2.0, nan, a);
    expect_same(nancumsum(v, axis(0)), nancumsum(b, axis(0)), "nancumsum");
    expect_same(nancumprod(v, axis(1)), nancumprod(b, axis(1)), "nancumprod");
    if (any(!isnan(b))) {
      EXPECT_EQ(nanmedian(v), nanmedian(b));
      EXPECT_EQ(nanargmax(v), nanargmax(b));
      EXPECT_EQ(nanargmin(v), nanargmin(b));
    }
    expect_same(copy(nan_to_num(v, {.nan = 7.0})), ndarray(nan_to_num(b, {.nan = 7.0})),
                "nan_to_num");
    expect_same(copy(logaddexp2(u, 1.0)), ndarray(logaddexp2(a, 1.0)), "logaddexp2");
  });
}
