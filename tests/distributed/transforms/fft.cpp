// Fourier transforms over ranks: the bits of the local functions on the gathered array.
#include "cases.hpp"
#include "message_of.hpp"

#include <tessera/core.hpp>
#include <tessera/core/fft.hpp>
#include <tessera/distributed/fft.hpp>

#include <gtest/gtest.h>

#include <complex>
#include <cstring>
#include <string>

using namespace tessera_test;

namespace {

using complex = std::complex<double>;

/// Numbers without a pattern, of the global subscript.
double noise(index_t i) {
  const auto x = static_cast<std::uint64_t>(i + 1) * 0x9e3779b97f4a7c15U;
  return static_cast<double>((x ^ (x >> 29)) % 2000003) * 1e-6 - 1.0;
}
template <class T, std::size_t N> void fill_noise(global_array<T, N>& u) {
  u.fill([shape = u.shape()](auto... i) {
    const index_t flat = flat_index<N>({static_cast<index_t>(i)...}, shape);
    if constexpr (std::is_arithmetic_v<T>)
      return static_cast<T>(noise(flat));
    else
      return T(static_cast<typename T::value_type>(noise(2 * flat)),
               static_cast<typename T::value_type>(noise(2 * flat + 1)));
  });
}

template <class U, class T, std::size_t N>
void expect_bits(const U& u, const ndarray<T, N>& expected, const std::string& what) {
  static_assert(std::is_same_v<typename U::value_type, T>);
  const ndarray<T, N> whole = u.gather_all();
  ASSERT_EQ(whole.shape(), expected.shape()) << what;
  const auto bytes = static_cast<std::size_t>(whole.size()) * sizeof(T);
  EXPECT_TRUE(bytes == 0 || std::memcmp(whole.data(), expected.data(), bytes) == 0) << what;
}

/// An array of random distribution and halo; no axis is empty.
template <class T, std::size_t N> struct random_case {
  global_array<T, N> u;
  ndarray<T, N> whole;
  std::string what;

  explicit random_case(random_source& random, index_t most = 12) {
    shape_t<N> shape{};
    for (index_t& n : shape) n = random.between(1, most);
    u = make<T>(random, shape);
    fill_noise(u);
    whole = u.gather_all();
    what = describe(u.distribution(), u.halo());
  }

  /// An array anywhere on the same ranks.
  template <class U>
  static global_array<U, N> make(random_source& random, const shape_t<N>& shape) {
    const auto grid = random_grid<N>(random, world());
    const auto where = random.one_in(3) ? distribution_of_any_kind(random, shape, grid.dims())
                                        : random_distribution(random, shape, grid.dims());
    return {grid, where, where.is_cyclic() ? halo<N>() : random_halo<N>(random, 2)};
  }
};

} // namespace

TEST(fft, two_axes_of_any_distribution) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int trial = 0; trial < 8; ++trial) {
    random_case<complex, 2> c(random);
    expect_bits(fftn(c.u), fftn(c.whole), c.what);
    expect_bits(ifft2(c.u), ifft2(c.whole), c.what);
    expect_bits(fft(c.u, axis(0)), fft(c.whole, axis(0)), c.what);
    expect_bits(ifft(c.u, {.n = 7, .norm = fft_norm::ortho}),
                ifft(c.whole, {.n = 7, .norm = fft_norm::ortho}), c.what);
    expect_bits(fftn(c.u, {.shape = {5, 16}}), fftn(c.whole, {.shape = {5, 16}}), c.what);
    auto v = c.u;
    fftn_in_place(v);
    expect_bits(v, fftn(c.whole), c.what);
    ifft_in_place(v, axis(0));
    expect_bits(v, ifft(fftn(c.whole), axis(0)), c.what);
    EXPECT_TRUE(v.distribution().axes() == c.u.distribution().axes());
  }
}

TEST(fft, real_numbers) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int trial = 0; trial < 8; ++trial) {
    random_case<double, 2> c(random);
    const shape_t<2> shape = c.u.shape();
    const auto half = rfftn(c.u);
    expect_bits(half, rfftn(c.whole), c.what);
    expect_bits(irfftn(half, {.shape = shape}), irfftn(rfftn(c.whole), {.shape = shape}), c.what);
    expect_bits(rfft(c.u, axis(0)), rfft(c.whole, axis(0)), c.what);
    expect_bits(hfft(half, axis(0), {.n = 6}), hfft(rfftn(c.whole), axis(0), {.n = 6}), c.what);
    expect_bits(ihfft(c.u), ihfft(c.whole), c.what);
    expect_bits(fft(c.u), fft(c.whole), c.what);
    expect_bits(fftshift(c.u), fftshift(c.whole), c.what);
    expect_bits(ifftshift(c.u, axis(1)), ifftshift(c.whole, axis(1)), c.what);
  }
}

