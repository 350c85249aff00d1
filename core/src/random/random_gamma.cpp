// Gamma numbers and what is made of them. Rows of first attempts are made with vectors; the few
// elements whose first one is rejected go on with further words of a stream of their own.
#include "random/philox.hpp"
#include "random/random_check.hpp"
#include "random/random_rows.hpp"

namespace tessera::detail {

namespace {

double further_attempts(element_words& words, double shape) {
  for (;;) {
    const std::uint64_t first = words.next();
    const std::uint64_t second = words.next();
    const double x = gamma_attempt({first, second, words.next()}, shape);
    if (x >= 0) return x;
  }
}

/// Gamma numbers for shape parameters of at least 1, and for each the word that follows.
void fill_large(const draw_position& at, block_use use, double shape, index_t first, index_t n,
                double* to, std::uint64_t* next) {
  const element_stretch stretch(at, use, first, n);
  best_rows().gamma(stretch.block(0), n, shape, to);
  for (index_t i = 0; i < n; ++i) next[i] = stretch.block(i)[3];
  for (index_t i = 0; i < n; ++i) {
    if (to[i] >= 0) continue;
    element_words words(at, first + i, use, stretch.block(i), 3);
    to[i] = further_attempts(words, shape);
    next[i] = words.next();
  }
}

/// Logarithms of gamma numbers for shape parameters below 1, in place of those for shape + 1: times
/// v^(1 / shape).
void make_small(double shape, const std::uint64_t* words, index_t n, double* x) {
  double e[element_stretch::longest];
  best_rows().exponential(words, n, e);
  best_rows().log(x, n);
  for (index_t i = 0; i < n; ++i) x[i] = x[i] - e[i] / shape;
}

/// Calls `use(first, m)` for pieces of 0, ..., n - 1.
template <class Use> void in_pieces(index_t n, Use use) {
  for (index_t first = 0; first < n; first += element_stretch::longest)
    use(first, n - first < element_stretch::longest ? n - first : element_stretch::longest);
}

/// At most element_stretch::longest gamma numbers, or their logarithms.
void fill_piece(const draw_position& at, block_use use, double shape, bool logarithms,
                index_t first, index_t n, double* to) {
  std::uint64_t next[element_stretch::longest];
  fill_large(at, use, shape < 1 ? shape + 1 : shape, first, n, to, next);
  if (shape < 1) make_small(shape, next, n, to);
  if (shape < 1 && !logarithms) best_rows().exp(to, n);
}

void fill_standard_gamma(const draw_position& at, double shape, double* to, index_t n) {
  in_pieces(n, [&](index_t first, index_t m) {
    fill_piece(at, block_use::element, shape, false, first, m, to + first);
    if (shape == 0)
      for (index_t i = first; i < first + m; ++i) to[i] = 0;
  });
}

} // namespace

void fill(const draw_position& at, const gamma_distribution& d, double* to, index_t n) {
  check("gamma", d.shape >= 0 && d.shape < __builtin_inf(), "shape parameter", d.shape);
  check("gamma", d.scale >= 0, "scale", d.scale);
  fill_standard_gamma(at, d.shape, to, n);
  if (d.scale == 1) return;
  for (index_t i = 0; i < n; ++i) to[i] = d.scale * to[i];
}

// x / (x + y) of gamma numbers; by their logarithms where both may underflow.
void fill(const draw_position& at, const beta_distribution& d, double* to, index_t n) {
  check("beta", d.a > 0 && d.a < __builtin_inf(), "parameter a", d.a);
  check("beta", d.b > 0 && d.b < __builtin_inf(), "parameter b", d.b);
  const bool logarithms = d.a < 1 && d.b < 1;
  in_pieces(n, [&](index_t first, index_t m) {
    double* const x = to + first;
    double y[element_stretch::longest];
    fill_piece(at, block_use::element, d.a, logarithms, first, m, x);
    fill_piece(at, block_use::second, d.b, logarithms, first, m, y);
    if (logarithms) {
      for (index_t i = 0; i < m; ++i) y[i] -= x[i];
      best_rows().exp(y, m);
      for (index_t i = 0; i < m; ++i) x[i] = 1.0 / (1.0 + y[i]);
    } else {
      for (index_t i = 0; i < m; ++i) x[i] = x[i] / (x[i] + y[i]);
    }
  });
}

void fill(const draw_position& at, const chisquare_distribution& d, double* to, index_t n) {
  check("chisquare", d.freedom > 0 && d.freedom < __builtin_inf(), "degrees of freedom", d.freedom);
  fill(at, gamma_distribution{d.freedom / 2, 2}, to, n);
}

void fill(const draw_position& at, const student_distribution& d, double* to, index_t n) {
  check("standard_t", d.freedom > 0 && d.freedom < __builtin_inf(), "degrees of freedom",
        d.freedom);
  fill(at, normal_distribution{0, 1}, to, n);
  in_pieces(n, [&](index_t first, index_t m) {
    double y[element_stretch::longest];
    fill_standard_gamma(at.after(first), d.freedom / 2, y, m);
    for (index_t i = 0; i < m; ++i)
      to[first + i] = to[first + i] * __builtin_sqrt(d.freedom / 2) / __builtin_sqrt(y[i]);
  });
}

} // namespace tessera::detail
