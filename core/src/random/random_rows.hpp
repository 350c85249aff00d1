// Rows of random numbers from rows of words, vectorised. All mathematics is done here, in plain
// additions, multiplications, divisions and square roots, so that the same words give the same bits
// on every processor and with every C library.
#pragma once

#include <tessera/core/shape.hpp>

namespace tessera::detail {

struct row_functions {
  /// Uniform in [0, 1): the upper 53 bits, as NumPy.
  void (*uniform)(const std::uint64_t* words, index_t n, double* to);
  /// Standard normal by Box and Muller's method: words 2k and 2k + 1 give elements 2k and 2k + 1.
  void (*normal)(const std::uint64_t* words, index_t pairs, double* to);
  /// Standard exponential: -log of a uniform number in (0, 1].
  void (*exponential)(const std::uint64_t* words, index_t n, double* to);
  /// First attempts at gamma numbers of a shape parameter of at least 1 from the first three of
  /// four words each; negative where they are rejected.
  void (*gamma)(const std::uint64_t* blocks, index_t n, double shape, double* to);
  /// The upper halves of word * count for counts up to 2^32; returns whether any lower half is
  /// below count.
  bool (*integers)(const std::uint64_t* words, index_t n, std::uint64_t count, std::int64_t* to);
  /// exp(x) in place.
  void (*exp)(double* x, index_t n);
  /// log(x) of positive finite normal numbers, in place.
  void (*log)(double* x, index_t n);
};

/// Those for this processor.
const row_functions& best_rows();

/// exp and log of single numbers; log of positive finite normal ones only.
double portable_exp(double x);
double portable_log(double x);
/// log(1 + x) for x above -1, by W. Kahan's quotient.
double portable_log1p(double x);
/// One attempt at a gamma number, as above.
double gamma_attempt(const std::uint64_t (&words)[3], double shape);
/// The pair of standard normal numbers that two words give.
void normal_pair(std::uint64_t first, std::uint64_t second, double* to);

} // namespace tessera::detail