TEST(fft, three_axes_planned) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int trial = 0; trial < 5; ++trial) {
    random_case<complex, 3> c(random, 9);
    auto to = random_case<complex, 3>::make<complex>(random, c.u.shape());
    const std::string what = c.what + " to " + describe(to.distribution(), to.halo());
    const fft_plan there(c.u, to);
    const fft_plan back(to, c.u, fft_direction::inverse);
    for (int run = 0; run < 2; ++run) {
      there.run(c.u, to);
      expect_bits(to, fftn(c.whole), what);
      back.run(to, c.u);
      expect_bits(c.u, ifftn(fftn(c.whole)), what);
      fill_noise(c.u);
    }
    const fft_plan some(c.u, to, axis(0, 2), fft_direction::forward, {.norm = fft_norm::ortho});
    some.run(c.u, to);
    expect_bits(to, fftn(c.whole, axis(0, 2), {.norm = fft_norm::ortho}), what);

    random_case<float, 3> r(random, 9);
    auto spectrum = empty_spectrum(r.u);
    auto again = random_case<float, 3>::make<float>(random, r.u.shape());
    const fft_plan forward(r.u, spectrum);
    const fft_plan backward(spectrum, again);
    forward.run(r.u, spectrum);
    expect_bits(spectrum, rfftn(r.whole), r.what);
    backward.run(spectrum, again);
    expect_bits(again, irfftn(rfftn(r.whole), {.shape = r.u.shape()}), r.what);
  }
}

TEST(fft, views_expressions_and_single_axes) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int trial = 0; trial < 5; ++trial) {
    random_case<complex, 2> c(random);
    expect_bits(fftn(c.u(slice(none, none, 2), all)), fftn(c.whole(slice(none, none, 2), all)),
                c.what);
    expect_bits(fft(2.0 * c.u), fft(2.0 * c.whole), c.what);
    expect_bits(fft2(c.u.transpose()), fft2(c.whole.transpose()), c.what);
    expect_bits(fft(c.u(0, all)), fft(c.whole(0, all)), c.what);
  }
  global_array<int, 1> line(process_grid<1>(world()), {23});
  line.fill([](index_t i) { return static_cast<int>(i * i % 7); });
  expect_bits(fft(line), fft(line.gather_all()), "a line");
  expect_bits(rfft(line, {.n = 40}), rfft(line.gather_all(), {.n = 40}), "a line");
}

TEST(fft, slabs_travel_once) {
  global_array<double, 3> u(process_grid<3>(world(), {world().size(), 1, 1}), {14, 15, 16},
                            halo<3>(1));
  auto spectrum = empty_spectrum(u);
  const bool divided = world().size() > 1;
  EXPECT_EQ(fft_plan(u, spectrum).copies(), divided ? 1U : 0U);
  EXPECT_EQ(fft_plan(spectrum, u).copies(), divided ? 1U : 0U);
  EXPECT_EQ(spectrum.shape(), (shape_t<3>{14, 15, 9}));
  EXPECT_EQ(allreduce_sum(world(), fft_plan(u, spectrum).bytes()) > 0, divided);
  global_array<complex, 2> v(process_grid<2>(world(), {0, 1}), {16, 12});
  EXPECT_EQ(fft_plan(v, v).copies(), divided ? 2U : 0U);
  auto of_rows = empty_spectrum(v, axis(1));
  EXPECT_EQ(fft_plan(v, of_rows, axis(1)).copies(), 0U);
}

TEST(fft, says_what_is_wrong) {
  const process_grid<2> grid(world());
  global_array<complex, 2> u(grid, {6, 4});
  global_array<complex, 2> other(grid, {6, 5});
  global_array<double, 2> numbers(grid, {6, 4});
  EXPECT_EQ(message_of<shape_error>([&] { fft_plan(u, other); }),
            "fft_plan: a result of shape (6, 4) has no place in an array of shape (6, 5)");
  EXPECT_THROW(fft(u, axis(2)), argument_error);
  EXPECT_THROW(fftn(u, axis(0, -2)), argument_error);
  EXPECT_EQ(message_of<argument_error>([&] { fft(u, axis(0), {.n = 0}); }),
            "fft: a transform of 0 points along axis 0 of an array of shape (6, 4); it takes at "
            "least 1, with zeros where there are none, if asked for");
  EXPECT_THROW(fft_plan(numbers, u), shape_error);
  const fft_plan plan(u, u);
  if (world().size() > 1) {
    global_array<complex, 2> wider(grid, {6, 4}, halo<2>(1));
    EXPECT_THROW(plan.run(wider, wider), argument_error);
  }
}
