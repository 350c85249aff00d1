// Counts of events: by inversion where few are expected, else by rejection, for which each element
// has a stream of its own. Not even the logarithm is taken from the C library, so that the bits are
// the same everywhere.
#include "random/philox.hpp"
#include "random/random_check.hpp"
#include "random/random_rows.hpp"

#include <limits>

namespace tessera::detail {

namespace {

/// log(k!), by Stirling's series from 10 on.
double log_factorial(double k) {
  double below = 1;
  while (k < 10) below *= ++k;
  const double x = k + 1.0;
  const double y = 1.0 / (x * x);
  const double series = (1.0 / 12 - y * (1.0 / 360 - y * (1.0 / 1260 - y * (1.0 / 1680)))) / x;
  return (x - 0.5) * portable_log(x) - x + 0.91893853320467274178 + series - portable_log(below);
}

/// The chances of 0, 1, 2, ... added up, each computed when it is first needed. `ratio(k)` is that
/// of the chances of k and k - 1. Numbers beyond `most` count as `most`: what remains there is less
/// than the rounding error.
template <class Ratio> class inversion {
public:
  static constexpr int longest = 110;

  inversion(double none, index_t most, Ratio ratio)
      : most_(most < longest ? static_cast<int>(most) : longest), ratio_(ratio), chance_(none) {
    sums_[0] = none;
  }

  /// From the first word of each of n elements; at most word_stretch::longest of them.
  void fill(const std::uint64_t* words, index_t n, std::int64_t* to) {
    double u[word_stretch::longest];
    best_rows().uniform(words, n, u);
    double highest = 0;
    for (index_t i = 0; i < n; ++i) highest = u[i] > highest ? u[i] : highest;
    for (index_t i = 0; i < n; ++i) to[i] = 0;
    for (int k = 0; k < most_ && highest >= sum(k); ++k) {
      const double below = sum(k);
#pragma omp simd
      for (index_t i = 0; i < n; ++i) to[i] += u[i] >= below;
    }
  }

private:
  double sum(int k) {
    while (known_ < k) {
      ++known_;
      chance_ *= ratio_(known_);
      sums_[known_] = sums_[known_ - 1] + chance_;
    }
    return sums_[k];
  }

  int most_;
  Ratio ratio_;
  double chance_;
  int known_ = 0;
  double sums_[longest + 1];
};

template <class Ratio>
void fill_by_inversion(const draw_position& at, std::int64_t* to, index_t n,
                       inversion<Ratio> counts) {
  for_each_stretch(at, n, [&](const std::uint64_t* words, index_t first, index_t m) {
    counts.fill(words, m, to + first);
  });
}

/// The region from which W. Hoermann's transformed rejection draws, "The transformed rejection
/// method for generating Poisson random variables" (1993). `Count` has its constants: a, b, centre
/// and squeeze; how likely a count is, by its logarithm; and the least and the most of them.
template <class Count> double by_rejection(element_words& words, const Count& of) {
  for (;;) {
    const double u = words.uniform() - 0.5;
    const double v = words.positive();
    const double us = 0.5 - __builtin_fabs(u);
    if (us <= 0) continue;
    const double k = __builtin_floor((2 * of.a / us + of.b) * u + of.centre);
    if (k < 0 || k > of.most) continue;
    if (us >= 0.07 && v <= of.squeeze) return k;
    if (portable_log(v * of.scale / (of.a / (us * us) + of.b)) <= of.log_chance(k)) return k;
  }
}

/// Algorithm PTRS of that paper, for means of 10 and more.
struct large_poisson {
  double mean;
  double log_mean = portable_log(mean);
  double b = 0.931 + 2.53 * __builtin_sqrt(mean);
  double a = -0.059 + 0.02483 * b;
  double scale = 1.1239 + 1.1328 / (b - 3.4);
  double squeeze = 0.9277 - 3.6224 / (b - 2);
  double centre = mean + 0.43;
  double most = 0x1p63 - 0x1p10; // the largest double that is an int64

  [[nodiscard]] double log_chance(double k) const { return k * log_mean - mean - log_factorial(k); }
};

/// Algorithm BTRS of W. Hoermann, "The generation of binomial random variates" (1993); for n p of
/// 10 and more and p of at most a half.
struct large_binomial {
  double most; // trials
  double p;
  double spread = __builtin_sqrt(most * p * (1 - p));
  double b = 1.15 + 2.53 * spread;
  double a = -0.0873 + 0.0248 * b + 0.01 * p;
  double centre = most * p + 0.5;
  double scale = (2.83 + 5.1 / b) * spread;
  double squeeze = 0.92 - 4.2 / b;
  double log_odds = portable_log(p / (1 - p));
  double mode = __builtin_floor((most + 1) * p);
  double at_mode = log_factorial(mode) + log_factorial(most - mode);

  [[nodiscard]] double log_chance(double k) const {
    return at_mode - log_factorial(k) - log_factorial(most - k) + (k - mode) * log_odds;
  }
};

template <class Count>
void fill_by_rejection(const draw_position& at, std::int64_t* to, index_t n, const Count& of) {
  for_each_element_stretch(
      at, block_use::element, n, [&](const element_stretch& stretch, index_t first, index_t m) {
        for (index_t i = 0; i < m; ++i) {
          element_words words(at, first + i, block_use::element, stretch.block(i), 0);
          to[first + i] = static_cast<std::int64_t>(by_rejection(words, of));
        }
      });
}

/// For p of at most a half.
void fill_binomial(const draw_position& at, index_t trials, double p, std::int64_t* to, index_t n) {
  const auto of = static_cast<double>(trials);
  if (of * p >= 10) return fill_by_rejection(at, to, n, large_binomial{of, p});
  const auto ratio = [odds = p / (1 - p), of](double k) { return odds * (of - k + 1) / k; };
  fill_by_inversion(at, to, n, inversion(portable_exp(of * portable_log1p(-p)), trials, ratio));
}

} // namespace

void fill(const draw_position& at, const poisson_distribution& d, std::int64_t* to, index_t n) {
  // Beyond, the numbers may not fit 64 bits: ten deviations below 2^63, as NumPy has it.
  check("poisson", d.mean >= 0 && d.mean < 0x1p63 - 0x1p36, "mean", d.mean);
  if (d.mean >= 10) return fill_by_rejection(at, to, n, large_poisson{d.mean});
  const auto ratio = [mean = d.mean](double k) { return mean / k; };
  fill_by_inversion(at, to, n,
                    inversion(portable_exp(-d.mean), std::numeric_limits<index_t>::max(), ratio));
}

void fill(const draw_position& at, const binomial_distribution& d, std::int64_t* to, index_t n) {
  check("binomial", d.n >= 0 && d.n <= (std::int64_t{1} << 53), "number of trials",
        static_cast<double>(d.n));
  check("binomial", d.p >= 0 && d.p <= 1, "probability", d.p);
  fill_binomial(at, d.n, d.p > 0.5 ? 1 - d.p : d.p, to, n);
  if (d.p > 0.5)
    for (index_t i = 0; i < n; ++i) to[i] = d.n - to[i];
}

} // namespace tessera::detail
