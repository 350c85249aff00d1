// Fourier transforms against sums in long double, closed forms, and each other.
#include "message_of.hpp"
#include "random_source.hpp"

#include <tessera/core.hpp>
#include <tessera/core/fft.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <cstring>
#include <thread>
#include <vector>

using namespace tessera;

namespace {

using wide = std::complex<long double>;
using complex = std::complex<double>;

/// The numbers e^(2 pi i k / n).
std::vector<wide> turns_of(index_t n) {
  std::vector<wide> result;
  for (index_t k = 0; k < n; ++k)
    result.push_back(
        std::polar(1.0L, 2 * 3.14159265358979323846264338327950288L * static_cast<long double>(k) /
                             static_cast<long double>(n)));
  return result;
}

/// Sum k of x(j) e^(sign 2 pi i j k / n), where there are more or fewer elements than n.
template <class T>
wide direct(const ndarray<T, 1>& x, const std::vector<wide>& turns, index_t k, int sign) {
  const auto n = static_cast<index_t>(turns.size());
  wide sum = 0;
  for (index_t j = 0; j < (n < x.size() ? n : x.size()); ++j) {
    const wide turn = turns[static_cast<std::size_t>(j * k % n)];
    sum += (sign < 0 ? std::conj(turn) : turn) * wide(x(j));
  }
  return sum;
}

template <class T, class Random> ndarray<T, 1> random_line(Random& random, index_t n) {
  ndarray<T, 1> x(shape_t<1>{n});
  for (index_t i = 0; i < n; ++i) {
    if constexpr (std::is_arithmetic_v<T>)
      x(i) = static_cast<T>(random.number());
    else
      x(i) = T(static_cast<typename T::value_type>(random.number()),
               static_cast<typename T::value_type>(random.number()));
  }
  return x;
}

/// Random numbers around zero.
struct numbers {
  random_source source;
  double number() { return static_cast<double>(source.between(-1000000, 1000000)) * 1e-6; }
};

/// The largest difference, beside the root of the sum of squares of what is transformed.
template <class R, class T>
double distance(const ndarray<R, 1>& result, const ndarray<T, 1>& x, index_t n, int sign) {
  const std::vector<wide> turns = turns_of(n);
  long double worst = 0;
  long double total = 1e-300L;
  for (index_t j = 0; j < x.size(); ++j) total += std::norm(wide(x(j)));
  for (index_t k = 0; k < result.size(); ++k)
    worst = std::max(worst, std::abs(wide(result(k)) - direct(x, turns, k, sign)));
  return static_cast<double>(worst / std::sqrt(total));
}

template <class T, std::size_t N> bool same_bits(const ndarray<T, N>& a, const ndarray<T, N>& b) {
  return a.shape() == b.shape() &&
         (a.size() == 0 ||
          std::memcmp(a.data(), b.data(), static_cast<std::size_t>(a.size()) * sizeof(T)) == 0);
}

std::vector<index_t> lengths() {
  std::vector<index_t> result;
  for (index_t n = 1; n <= 48; ++n) result.push_back(n);
  for (const index_t n :
       {61, 64, 67, 97, 101, 122, 128, 134, 160, 211, 243, 250, 256, 289, 360, 512, 625})
    result.push_back(n);
  return result;
}

} // namespace

TEST(fft, sums_of_every_length) {
  numbers random;
  SCOPED_TRACE(random.source.trace());
  for (const index_t n : lengths()) {
    const auto x = random_line<complex>(random, n);
    EXPECT_LT(distance(fft(x), x, n, -1), 3e-15) << n;
    const ndarray whole = fft(x, {.norm = fft_norm::forward}) * static_cast<double>(n);
    EXPECT_LT(distance(whole, x, n, -1), 4e-15) << n;
    EXPECT_LT(distance(ifft(x, {.norm = fft_norm::forward}), x, n, 1), 3e-15) << n;
    const auto real_part = random_line<double>(random, n);
    const auto half = rfft(real_part);
    EXPECT_EQ(half.size(), n / 2 + 1);
    EXPECT_LT(distance(half, real_part, n, -1), 3e-15) << n;
    EXPECT_LT(distance(fft(real_part), real_part, n, -1), 3e-15) << n;
    EXPECT_LT(max(abs(irfft(half, {.n = n}) - real_part)), 1e-14) << n;
    EXPECT_LT(max(abs(ifft(fft(x)) - x)), 1e-14) << n;
  }
}

