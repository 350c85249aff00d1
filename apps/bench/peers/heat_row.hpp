// One row of a heat step, the same for all peers: they are compared for what surrounds it.
#pragma once

#include <algorithm>

namespace bench {

/// A row that keeps its first and last element; `below` and `above` are the rows beside it.
inline void heat_row(double* __restrict__ v, const double* __restrict__ u,
                     const double* __restrict__ below, const double* __restrict__ above,
                     long columns) {
  for (long c = 1; c < columns - 1; ++c)
    v[c] = u[c] + 0.1 * (below[c] + above[c] + u[c - 1] + u[c + 1] - 4.0 * u[c]);
}

/// The same in a plane, with the rows in the planes `under` and `over` it.
inline void heat_row(double* __restrict__ v, const double* __restrict__ u,
                     const double* __restrict__ under, const double* __restrict__ over,
                     const double* __restrict__ below, const double* __restrict__ above,
                     long columns) {
  for (long c = 1; c < columns - 1; ++c)
    v[c] =
        u[c] + 0.1 * (under[c] + over[c] + below[c] + above[c] + u[c - 1] + u[c + 1] - 6.0 * u[c]);
}

/// Calls `row(plane, row)` for all inner rows of some planes, by bands of rows, so that three
/// planes of a band stay in the cache.
template <typename F> void for_inner_rows(long first_plane, long last_plane, long rows, F row) {
  constexpr long band = 32;
  for (long from = 1; from < rows - 1; from += band)
    for (long p = first_plane; p < last_plane; ++p)
      for (long r = from; r < std::min(from + band, rows - 1); ++r) row(p, r);
}

/// The initial field.
inline double first_heat(long plane, long row, long column) {
  return static_cast<double>((plane * 31 + row * 17 + column * 7) % 101);
}

} // namespace bench
