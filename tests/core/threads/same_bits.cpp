// Every operation on several threads against the same on one, bit for bit.
#include "random_source.hpp"
#include "with_threads.hpp"

#include <tessera/core.hpp>
#include <tessera/core/complex.hpp>

#include <gtest/gtest.h>

#include <bit>
#include <chrono>
#include <complex>
#include <cstring>
#include <limits>
#include <thread>
#include <vector>

using namespace tessera;

namespace {

/// The bits of what f returns: a number or an array.
template <class F> std::vector<std::byte> bits_of(F f) {
  const auto result = f();
  if constexpr (requires { result.data(); }) {
    const auto bytes = static_cast<std::size_t>(result.size()) * sizeof(*result.data());
    std::vector<std::byte> bits(bytes);
    if (bytes > 0) std::memcpy(bits.data(), result.data(), bytes);
    return bits;
  } else {
    std::vector<std::byte> bits(sizeof result);
    std::memcpy(bits.data(), &result, sizeof result);
    return bits;
  }
}

template <class F> void expect_same_bits(const char* what, F f) {
  SCOPED_TRACE(what);
  std::vector<std::byte> alone;
  {
    const with_threads here(1);
    alone = bits_of(f);
  }
  for (const int threads : {2, 3, 4}) {
    const with_threads here(threads);
    EXPECT_TRUE(bits_of(f) == alone) << threads << " threads";
  }
}

/// An array of random numbers, as views of memory in random layouts see it.
template <class T, std::size_t N> struct scattered {
  scattered(random_source& random, const shape_t<N>& shape_of_view)
      : shape(shape_of_view), layout(random, {shape.begin(), shape.end()}),
        memory(static_cast<std::size_t>(layout.extent)) {
    for (auto& x : memory) x = number(random);
  }

  static T number(random_source& random) {
    const auto bits = static_cast<std::int64_t>(random.engine()());
    if constexpr (std::is_floating_point_v<T>)
      return static_cast<T>(static_cast<double>(bits) * (bits % 7 == 0 ? 1e-30 : 1e-18));
    else if constexpr (std::is_same_v<T, bool>)
      return bits % 3 == 0;
    else if constexpr (std::is_integral_v<T>)
      return static_cast<T>(bits);
    else
      return T(static_cast<typename T::value_type>(static_cast<double>(bits) * 1e-18),
               static_cast<typename T::value_type>(bits % 1000));
  }
  view<T, N> get() {
    shape_t<N> strides;
    std::copy(layout.strides.begin(), layout.strides.end(), strides.begin());
    return view<T, N>(reinterpret_cast<T*>(memory.data()) + layout.offset, shape, strides);
  }

  shape_t<N> shape;
  random_layout layout;
  std::vector<std::conditional_t<std::is_same_v<T, bool>, unsigned char, T>> memory;
};

/// Some shapes of a few hundred thousand elements, long and short along each axis.
const std::vector<shape_t<3>>& shapes() {
  static const std::vector<shape_t<3>> all{{400000, 1, 1}, {2, 3, 60000}, {1, 700, 431},
                                           {90, 61, 55},   {3, 70000, 2}, {80001, 2, 2}};
  return all;
}

template <class T> void expect_same_reductions(const view<T, 3>& a, const char* type) {
  SCOPED_TRACE(type);
  expect_same_bits("sum", [&] { return sum(a); });
  expect_same_bits("mean", [&] { return mean(a); });
  expect_same_bits("any", [&] { return any(a); });
  expect_same_bits("all", [&] { return all(a); });
  expect_same_bits("count_nonzero", [&] { return count_nonzero(a); });
  expect_same_bits("prod", [&] { return prod(a); });
  expect_same_bits("vdot", [&] { return vdot(a, a); });
  expect_same_bits("sum by axis 0", [&] { return sum(a, axis(0)); });
  expect_same_bits("sum by axes 0, 2", [&] { return sum(a, axis(0, 2)); });
  expect_same_bits("sum by axis 2", [&] { return sum(a, axis(2)); });
  expect_same_bits("prod by axis 1", [&] { return prod(a, axis(1)); });
  expect_same_bits("mean by axis 1", [&] { return mean(a, axis(1)); });
  if constexpr (std::is_arithmetic_v<T>) {
    expect_same_bits("min", [&] { return min(a); });
    expect_same_bits("max", [&] { return max(a); });
    expect_same_bits("argmin", [&] { return argmin(a); });
    expect_same_bits("argmax", [&] { return argmax(a); });
    expect_same_bits("max by axis 2", [&] { return max(a, axis(2)); });
    expect_same_bits("min by axes 1, 2", [&] { return min(a + a, axis(1, 2)); });
    expect_same_bits("argmin by axis 1", [&] { return argmin(a, axis(1)); });
    expect_same_bits("argmax by axis 0", [&] { return argmax(a, axis(0)); });
    expect_same_bits("argmax of an expression", [&] { return argmax(a + a); });
    expect_same_bits("masked sum", [&] { return sum(a, masked(a > T{})); });
  }
  if constexpr (std::is_floating_point_v<T>) {
    expect_same_bits("var", [&] { return var(a); });
    expect_same_bits("var by axis 2", [&] { return var(a, axis(2)); });
    expect_same_bits("norm", [&] { return norm(a); });
    expect_same_bits("fast_sum", [&] { return fast_sum(a); });
  }
}

template <class T> void expect_same_assignments(random_source& random, const shape_t<3>& shape) {
  scattered<T, 3> a(random, shape);
  scattered<T, 3> b(random, shape);
  scattered<T, 3> to(random, shape);
  const auto assigned = [&](auto assign) {
    return [&, assign] {
      ndarray<T, 3> whole(shape);
      to.get().assign(T{});
      assign(to.get());
      whole.assign(to.get());
      return whole;
    };
  };
  expect_same_bits("copy", assigned([&](view<T, 3> v) { v.assign(a.get()); }));
  if constexpr (!std::is_same_v<T, bool>) {
    expect_same_bits("a * b + a", assigned([&](view<T, 3> v) {
                       v.assign(astype<T>(a.get() * b.get() + a.get()));
                     }));
    expect_same_bits("in place", assigned([&](view<T, 3> v) {
                       v.assign(a.get());
                       v += b.get();
                     }));
    expect_same_bits("a row to all", assigned([&](view<T, 3> v) {
                       v.assign(astype<T>(a.get()(0, slice(0, 1)) + b.get()));
                     }));
  }
  if constexpr (std::is_floating_point_v<T>)
    expect_same_bits("functions", assigned([&](view<T, 3> v) {
                       v.assign(astype<T>(exp(-abs(a.get())) * sin(b.get())));
                     }));
}

template <class T> void expect_same_orders(const view<T, 3>& a) {
  expect_same_bits("checksum", [&] { return checksum(a); });
  if constexpr (std::is_arithmetic_v<T>) {
    ndarray<T, 1> line(shape_t<1>{a.size()});
    line.assign(ravel(a));
    expect_same_bits("sort", [&] { return sort(line); });
    expect_same_bits("sort by axis 2", [&] { return sort(a); });
    expect_same_bits("sort by axis 0", [&] { return sort(a, axis(0)); });
  }
}

template <class T> void expect_same_bits_of(const char* type) {
  SCOPED_TRACE(type);
  random_source random;
  SCOPED_TRACE(random.trace());
  for (const auto& shape : shapes()) {
    SCOPED_TRACE(to_string(shape));
    expect_same_assignments<T>(random, shape);
    scattered<T, 3> a(random, shape);
    expect_same_reductions<T>(a.get(), "in any layout");
    expect_same_orders<T>(a.get());
    ndarray<T, 3> whole(shape);
    whole.assign(a.get());
    expect_same_reductions<T>(whole, "row by row");
  }
}

} // namespace

