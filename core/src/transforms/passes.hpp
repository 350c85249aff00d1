// The passes of a transform of many lines at once: Stockham's, from one buffer to another.
//
// n = r m: pass by pass, y[q + s (r p + j)] = w^(p j) sum_k x[q + s (p + m k)] e^(-2 pi i j k / r),
// where s counts the lines and the factors that are done, and w = e^(-2 pi i / n). The next pass
// takes m for n and s r for s; after the last one everything is in order. (OTA Fast Fourier
// Transform; Van Loan, Computational Frameworks for the FFT, 1.7.)
#pragma once

#include <tessera/core/shape.hpp>

namespace tessera::detail {

/// One factor of a length.
template <class T> struct stockham_pass {
  int radix;
  index_t parts;     ///< m: lengths that are left, each transformed alone
  index_t before;    ///< the product of the earlier factors
  int next_radix;    ///< 1 after the last one
  const T* twiddles; ///< w^(p j), j = 1 ... radix - 1 of p = 0, then of p = 1, ...
  const T* across;   ///< the same, those of one j side by side: real parts, then imaginary ones
  const T* roots;    ///< cosines and sines of odd radices that have no function of their own
};

/// Lines in a buffer of ours, whose real and imaginary parts lie apart: element i of line l of
/// count at i * count + l, and a gap before each part that the next pass reads.
template <class T> struct split_lines {
  T* re;
  T* im;
};
/// Lines side by side in the caller's memory, complex numbers: element i at i * row, in T. Of one
/// line, elements follow each other.
template <class T> struct complex_lines {
  T* data;
  index_t row;
  bool swapped;  ///< real parts are taken for imaginary ones: a transform in the other direction
  T scale;       ///< what is written is multiplied by this
  bool bypasses; ///< whole lines of the cache are written, past it
};

/// Between the parts of a buffer: distances of powers of two would meet in the same sets of the
/// cache.
template <class T> inline constexpr index_t part_gap = 3 * 64 / static_cast<index_t>(sizeof(T));

/// Runs one pass; only the last one goes to the caller's memory.
template <class T, class From, class To>
void run_pass(const stockham_pass<T>& pass, index_t lines, const From& from, const To& to);

/// The first pass of a single line of which vectors hold several elements. The radix is 4 or 8.
template <class T, class From>
void run_first_pass(const stockham_pass<T>& pass, const From& from, const split_lines<T>& to);

} // namespace tessera::detail
