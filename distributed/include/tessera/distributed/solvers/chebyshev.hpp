/// @file
/// Chebyshev's iteration, and the bound on eigenvalues that it needs.
#pragma once

#include <tessera/core/profile.hpp>
#include <tessera/distributed/solvers/krylov_space.hpp>

namespace tessera {

/// Between what numbers the eigenvalues of the operator lie, or of the preconditioned operator.
struct eigenvalue_bounds {
  double lowest;
  double highest;
};

namespace detail {

/// @throws argument_error on all ranks unless 0 < lowest <= highest.
void check_bounds(const eigenvalue_bounds& bounds);

/// Factors of the steps d = d * keep + z * add, one after another.
class chebyshev_factors {
public:
  explicit chebyshev_factors(const eigenvalue_bounds& bounds)
      : middle_((bounds.highest + bounds.lowest) / 2),
        half_width_((bounds.highest - bounds.lowest) / 2) {}

  /// Those of the next step.
  void advance() {
    if (is_first_) {
      is_first_ = false;
      keep = 0;
      add = 1 / middle_;
      ratio_ = half_width_ / middle_;
      return;
    }
    // Written so that bounds may be equal.
    const double next = half_width_ / (2 * middle_ - half_width_ * ratio_);
    keep = next * ratio_;
    add = 2 / (2 * middle_ - half_width_ * ratio_);
    ratio_ = next;
  }

  double keep = 0;
  double add = 0;

private:
  double middle_;
  double half_width_;
  double ratio_ = 0;
  bool is_first_ = true;
};

/// d = keep d + add z; x += d.
template <class T, std::size_t N>
void chebyshev_step(global_array<T, N>& x, global_array<T, N>& d, const global_array<T, N>& z,
                    const chebyshev_factors& factors) {
  const auto body = [keep = static_cast<T>(factors.keep), add = static_cast<T>(factors.add)](
                        index_t n, const T* z_row, T* d_row, T* x_row) {
#pragma omp simd
    for (index_t i = 0; i < n; ++i) {
      d_row[i] = keep * d_row[i] + add * z_row[i];
      x_row[i] += d_row[i];
    }
  };
  pass_rows(body, z, d, x);
}

/// r -= A d; this rank's part of the sum of squares of r.
template <class Operator, class T, std::size_t N>
exact_sum subtract_image(const Operator& op, global_array<T, N>& d, global_array<T, N>& r,
                         global_array<T, N>& scratch) {
  sum_of_terms squares;
  const auto body = [&squares](index_t n, const auto& image, T* r_row) {
#pragma omp simd
    for (index_t i = 0; i < n; ++i) r_row[i] -= image(i);
    squares.add_products(r_row, r_row, n);
  };
  pass_operator(op, d, scratch, body, r);
  return squares.total();
}

} // namespace detail

/// Solves A x = b for an operator whose eigenvalues are positive and lie between known bounds, by
/// Chebyshev's iteration. Arguments as those of `cg`; the bounds are those of the preconditioned
/// operator.
///
/// Collective. An iteration costs one A x, with which |r| is found, one more pass, and one
/// Allreduce of 568 bytes; the space has 3 arrays, 4 with a preconditioner. The same bits on any
/// number of ranks.
///
/// After Y. Saad, "Iterative Methods for Sparse Linear Systems" (2003), algorithm 12.1.
/// x and b must not be one array.
/// @throws argument_error on all ranks: x and b differ in distribution, or are one array; bounds
/// that are not 0 < lowest <= highest.
///
///     chebyshev(op, x, b, {0.1, 8.0}, no_preconditioner(), {.tolerance = 1e-6}).check();
template <class Operator, class T, std::size_t N, class Preconditioner>
solve_result chebyshev(const Operator& op, global_array<T, N>& x, const global_array<T, N>& b,
                       const eigenvalue_bounds& bounds, const Preconditioner& precondition,
                       const solve_options& options, krylov_space<T, N>& space) {
  TESSERA_PROFILE("chebyshev");
  constexpr bool is_plain = std::is_same_v<Preconditioner, no_preconditioner>;
  detail::check_system("chebyshev", detail::block_ref(x), detail::block_ref(b));
  detail::check_bounds(bounds);
  space.prepare(x, is_plain ? 3 : 4);
  global_array<T, N>& r = space[0];
  global_array<T, N>& d = space[1];
  const detail::first_norms first = detail::first_residual(op, x, b, r, space[2]);
  solve_result result("chebyshev", detail::target_of("chebyshev", options, first));
  if (result.note(first.of_r, options)) return result;
  detail::chebyshev_factors factors(bounds);
  d = T{};
  while (true) {
    factors.advance();
    if constexpr (is_plain) {
      detail::chebyshev_step(x, d, std::as_const(r), factors);
    } else {
      precondition(space[3], std::as_const(r));
      detail::chebyshev_step(x, d, std::as_const(space[3]), factors);
    }
    const exact_sum own = detail::subtract_image(op, d, r, space[2]);
    const double rr = std::get<0>(reduce_all(x.comm(), lazy::parts(own)));
    if (result.note(detail::sqrt_of(rr), options)) return result;
  }
}
/// The same with a space of its own; x and b must not be one array. Collective.
template <class Operator, class T, std::size_t N, class Preconditioner>
solve_result chebyshev(const Operator& op, global_array<T, N>& x, const global_array<T, N>& b,
                       const eigenvalue_bounds& bounds, const Preconditioner& precondition,
                       const solve_options& options = {}) {
  krylov_space<T, N> space;
  return chebyshev(op, x, b, bounds, precondition, options, space);
}
/// The same without a preconditioner; x and b must not be one array. Collective.
template <class Operator, class T, std::size_t N>
solve_result chebyshev(const Operator& op, global_array<T, N>& x, const global_array<T, N>& b,
                       const eigenvalue_bounds& bounds, const solve_options& options = {}) {
  return chebyshev(op, x, b, bounds, no_preconditioner(), options);
}

} // namespace tessera