TEST(fft, single_precision) {
  numbers random;
  SCOPED_TRACE(random.source.trace());
  for (const index_t n : {1, 2, 3, 8, 12, 17, 32, 64, 96, 101, 128, 134, 200, 256}) {
    const auto x = random_line<std::complex<float>>(random, n);
    EXPECT_LT(distance(fft(x), x, n, -1), 2e-6) << n;
    const auto y = random_line<float>(random, n);
    const ndarray<std::complex<float>, 1> half = rfft(y);
    EXPECT_LT(distance(half, y, n, -1), 2e-6) << n;
    const ndarray<float, 1> back = irfft(half, {.n = n});
    EXPECT_LT(max(abs(back - y)), 1e-5F) << n;
  }
}

TEST(fft, crops_and_adds_zeros) {
  numbers random;
  SCOPED_TRACE(random.source.trace());
  for (const index_t size : {1, 5, 8, 12})
    for (const index_t n : {1, 3, 4, 8, 11, 16, 67}) {
      const auto x = random_line<complex>(random, size);
      const auto y = random_line<double>(random, size);
      EXPECT_LT(distance(fft(x, {.n = n}), x, n, -1), 3e-15) << size << " " << n;
      EXPECT_LT(distance(rfft(y, {.n = n}), y, n, -1), 3e-15) << size << " " << n;
      // What irfft does not get is zero; what it does not need, it does not read.
      ndarray<complex, 1> full(shape_t<1>{n}, complex(0));
      for (index_t k = 0; k < n / 2 + 1 && k < size; ++k) {
        full(k) = k == 0 || 2 * k == n ? complex(x(k).real()) : x(k);
        if (k > 0) full(n - k) = std::conj(full(k));
      }
      EXPECT_LT(max(abs(irfft(x, {.n = n}) - real(ndarray(ifft(full))))), 3e-15)
          << size << " " << n;
      EXPECT_LT(max(abs(hfft(x, {.n = n}) - real(ndarray(fft(full))))), 1e-13) << size << " " << n;
      const ndarray<complex, 1> conjugates = conj(rfft(y, {.n = n, .norm = fft_norm::forward}));
      EXPECT_TRUE(same_bits(ndarray(ihfft(y, {.n = n}) + 0.0), ndarray(conjugates + 0.0)));
    }
}

TEST(fft, bits_do_not_depend_on_what_lies_beside) {
  numbers random;
  SCOPED_TRACE(random.source.trace());
  for (const index_t n : {1, 2, 6, 8, 9, 12, 32, 40, 64, 67, 100, 243, 256, 1000, 1024}) {
    const index_t lines = random.source.between(1, 21);
    const ndarray<complex, 2> rows = reshape(random_line<complex>(random, n * lines), {lines, n});
    const ndarray by_rows = fft(rows);
    const ndarray<complex, 2> columns = transpose(rows);
    EXPECT_TRUE(same_bits(ndarray(transpose(fft(columns, axis(0)))), by_rows)) << n;
    EXPECT_TRUE(same_bits(fft(transpose(columns)), by_rows)) << n;
    // Every second element of something wider, backwards.
    ndarray<complex, 2> wide_rows(shape_t<2>{lines, 2 * n + 1}, complex(7));
    wide_rows(all, slice(2 * n, 0, -2)) = rows;
    EXPECT_TRUE(same_bits(fft(wide_rows(all, slice(2 * n, 0, -2))), by_rows)) << n;
    fft_in_place(wide_rows(all, slice(2 * n, 0, -2)));
    EXPECT_TRUE(same_bits(ndarray(wide_rows(all, slice(2 * n, 0, -2))), by_rows)) << n;
    EXPECT_EQ(wide_rows(0, 1), complex(7));
    for (index_t i = 0; i < lines; ++i)
      EXPECT_TRUE(same_bits(fft(rows(i, all)), ndarray(by_rows(i, all)))) << n << " " << i;
    const ndarray<double, 2> parts = real(rows);
    const ndarray half = rfft(parts);
    EXPECT_TRUE(same_bits(ndarray(transpose(rfft(transpose(parts), axis(0)))), half)) << n;
    EXPECT_TRUE(same_bits(ndarray(transpose(irfft(transpose(half), axis(0), {.n = n}))),
                          irfft(half, {.n = n})))
        << n;
    ndarray there = fft(columns, axis(0));
    ifft_in_place(there, axis(0));
    EXPECT_TRUE(same_bits(there, ifft(fft(columns, axis(0)), axis(0)))) << n;
  }
}