TEST(same_bits, double) { expect_same_bits_of<double>("double"); }
TEST(same_bits, float) { expect_same_bits_of<float>("float"); }
TEST(same_bits, int8) { expect_same_bits_of<std::int8_t>("int8"); }
TEST(same_bits, int64) { expect_same_bits_of<std::int64_t>("int64"); }
TEST(same_bits, bool) { expect_same_bits_of<bool>("bool"); }
TEST(same_bits, complex) { expect_same_bits_of<std::complex<double>>("complex"); }

TEST(same_bits, evenly_spaced_numbers) {
  expect_same_bits("integers", [] { return arange(400000); });
  expect_same_bits("downwards", [] { return arange(400000, -7, -3); });
  expect_same_bits("float", [] { return arange(0.0F, 3e5F, 0.75F); });
  expect_same_bits("huge", [] { return arange(-1.7e308, 1.7e308, 1e303); });
  expect_same_bits("linspace", [] { return linspace(0.1, 7.3, 300001); });
  expect_same_bits("wide linspace", [] { return linspace(-1.7e308, 1.7e308, 300001); });
  expect_same_bits("logspace", [] { return logspace(-3.0, 4.0, 300000); });
  expect_same_bits("geomspace", [] { return geomspace(1e-3, 1e4, 300000); });
  expect_same_bits("zeros", [] { return zeros<double>(700, 600); });
  expect_same_bits("fromfunction", [] {
    return fromfunction([](auto i, auto j) { return static_cast<double>(10 * i + j); }, {700, 600});
  });
}

