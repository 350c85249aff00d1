// Distributions that need one word for each element, or a pair for two.
#include "random/philox.hpp"
#include "random/random_check.hpp"
#include "random/random_rows.hpp"

#include <limits>

namespace tessera::detail {

namespace {

/// Standard exponential numbers, each then changed.
template <class F>
void fill_from_exponential(const draw_position& at, double* to, index_t n, F change) {
  for_each_stretch(at, n, [&](const std::uint64_t* words, index_t first, index_t m) {
    best_rows().exponential(words, m, to + first);
    for (index_t i = 0; i < m; ++i) to[first + i] = change(to[first + i], words[i]);
  });
}

/// The same, changed by rows: `change(e, m, x)` makes m numbers x of standard exponential ones.
template <class F> void fill_from_rows(const draw_position& at, double* to, index_t n, F change) {
  double e[word_stretch::longest];
  for_each_stretch(at, n, [&](const std::uint64_t* words, index_t first, index_t m) {
    best_rows().exponential(words, m, e);
    change(e, m, to + first);
  });
}

void fill_standard_normal(const draw_position& at, double* to, index_t n) {
  if (n == 0) return;
  // Pairs begin at even positions, so the first element may be the second of a pair.
  const index_t before = static_cast<index_t>(at.first % 2);
  for_each_stretch(at.after(-before), n + before,
                   [&](const std::uint64_t* words, index_t first, index_t m) {
                     index_t from = first == 0 ? before : 0;
                     if (from == 1) {
                       double pair[2];
                       normal_pair(words[0], words[1], pair);
                       to[0] = pair[1];
                       from = 2;
                     }
                     double* const row = to + first - before;
                     const index_t pairs = (m - from) / 2;
                     if (m > from) best_rows().normal(words + from, pairs, row + from);
                     if (m > from && (m - from) % 2 == 1) {
                       double pair[2];
                       normal_pair(words[m - 1], words[m], pair);
                       row[m - 1] = pair[0];
                     }
                   });
}

/// Calls `use(first, m)` for pieces of 0, ..., n - 1 that stay in the cache from one loop to the
/// next.
template <class Use> void for_each_cached(index_t n, Use use) {
  constexpr index_t piece = 4 * word_stretch::longest;
  for (index_t first = 0; first < n; first += piece)
    use(first, n - first < piece ? n - first : piece);
}

} // namespace

void fill(const draw_position& at, const uniform_distribution& d, double* to, index_t n) {
  const double width = d.high - d.low;
  check("uniform", width - width == 0, "range", width);
  const auto by_rows = [&](index_t begin, index_t end) {
    for_each_stretch(at.after(begin), end - begin,
                     [&](const std::uint64_t* words, index_t first, index_t m) {
                       double* const x = to + begin + first;
                       best_rows().uniform(words, m, x);
                       for (index_t i = 0; i < m; ++i) x[i] = d.low + width * x[i];
                     });
  };
  // Up to where a block of words begins, then whole blocks, then the rest.
  const auto before = static_cast<index_t>(-at.first % 4);
  const index_t begin = before < n ? before : n;
  by_rows(0, begin);
  const index_t made = philox_uniform(at.after(begin), d.low, width, to + begin, n - begin);
  by_rows(begin + made, n);
}

void fill(const draw_position& at, const normal_distribution& d, double* to, index_t n) {
  check("normal", d.sd >= 0, "standard deviation", d.sd);
  for_each_cached(n, [&](index_t first, index_t m) {
    double* const x = to + first;
    fill_standard_normal(at.after(first), x, m);
    if (d.mean == 0 && d.sd == 1) return;
    for (index_t i = 0; i < m; ++i) x[i] = d.mean + d.sd * x[i];
  });
}

void fill(const draw_position& at, const lognormal_distribution& d, double* to, index_t n) {
  check("lognormal", d.sd >= 0, "standard deviation", d.sd);
  for_each_cached(n, [&](index_t first, index_t m) {
    fill(at.after(first), normal_distribution{d.mean, d.sd}, to + first, m);
    best_rows().exp(to + first, m);
  });
}

void fill(const draw_position& at, const exponential_distribution& d, double* to, index_t n) {
  check("exponential", d.scale >= 0, "scale", d.scale);
  fill_from_exponential(at, to, n, [&](double e, std::uint64_t) { return d.scale * e; });
}

// The lowest bit plays no part in the magnitude.
void fill(const draw_position& at, const laplace_distribution& d, double* to, index_t n) {
  check("laplace", d.scale >= 0, "scale", d.scale);
  fill_from_exponential(at, to, n, [&](double e, std::uint64_t word) {
    return d.mean + ((word & 1U) != 0 ? d.scale * e : -(d.scale * e));
  });
}

void fill(const draw_position& at, const rayleigh_distribution& d, double* to, index_t n) {
  check("rayleigh", d.scale >= 0, "scale", d.scale);
  fill_from_exponential(at, to, n,
                        [&](double e, std::uint64_t) { return d.scale * __builtin_sqrt(2.0 * e); });
}

void fill(const draw_position& at, const weibull_distribution& d, double* to, index_t n) {
  check("weibull", d.shape > 0, "shape parameter", d.shape);
  fill_from_rows(at, to, n, [&](const double* e, index_t m, double* x) {
    for (index_t i = 0; i < m; ++i) x[i] = e[i] == 0 ? 1.0 : e[i];
    best_rows().log(x, m);
    for (index_t i = 0; i < m; ++i) x[i] /= d.shape;
    best_rows().exp(x, m);
    for (index_t i = 0; i < m; ++i) x[i] = e[i] == 0 ? 0.0 : x[i];
  });
}

void fill(const draw_position& at, const pareto_distribution& d, double* to, index_t n) {
  check("pareto", d.shape > 0, "shape parameter", d.shape);
  fill_from_rows(at, to, n, [&](const double* e, index_t m, double* x) {
    for (index_t i = 0; i < m; ++i) x[i] = e[i] / d.shape;
    best_rows().exp(x, m);
    for (index_t i = 0; i < m; ++i) x[i] -= 1.0;
  });
}

// The exponential number that would be zero counts as half of the smallest other one.
void fill(const draw_position& at, const gumbel_distribution& d, double* to, index_t n) {
  check("gumbel", d.scale >= 0, "scale", d.scale);
  fill_from_rows(at, to, n, [&](const double* e, index_t m, double* x) {
    for (index_t i = 0; i < m; ++i) x[i] = e[i] == 0 ? 0x1p-54 : e[i];
    best_rows().log(x, m);
    for (index_t i = 0; i < m; ++i) x[i] = d.mean - d.scale * x[i];
  });
}

void fill(const draw_position& at, const logistic_distribution& d, double* to, index_t n) {
  check("logistic", d.scale >= 0, "scale", d.scale);
  for_each_stretch(at, n, [&](const std::uint64_t* words, index_t first, index_t m) {
    double e[word_stretch::longest];
    double* const x = to + first;
    best_rows().exponential(words, m, e);
    for (index_t i = 0; i < m; ++i) {
      const double v = static_cast<double>((words[i] >> 11U) + 1) * 0x1p-53;
      x[i] = v == 1 ? 0x1p-54 : 1.0 - v;
    }
    best_rows().log(x, m);
    for (index_t i = 0; i < m; ++i) x[i] = d.mean - d.scale * (e[i] + x[i]);
  });
}

void fill(const draw_position& at, const geometric_distribution& d, std::int64_t* to, index_t n) {
  check("geometric", d.p > 0 && d.p <= 1, "probability", d.p);
  const double rate = d.p == 1 ? -0x1p1000 : portable_log1p(-d.p);
  double e[word_stretch::longest];
  for_each_stretch(at, n, [&](const std::uint64_t* words, index_t first, index_t m) {
    best_rows().exponential(words, m, e);
    for (index_t i = 0; i < m; ++i) {
      const double trials = __builtin_ceil(e[i] / -rate);
      to[first + i] = trials < 1         ? 1
                      : trials >= 0x1p63 ? std::numeric_limits<std::int64_t>::max()
                                         : static_cast<std::int64_t>(trials);
    }
  });
}

} // namespace tessera::detail
