#include "random/random_rows.hpp"

#include "vectors/processor.hpp"

#include <bit>

namespace tessera::detail {

namespace {

#define TESSERA_INLINE __attribute__((always_inline)) inline

// Adding it to a small number rounds that to an integer, which the lowest bits then hold.
constexpr double rounder = 0x1.8p52;

TESSERA_INLINE double bits_to_double(std::uint64_t bits) { return std::bit_cast<double>(bits); }
TESSERA_INLINE std::uint64_t double_to_bits(double x) { return std::bit_cast<std::uint64_t>(x); }

TESSERA_INLINE double uniform(std::uint64_t word) {
  return static_cast<double>(static_cast<std::int64_t>(word >> 11U)) * 0x1p-53;
}
/// In (0, 1].
TESSERA_INLINE double positive(std::uint64_t word) {
  return static_cast<double>(static_cast<std::int64_t>((word >> 11U) + 1)) * 0x1p-53;
}

/// log(x) for positive normal x, after FreeBSD's e_log.c (error below one ulp).
TESSERA_INLINE double log_of(double x) {
  constexpr std::uint64_t root_half = 0x3fe6a09e667f3bcd;
  const std::uint64_t bits = double_to_bits(x);
  // x = 2^k (1 + f) with 1 + f between the roots of 1/2 and 2.
  const auto k = static_cast<std::int64_t>(bits - root_half) >> 52;
  const double f = bits_to_double(bits - (static_cast<std::uint64_t>(k) << 52U)) - 1.0;
  const double exponent =
      bits_to_double(double_to_bits(rounder) + static_cast<std::uint64_t>(k)) - rounder;
  const double s = f / (2.0 + f);
  const double z = s * s;
  const double w = z * z;
  const double t1 = w * (3.999999999940941908e-01 +
                         w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01));
  const double t2 = z * (6.666666666666735130e-01 +
                         w * (2.857142874366239149e-01 +
                              w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01)));
  const double half_square = 0.5 * f * f;
  const double tail = s * (half_square + (t2 + t1)) + exponent * 1.90821492927058770002e-10;
  return exponent * 6.93147180369123816490e-01 - ((half_square - tail) - f);
}

/// exp(x), after FreeBSD's e_exp.c; arguments beyond the range of double give 0 or infinity.
TESSERA_INLINE double exp_of(double x) {
  x = x < -746.0 ? -746.0 : x;
  x = x > 710.0 ? 710.0 : x;
  const double shifted = x * 1.44269504088896338700 + rounder;
  const double k = shifted - rounder;
  const double high = x - k * 6.93147180369123816490e-01;
  const double low = k * 1.90821492927058770002e-10;
  const double r = high - low;
  const double t = r * r;
  const double c =
      r - t * (1.66666666666666019037e-01 +
               t * (-2.77777777770155933842e-03 +
                    t * (6.61375632143793436117e-05 +
                         t * (-1.65339022054652515390e-06 + t * 4.13813679705723846039e-08))));
  const double y = 1.0 + (high - (low - r * c / (2.0 - c)));
  // In two factors, because 2^k alone may be out of range.
  const auto steps = static_cast<std::int64_t>(double_to_bits(shifted) - double_to_bits(rounder));
  const std::int64_t half = steps >> 1;
  const auto power = [](std::int64_t n) {
    return bits_to_double(static_cast<std::uint64_t>(n + 1023) << 52U);
  };
  return y * power(half) * power(steps - half);
}

/// sin and cos of 2 pi u for u in [0, 1), after FreeBSD's k_sin.c and k_cos.c.
TESSERA_INLINE void sin_cos_of_turns(double u, double& sine, double& cosine) {
  const double shifted = u * 4.0 + rounder;
  const std::uint64_t quarter = double_to_bits(shifted); // in the lowest two bits
  const double x = (u * 4.0 - (shifted - rounder)) * 1.57079632679489655800e+00;
  const double z = x * x;
  const double s =
      x + x * z *
              (-1.66666666666666324348e-01 +
               z * (8.33333333332248946124e-03 +
                    z * (-1.98412698298579493134e-04 +
                         z * (2.75573137070700676789e-06 + z * (-2.50507602534068634195e-08 +
                                                                z * 1.58969099521155010221e-10)))));
  const double r =
      z * (4.16666666666666019037e-02 +
           z * (-1.38888888888741095749e-03 +
                z * (2.48015872894767294178e-05 +
                     z * (-2.75573143513906633035e-07 +
                          z * (2.08757232129817482790e-09 + z * -1.13596475577881948265e-11)))));
  const double half = 0.5 * z;
  const double one = 1.0 - half;
  const double c = one + (((1.0 - one) - half) + z * r);
  const bool swapped = (quarter & 1U) != 0;
  const std::uint64_t sine_sign = (quarter & 2U) << 62U;
  const std::uint64_t cosine_sign = ((quarter + 1) & 2U) << 62U;
  sine = bits_to_double(double_to_bits(swapped ? c : s) ^ sine_sign);
  cosine = bits_to_double(double_to_bits(swapped ? s : c) ^ cosine_sign);
}

TESSERA_INLINE void box_muller(std::uint64_t first, std::uint64_t second, double& x, double& y) {
  const double radius = __builtin_sqrt(-2.0 * log_of(positive(first)));
  double sine = 0;
  double cosine = 0;
  sin_cos_of_turns(uniform(second), sine, cosine);
  x = radius * cosine;
  y = radius * sine;
}