TEST(fft, results_larger_than_caches) {
  numbers random;
  SCOPED_TRACE(random.source.trace());
  // Columns that begin and end within cache lines, and such that do not.
  for (const index_t lines : {512, 517}) {
    const ndarray<complex, 2> rows =
        reshape(random_line<complex>(random, 1200 * lines), {lines, 1200});
    const ndarray<complex, 2> columns = transpose(rows);
    const ndarray by_rows = fft(rows);
    EXPECT_TRUE(same_bits(ndarray(transpose(fft(columns, axis(0)))), by_rows));
    EXPECT_TRUE(same_bits(fft(rows(7, all)), ndarray(by_rows(7, all))));
    ndarray in_place = columns;
    fft_in_place(in_place, axis(0));
    EXPECT_TRUE(same_bits(ndarray(transpose(in_place)), by_rows));
  }
}

TEST(fft, several_axes) {
  numbers random;
  SCOPED_TRACE(random.source.trace());
  const ndarray<complex, 3> a = reshape(random_line<complex>(random, 4 * 6 * 5), {4, 6, 5});
  const ndarray whole = fftn(a);
  EXPECT_TRUE(same_bits(whole, fft(fft(fft(a, axis(2)), axis(1)), axis(0))));
  EXPECT_TRUE(same_bits(fft2(a), fft(fft(a, axis(2)), axis(1))));
  EXPECT_TRUE(same_bits(fftn(a, axis(0, 2)), fft(fft(a, axis(2)), axis(0))));
  EXPECT_TRUE(same_bits(fftn(a, axis(2, 0)), fft(fft(a, axis(0)), axis(2))));
  EXPECT_TRUE(same_bits(ifftn(a), ifft(ifft(ifft(a, axis(0)), axis(1)), axis(2))));
  EXPECT_TRUE(same_bits(fftn(a, axis(0, 1), {.shape = {7, 3}, .norm = fft_norm::ortho}),
                        fft(fft(a, axis(1), {.n = 3, .norm = fft_norm::ortho}), axis(0),
                            {.n = 7, .norm = fft_norm::ortho})));
  EXPECT_LT(max(abs(ifftn(whole) - a)), 1e-14);
  const ndarray<double, 3> b = real(a);
  const ndarray half = rfftn(b);
  EXPECT_EQ(half.shape(), (shape_t<3>{4, 6, 3}));
  EXPECT_LT(max(abs(half - fftn(b)(all, all, slice(0, 3)))), 1e-13);
  EXPECT_LT(max(abs(irfftn(half, {.shape = {4, 6, 5}}) - b)), 1e-14);
  EXPECT_LT(max(abs(irfft2(rfft2(b), {.shape = {6, 5}}) - b)), 1e-14);
  EXPECT_LT(max(abs(ifft2(fft2(a)) - a)), 1e-14);
  ndarray in_place = a;
  fftn_in_place(in_place);
  EXPECT_TRUE(same_bits(in_place, whole));
  ifftn_in_place(in_place, axis(0, 1, 2));
  EXPECT_TRUE(same_bits(in_place, ifftn(whole)));
  // Parseval
  EXPECT_NEAR(sum(abs(whole) * abs(whole)) / 120, sum(abs(a) * abs(a)), 1e-11);
}

