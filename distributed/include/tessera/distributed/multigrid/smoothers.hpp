/// @file
/// What makes the error on one grid smooth.
#pragma once

#include <tessera/distributed/multigrid/kernel_symbol.hpp>
#include <tessera/distributed/solvers/chebyshev.hpp>

#include <utility>

namespace tessera {

/// How errors are smoothed on each grid of a multigrid method.
enum class smoother {
  chebyshev, ///< polynomials of the operator, for the upper part of its eigenvalues
  jacobi,    ///< damped by 0.8
  red_black  ///< Gauss and Seidel's, the cells of one colour after those of the other
};

namespace detail {

/// The lower end of what Chebyshev's polynomials smooth, as a part of the highest eigenvalue: of
/// waves along one of N axes that the next grid cannot hold, and are constant along the others.
template <std::size_t N> inline constexpr double smoothed_part = 0.5 / static_cast<double>(N);

/// What `to` holds before a step.
enum class before { unread, zero, previous };

/// to = from + keep (from - to) + add (b - A from) in one pass.
template <class Operator, class T, std::size_t N>
void relax(const Operator& op, global_array<T, N>& from, global_array<T, N>& to,
           const global_array<T, N>& b, global_array<T, N>& scratch, double keep, double add,
           before what) {
  const T k = what == before::unread ? T{} : static_cast<T>(keep);
  const T a = static_cast<T>(add);
  if (what != before::previous) {
    const auto first = [k, a](index_t n, const auto& image, const T* f, const T* b_row, T* t) {
#pragma omp simd
      for (index_t i = 0; i < n; ++i) t[i] = f[i] + (k * f[i] + a * (b_row[i] - image(i)));
    };
    return pass_operator(op, from, scratch, first, std::as_const(from), b, to);
  }
  const auto next = [k, a](index_t n, const auto& image, const T* f, const T* b_row, T* t) {
#pragma omp simd
    for (index_t i = 0; i < n; ++i) t[i] = f[i] + (k * (f[i] - t[i]) + a * (b_row[i] - image(i)));
  };
  pass_operator(op, from, scratch, next, std::as_const(from), b, to);
}

/// to = add b: the first step from zero.
template <class T, std::size_t N>
void relax_zero(global_array<T, N>& to, const global_array<T, N>& b, double add) {
  const auto body = [a = static_cast<T>(add)](index_t n, const T* b_row, T* t) {
#pragma omp simd
    for (index_t i = 0; i < n; ++i) t[i] = a * b_row[i];
  };
  pass_rows(body, b, to);
}

/// Some steps from x, which gets the result; `other` and `scratch` are overwritten.
template <class Operator, class T, std::size_t N>
void relax_steps(const Operator& op, const kernel_symbol& symbol, smoother kind, index_t steps,
                 bool from_zero, global_array<T, N>& x, const global_array<T, N>& b,
                 global_array<T, N>& other, global_array<T, N>& scratch) {
  const double top = symbol.highest;
  chebyshev_factors factors({smoothed_part<N> * top, 1.05 * top});
  // From zero, x need not be the first that is read: so that it is the last that is written.
  const bool starts_elsewhere = from_zero && steps % 2 == 1;
  global_array<T, N>* from = starts_elsewhere ? &other : &x;
  global_array<T, N>* to = starts_elsewhere ? &x : &other;
  for (index_t step = 0; step < steps; ++step) {
    factors.advance();
    const double keep = kind == smoother::chebyshev ? factors.keep : 0.0;
    const double add = kind == smoother::chebyshev ? factors.add : 0.8 / symbol.diagonal;
    const before what = keep == 0                ? before::unread
                        : step == 1 && from_zero ? before::zero
                                                 : before::previous;
    if (step == 0 && from_zero)
      relax_zero(*to, b, add);
    else
      relax(op, *from, *to, b, scratch, keep, add, what);
    std::swap(from, to);
  }
  if (from != &x) x = *from;
}

/// Every cell of one colour in place: x += (b - A x) / diagonal.
template <class T, std::size_t N, class Kernel>
void relax_colour(const Kernel& kernel, double diagonal, index_t colour, global_array<T, N>& x,
                  const global_array<T, N>& b) {
  x.update_halo();
  const view<T, N> cells = writable_part(x);
  const view<const T, N> right = b.owned();
  const shape_t<N> shape = cells.shape();
  if (size_of(shape) == 0) return;
  const neighbourhood<N> around{cells.strides(), x.halo()};
  const T part = static_cast<T>(1.0 / diagonal);
  const index_t n = shape[N - 1];
  for (index_t r = 0; r < size_of(shape) / n; ++r) {
    index_t parity = colour + x.block().lower[N - 1];
    T* row = cells.data();
    const T* b_row = right.data();
    index_t rest = r;
    for (std::size_t d = N - 1; d-- > 0; rest /= shape[d]) {
      const index_t at = rest % shape[d];
      parity += at + x.block().lower[d];
      row += at * cells.strides()[d];
      b_row += at * right.strides()[d];
    }
    for (index_t i = parity % 2; i < n; i += 2)
      row[i] += part * (b_row[i] - static_cast<T>(kernel(stencil_point<T, N>(row + i, around))));
  }
}

/// Some sweeps over both colours, in the order of the colours or against it.
template <class T, std::size_t N, class Kernel>
void relax_red_black(const Kernel& kernel, const kernel_symbol& symbol, index_t sweeps,
                     bool reversed, global_array<T, N>& x, const global_array<T, N>& b) {
  for (index_t k = 0; k < 2 * sweeps; ++k)
    relax_colour(kernel, symbol.diagonal, (k + (reversed ? 1 : 0)) % 2, x, b);
}

} // namespace detail

} // namespace tessera