TEST(same_bits, special_numbers_anywhere) {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  constexpr double infinity = std::numeric_limits<double>::infinity();
  ndarray<double, 1> a = arange<double>(300000) - 150000.5;
  for (const double special : {nan, infinity, -infinity, -0.0, 1e308, 5e-324})
    for (const index_t at : {0, 1, 149999, 150000, 299999}) {
      ndarray<double, 1> b = a;
      b(at) = special;
      expect_same_bits("sum", [&] { return sum(b); });
      expect_same_bits("max", [&] { return max(b); });
      expect_same_bits("argmin", [&] { return argmin(b); });
      expect_same_bits("argmax of -b", [&] { return argmax(-b); });
      expect_same_bits("sort", [&] { return sort(b); });
    }
}

TEST(same_bits, what_is_equal_keeps_its_order) {
  ndarray<double, 1> a(shape_t<1>{300000}); // NaN of several payloads, and zeros of both signs
  for (index_t i = 0; i < a.size(); ++i) {
    const std::uint64_t payload = 0x7ff8000000000000U + static_cast<std::uint64_t>(i);
    const double zero = i % 3 == 0 ? -0.0 : 0.0;
    a(i) = i % 7 == 0   ? std::bit_cast<double>(payload)
           : i % 5 == 0 ? zero
                        : static_cast<double>(i % 11);
  }
  expect_same_bits("sort", [&] { return sort(a); });
}

TEST(same_bits, what_is_written_overlaps_what_is_read) {
  const auto shifted = [] {
    ndarray<double, 1> a = arange<double>(400000);
    a(slice(1, none)) = a(slice(0, -1)) * 2.0 + 1.0;
    a(slice(none, none, -1)) = a;
    return a;
  };
  expect_same_bits("shifted", shifted);
  ndarray<double, 1> hand(shape_t<1>{400000});
  for (index_t i = 0; i < hand.size(); ++i)
    hand(hand.size() - 1 - i) = i == 0 ? 0.0 : 2.0 * static_cast<double>(i - 1) + 1.0;
  const with_threads here(4);
  EXPECT_TRUE(array_equal(shifted(), hand));
}

TEST(same_bits, elements_that_are_written_several_times) {
  double memory[3] = {};
  const view<double, 2> same(memory, {100000, 3}, {0, 1}); // all rows are one
  const ndarray<double, 2> rows = reshape(arange<double>(300000), {100000, 3});
  // The first row takes long: another thread would have written the last one before.
  const auto slowly = [](double x) {
    if (x == 0.0) std::this_thread::sleep_for(std::chrono::milliseconds(30));
    return x;
  };
  expect_same_bits("last row", [&] {
    same.assign(map(slowly, rows));
    return ndarray<double, 1>(view<const double, 1>(memory, {3}, {1}));
  });
  EXPECT_EQ(memory[2], 299999.0);
}

TEST(same_bits, the_first_element_that_throws_is_heard) {
  const ndarray<index_t, 1> places = arange<index_t>(500000);
  const auto run = [&] {
    ndarray<index_t, 1> to(shape_t<1>{500000});
    to = map(
        [](index_t i) {
          if (i % 100000 == 99999) throw index_error("element " + std::to_string(i));
          return i;
        },
        places);
  };
  for (const int threads : {1, 2, 4}) {
    const with_threads here(threads);
    try {
      run();
      ADD_FAILURE() << "nothing was thrown";
    } catch (const index_error& e) {
      EXPECT_STREQ(e.what(), "element 99999");
    }
  }
}

TEST(same_bits, threads_of_the_user_compute_at_once) {
  const with_threads here(2);
  const ndarray<double, 1> a = arange<double>(200000);
  std::vector<std::thread> users;
  std::vector<double> sums(4);
  for (std::size_t u = 0; u < sums.size(); ++u)
    users.emplace_back([&, u] {
      for (int time = 0; time < 10; ++time) {
        const ndarray<double, 1> b = a * static_cast<double>(u) + 1.0;
        const ndarray<double, 1> c = b(slice(none, none, -1));
        sums[u] = sum(c) + max(b);
      }
    });
  for (auto& user : users) user.join();
  for (std::size_t u = 0; u < sums.size(); ++u) {
    const auto factor = static_cast<double>(u);
    EXPECT_EQ(sums[u], factor * 19999900000.0 + 200000.0 + factor * 199999.0 + 1.0);
  }
}