TEST(fft, closed_forms) {
  ndarray<double, 1> delta(shape_t<1>{60}, 0.0);
  delta(1) = 1;
  const ndarray turning = fft(delta);
  for (index_t k = 0; k < 60; ++k)
    EXPECT_LT(std::abs(turning(k) -
                       std::polar(1.0, -2 * 3.14159265358979323846 * static_cast<double>(k) / 60)),
              1e-15);
  // Integers, a long line, and a sum of integers that is exact.
  const ndarray ones_line = fft(ones<int>(1 << 16));
  EXPECT_EQ(ones_line(0), complex(1 << 16));
  EXPECT_EQ(max(abs(ones_line(slice(1, none)))), 0);
  EXPECT_EQ(fft(2.0 * ones(4))(0), complex(8));
  // A prime length and waves: two peaks.
  const index_t n = 10007;
  ndarray<double, 1> wave(shape_t<1>{n});
  for (index_t j = 0; j < n; ++j)
    wave(j) = std::cos(2 * 3.14159265358979323846 * static_cast<double>(j * 17 % n) /
                       static_cast<double>(n));
  ndarray peaks = fft(wave);
  EXPECT_NEAR(peaks(17).real(), n / 2.0, 1e-9);
  peaks(17) = peaks(n - 17) = 0;
  EXPECT_LT(max(abs(peaks)), 1e-9);
}

TEST(fft, frequencies) {
  EXPECT_TRUE(array_equal(fftfreq(5, 0.5), ndarray{0.0, 0.4, 0.8, -0.8, -0.4}));
  EXPECT_TRUE(array_equal(fftfreq(4), ndarray{0.0, 0.25, -0.5, -0.25}));
  EXPECT_TRUE(array_equal(rfftfreq(5), ndarray{0.0, 0.2, 0.4}));
  EXPECT_TRUE(array_equal(fftshift(arange(5)), ndarray<index_t, 1>{3, 4, 0, 1, 2}));
  EXPECT_TRUE(array_equal(ifftshift(arange(5)), ndarray<index_t, 1>{2, 3, 4, 0, 1}));
  const ndarray<index_t, 2> square = reshape(arange(6), {2, 3});
  EXPECT_TRUE(array_equal(fftshift(square), ndarray<index_t, 2>{{5, 3, 4}, {2, 0, 1}}));
  EXPECT_TRUE(array_equal(ifftshift(fftshift(square)), square));
  EXPECT_TRUE(array_equal(fftshift(square, axis(0)), ndarray<index_t, 2>{{3, 4, 5}, {0, 1, 2}}));
}

TEST(fft, threads_share_what_lengths_need) {
  std::vector<std::thread> threads;
  std::vector<int> wrong(4, 0);
  for (std::size_t t = 0; t < wrong.size(); ++t)
    threads.emplace_back([&wrong, t] {
      for (index_t n = 100; n < 160; ++n) {
        const ndarray<double, 1> x = ones(n);
        wrong[t] += std::abs(fft(x)(0) - complex(static_cast<double>(n))) > 1e-10 ? 1 : 0;
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, std::vector<int>(4, 0));
}

TEST(fft, empty_and_wrong) {
  EXPECT_EQ(fft(ndarray<complex, 2>(shape_t<2>{0, 3})).shape(), (shape_t<2>{0, 3}));
  EXPECT_EQ(fft(ndarray<complex, 2>(shape_t<2>{3, 0}), {.n = 2}).shape(), (shape_t<2>{3, 2}));
  EXPECT_EQ(max(abs(fft(ndarray<complex, 2>(shape_t<2>{3, 0}), {.n = 2}))), 0);
  const ndarray<complex, 2> a(shape_t<2>{0, 3}, complex(0));
  EXPECT_EQ(message_of<argument_error>([&] { fft(a, axis(0)); }),
            "fft: a transform of 0 points along axis 0 of an array of shape (0, 3); it takes at "
            "least 1, with zeros where there are none, if asked for");
  EXPECT_EQ(message_of<argument_error>([] { rfft(ones(4), {.n = -3}); }).substr(0, 58),
            "rfft: a transform of -3 points along axis 0 of an array of");
  EXPECT_EQ(
      message_of<argument_error>([] { irfft(ones(1)); }),
      "irfft: a transform of 0 points along axis 0 of an array of shape (1,); an axis of m numbers "
      "holds half the spectrum of 2 (m - 1) points, or of as many as are asked for: at least 1");
  EXPECT_THROW(fft(a, axis(2)), argument_error);
  EXPECT_THROW(fftn(a, axis(1, -1)), argument_error);
  EXPECT_THROW(fftfreq(0), argument_error);
  EXPECT_THROW(fft(ones(2), {.n = index_t{1} << 50}), argument_error);
}
