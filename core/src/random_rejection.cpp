// Distributions whose elements need unknown numbers of words; each has a stream of its own. Not
// even the logarithm is taken from the C library, so that the bits are the same everywhere.
#include "philox.hpp"
#include "random_check.hpp"
#include "random_rows.hpp"

namespace tessera::detail {

namespace {

double normal(element_words& words) {
  const std::uint64_t first = words.next();
  double pair[2];
  normal_pair(first, words.next(), pair);
  return pair[0];
}

/// G. Marsaglia and W. W. Tsang, "A simple method for generating gamma variables" (2000), for shape
/// parameters of at least 1.
double large_gamma(element_words& words, double shape) {
  const double d = shape - 1.0 / 3.0;
  const double c = 1.0 / __builtin_sqrt(9.0 * d);
  for (;;) {
    const double x = normal(words);
    const double t = 1.0 + c * x;
    if (t <= 0) continue;
    const double v = t * t * t;
    const double u = words.positive();
    if (portable_log(u) < 0.5 * x * x + d - d * v + d * portable_log(v)) return d * v;
  }
}

/// Its logarithm below 1: a gamma number of shape + 1 times v^(1 / shape).
double log_of_small_gamma(element_words& words, double shape) {
  const double larger = portable_log(large_gamma(words, shape + 1.0));
  return larger + portable_log(words.positive()) / shape;
}

double standard_gamma(element_words& words, double shape) {
  if (shape == 0) return 0;
  return shape < 1 ? portable_exp(log_of_small_gamma(words, shape)) : large_gamma(words, shape);
}

/// x / (x + y) of gamma numbers; by their logarithms where both may underflow.
double beta(element_words& words, double a, double b) {
  if (a < 1 && b < 1) {
    const double x = log_of_small_gamma(words, a);
    const double y = log_of_small_gamma(words, b);
    return 1.0 / (1.0 + portable_exp(y - x));
  }
  const double x = standard_gamma(words, a);
  return x / (x + standard_gamma(words, b));
}

/// log(k!), by Stirling's series from 10 on.
double log_factorial(double k) {
  double below = 1;
  while (k < 10) below *= ++k;
  const double x = k + 1.0;
  const double y = 1.0 / (x * x);
  const double series = (1.0 / 12 - y * (1.0 / 360 - y * (1.0 / 1260 - y * (1.0 / 1680)))) / x;
  return (x - 0.5) * portable_log(x) - x + 0.91893853320467274178 + series - portable_log(below);
}

/// The number of uniform factors until their product is below exp(-mean).
double small_poisson(element_words& words, double least) {
  double k = 0;
  for (double product = words.positive(); product > least; product *= words.positive()) ++k;
  return k;
}

double squeeze_constant(double b) { return 0.9277 - 3.6224 / (b - 2); }

/// W. Hoermann, "The transformed rejection method for generating Poisson random variables" (1993),
/// algorithm PTRS; for means of 10 and more.
double large_poisson(element_words& words, double mean) {
  const double root = __builtin_sqrt(mean);
  const double b = 0.931 + 2.53 * root;
  const double a = -0.059 + 0.02483 * b;
  const double inverse_alpha = 1.1239 + 1.1328 / (b - 3.4);
  for (;;) {
    const double u = words.uniform() - 0.5;
    const double v = words.positive();
    const double us = 0.5 - __builtin_fabs(u);
    if (us <= 0) continue;
    const double k = __builtin_floor((2 * a / us + b) * u + mean + 0.43);
    if (us >= 0.07 && v <= squeeze_constant(b)) return k;
    if (k < 0 || (us < 0.013 && v > us)) continue;
    if (portable_log(v) + portable_log(inverse_alpha) - portable_log(a / (us * us) + b) <=
        k * portable_log(mean) - mean - log_factorial(k))
      return k;
  }
}

/// Inversion by counting up from zero; for n p below 10 and p of at most a half.
double small_binomial(element_words& words, double n, double p) {
  const double odds = p / (1 - p);
  const double none = portable_exp(n * portable_log1p(-p));
  for (;;) {
    double left = words.uniform();
    double k = 0;
    double chance = none;
    // Beyond 110 the chances sum to less than the rounding error: another try.
    while (left > chance && k <= n && k < 110) {
      left -= chance;
      ++k;
      chance *= odds * (n - k + 1) / k;
    }
    if (k <= n && k < 110) return k;
  }
}

/// W. Hoermann, "The generation of binomial random variates" (1993), algorithm BTRS; for n p of 10
/// and more and p of at most a half.
double large_binomial(element_words& words, double n, double p) {
  const double spread = __builtin_sqrt(n * p * (1 - p));
  const double b = 1.15 + 2.53 * spread;
  const double a = -0.0873 + 0.0248 * b + 0.01 * p;
  const double c = n * p + 0.5;
  const double alpha = (2.83 + 5.1 / b) * spread;
  const double log_odds = portable_log(p / (1 - p));
  const double mode = __builtin_floor((n + 1) * p);
  const double at_mode = log_factorial(mode) + log_factorial(n - mode);
  for (;;) {
    const double u = words.uniform() - 0.5;
    const double v = words.positive();
    const double us = 0.5 - __builtin_fabs(u);
    if (us <= 0) continue;
    const double k = __builtin_floor((2 * a / us + b) * u + c);
    if (k < 0 || k > n) continue;
    if (us >= 0.07 && v <= 0.92 - 4.2 / b) return k;
    if (portable_log(v * alpha / (a / (us * us) + b)) <=
        at_mode - log_factorial(k) - log_factorial(n - k) + (k - mode) * log_odds)
      return k;
  }
}

double binomial(element_words& words, double n, double p) {
  if (n == 0 || p == 0) return 0;
  if (p > 0.5) return n - binomial(words, n, 1 - p);
  return n * p < 10 ? small_binomial(words, n, p) : large_binomial(words, n, p);
}

template <class T, class F> void fill_each(const draw_position& at, T* to, index_t n, F make) {
  for (index_t i = 0; i < n; ++i) {
    element_words words(at, i);
    to[i] = static_cast<T>(make(words));
  }
}

} // namespace

void fill(const draw_position& at, const gamma_distribution& d, double* to, index_t n) {
  check("gamma", d.shape >= 0 && d.shape < __builtin_inf(), "shape parameter", d.shape);
  check("gamma", d.scale >= 0, "scale", d.scale);
  fill_each(at, to, n, [&](element_words& w) { return d.scale * standard_gamma(w, d.shape); });
}

void fill(const draw_position& at, const beta_distribution& d, double* to, index_t n) {
  check("beta", d.a > 0 && d.a < __builtin_inf(), "parameter a", d.a);
  check("beta", d.b > 0 && d.b < __builtin_inf(), "parameter b", d.b);
  fill_each(at, to, n, [&](element_words& w) { return beta(w, d.a, d.b); });
}

void fill(const draw_position& at, const chisquare_distribution& d, double* to, index_t n) {
  check("chisquare", d.freedom > 0 && d.freedom < __builtin_inf(), "degrees of freedom", d.freedom);
  fill_each(at, to, n, [&](element_words& w) { return 2.0 * standard_gamma(w, d.freedom / 2); });
}

void fill(const draw_position& at, const student_distribution& d, double* to, index_t n) {
  check("standard_t", d.freedom > 0 && d.freedom < __builtin_inf(), "degrees of freedom",
        d.freedom);
  fill_each(at, to, n, [&](element_words& w) {
    const double z = normal(w);
    return z * __builtin_sqrt(d.freedom / 2) / __builtin_sqrt(standard_gamma(w, d.freedom / 2));
  });
}

void fill(const draw_position& at, const poisson_distribution& d, std::int64_t* to, index_t n) {
  // Beyond, the numbers may not fit 64 bits: ten deviations below 2^63, as NumPy has it.
  check("poisson", d.mean >= 0 && d.mean < 0x1p63 - 0x1p36, "mean", d.mean);
  const double least = d.mean < 10 ? portable_exp(-d.mean) : 0;
  fill_each(at, to, n, [&](element_words& w) {
    return d.mean < 10 ? small_poisson(w, least) : large_poisson(w, d.mean);
  });
}

void fill(const draw_position& at, const binomial_distribution& d, std::int64_t* to, index_t n) {
  check("binomial", d.n >= 0 && d.n <= (std::int64_t{1} << 53), "number of trials",
        static_cast<double>(d.n));
  check("binomial", d.p >= 0 && d.p <= 1, "probability", d.p);
  fill_each(at, to, n,
            [&](element_words& w) { return binomial(w, static_cast<double>(d.n), d.p); });
}

} // namespace tessera::detail