/// G. Marsaglia and W. W. Tsang, "A simple method for generating gamma variables" (2000), for shape
/// parameters of at least 1. Negative when rejected.
TESSERA_INLINE double gamma_of(std::uint64_t first, std::uint64_t second, std::uint64_t third,
                               double shape) {
  const double d = shape - 1.0 / 3.0;
  const double c = 1.0 / __builtin_sqrt(9.0 * d);
  double x = 0;
  double unused = 0;
  box_muller(first, second, x, unused);
  const double t = 1.0 + c * x;
  const double v = t > 0 ? t * t * t : 1.0;
  const double most = 0.5 * x * x + d - d * v + d * log_of(v);
  const bool accepted = (t > 0) & (log_of(positive(third)) < most);
  return accepted ? d * v : -1.0;
}

TESSERA_INLINE void uniform_loop(const std::uint64_t* words, index_t n, double* to) {
#pragma omp simd
  for (index_t i = 0; i < n; ++i) to[i] = uniform(words[i]);
}
TESSERA_INLINE void normal_loop(const std::uint64_t* words, index_t pairs, double* to) {
#pragma omp simd
  for (index_t i = 0; i < pairs; ++i)
    box_muller(words[2 * i], words[2 * i + 1], to[2 * i], to[2 * i + 1]);
}
TESSERA_INLINE void exponential_loop(const std::uint64_t* words, index_t n, double* to) {
#pragma omp simd
  for (index_t i = 0; i < n; ++i) to[i] = 0.0 - log_of(positive(words[i]));
}
TESSERA_INLINE void gamma_loop(const std::uint64_t* blocks, index_t n, double shape, double* to) {
#pragma omp simd
  for (index_t i = 0; i < n; ++i)
    to[i] = gamma_of(blocks[4 * i], blocks[4 * i + 1], blocks[4 * i + 2], shape);
}
// 64 bits times 32 in two products of 32 bits, which vectors have.
TESSERA_INLINE bool integers_loop(const std::uint64_t* words, index_t n, std::uint64_t count,
                                  std::int64_t* to) {
  std::uint64_t low_ones = 0;
#pragma omp simd reduction(| : low_ones)
  for (index_t i = 0; i < n; ++i) {
    const std::uint64_t low = (words[i] & 0xffffffffU) * count;
    const std::uint64_t high = (words[i] >> 32U) * count + (low >> 32U);
    const std::uint64_t lower_half = (high << 32U) | (low & 0xffffffffU);
    low_ones |= static_cast<std::uint64_t>(lower_half < count);
    to[i] = static_cast<std::int64_t>(high >> 32U);
  }
  return low_ones != 0;
}
TESSERA_INLINE void exp_loop(double* x, index_t n) {
#pragma omp simd
  for (index_t i = 0; i < n; ++i) x[i] = exp_of(x[i]);
}
TESSERA_INLINE void log_loop(double* x, index_t n) {
#pragma omp simd
  for (index_t i = 0; i < n; ++i) x[i] = log_of(x[i]);
}

// The same loops, compiled for several processors.
#define TESSERA_ROWS(name, attributes)                                                             \
  struct name {                                                                                    \
    attributes static void uniform(const std::uint64_t* words, index_t n, double* to) {            \
      uniform_loop(words, n, to);                                                                  \
    }                                                                                              \
    attributes static void normal(const std::uint64_t* words, index_t pairs, double* to) {         \
      normal_loop(words, pairs, to);                                                               \
    }                                                                                              \
    attributes static void exponential(const std::uint64_t* words, index_t n, double* to) {        \
      exponential_loop(words, n, to);                                                              \
    }                                                                                              \
    attributes static void gamma(const std::uint64_t* blocks, index_t n, double shape,             \
                                 double* to) {                                                     \
      gamma_loop(blocks, n, shape, to);                                                            \
    }                                                                                              \
    attributes static bool integers(const std::uint64_t* words, index_t n, std::uint64_t count,    \
                                    std::int64_t* to) {                                            \
      return integers_loop(words, n, count, to);                                                   \
    }                                                                                              \
    attributes static void exp(double* x, index_t n) { exp_loop(x, n); }                           \
    attributes static void log(double* x, index_t n) { log_loop(x, n); }                           \
  };
TESSERA_ROWS(plain, )
#ifdef TESSERA_X86
TESSERA_ROWS(with_avx2, __attribute__((target("avx2"))))
TESSERA_ROWS(with_avx512, __attribute__((target(TESSERA_AVX512 ",prefer-vector-width=512"))))
#endif
#undef TESSERA_ROWS

template <class Rows> constexpr row_functions rows_of() {
  return {&Rows::uniform,  &Rows::normal, &Rows::exponential, &Rows::gamma,
          &Rows::integers, &Rows::exp,    &Rows::log};
}

row_functions chosen_rows() {
#ifdef TESSERA_X86
  if (has_avx512()) return rows_of<with_avx512>();
  if (__builtin_cpu_supports("avx2") != 0) return rows_of<with_avx2>();
#endif
  return rows_of<plain>();
}

} // namespace

const row_functions& best_rows() {
  static const row_functions rows = chosen_rows();
  return rows;
}

double portable_exp(double x) { return exp_of(x); }
double portable_log(double x) { return log_of(x); }
double portable_log1p(double x) {
  const double u = 1.0 + x;
  return u == 1.0 ? x : log_of(u) * x / (u - 1.0);
}
double gamma_attempt(const std::uint64_t (&words)[3], double shape) {
  return gamma_of(words[0], words[1], words[2], shape);
}
void normal_pair(std::uint64_t first, std::uint64_t second, double* to) {
  box_muller(first, second, to[0], to[1]);
}

} // namespace tessera::detail
