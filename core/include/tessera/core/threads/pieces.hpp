/// @file
/// Work in pieces, which the threads of the process share.
///
/// Its source is pool.cpp.
#pragma once

#include <tessera/core/shape.hpp>

#include <type_traits>

namespace tessera::detail {

/// Elements of which one thread treats as many in some 20 microseconds: for less, it is not worth
/// to wake another.
inline constexpr index_t least_piece = index_t{1} << 15U;

/// Does piece number `piece`.
using piece_function = void (*)(index_t piece, void* context);

/// Calls `run` for all pieces from 0 to `pieces`, each once, on the threads of the process; piece k
/// by the same thread each time where that one is not late, so that memory which it touches first
/// is near it. Returns when all are done.
///
/// They run one after another in the calling thread where there is one, where it is in a piece
/// already, and where another thread's pieces are under way. What pieces throw is thrown when all
/// are done: that of the lowest one. They must not call MPI.
void run_pieces(index_t pieces, piece_function run, void* context);

/// Into how many pieces work on `items` is cut, so that each has `least` or more: one where they
/// would run one after another.
[[nodiscard]] index_t pieces_of(index_t items, index_t least = least_piece);

/// Where piece k of n items begins: at a multiple of `granule`, so that no cache line is written by
/// two threads. That after the last one begins at n.
constexpr index_t piece_begin(index_t k, index_t pieces, index_t n, index_t granule = 1) {
  if (k >= pieces) return n;
  const index_t granules = (n + granule - 1) / granule;
  const index_t begin = (granules / pieces * k + granules % pieces * k / pieces) * granule;
  return begin < n ? begin : n;
}

/// Calls f(k) for all pieces, as `run_pieces`.
template <class F> void for_pieces(index_t pieces, F&& f) {
  run_pieces(
      pieces,
      [](index_t k, void* context) { (*static_cast<std::remove_reference_t<F>*>(context))(k); },
      const_cast<void*>(static_cast<const void*>(&f)));
}

/// Calls f(begin, end) for all parts of n items of which each has `least` or more, on the threads
/// of the process; parts begin at multiples of `granule`.
template <class F> void for_parts(index_t n, index_t least, index_t granule, F&& f) {
  const index_t pieces = pieces_of(n, least);
  if (pieces == 1) return f(index_t{0}, n);
  for_pieces(pieces, [&](index_t k) {
    const index_t begin = piece_begin(k, pieces, n, granule);
    const index_t end = piece_begin(k + 1, pieces, n, granule);
    if (begin < end) f(begin, end);
  });
}

/// While it lives, no other piece is in such a scope.
class one_piece_at_a_time {
public:
  one_piece_at_a_time();
  one_piece_at_a_time(const one_piece_at_a_time&) = delete;
  one_piece_at_a_time& operator=(const one_piece_at_a_time&) = delete;
  ~one_piece_at_a_time();
};

/// `set_threads` where neither the environment nor `set_threads` has said a number.
void set_default_threads(int count);

/// What is asked before there may be more than one thread, and throws where there may not be.
using threads_check = void (*)(int threads);
void check_threads_by(threads_check check);

} // namespace tessera::detail
