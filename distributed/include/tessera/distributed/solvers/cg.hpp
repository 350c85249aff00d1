/// @file
/// Conjugate gradients.
#pragma once

#include <tessera/core/profile.hpp>
#include <tessera/distributed/solvers/krylov_space.hpp>

namespace tessera {

namespace detail {

/// The steps of conjugate gradients, each one pass.
template <class T, std::size_t N> struct cg_steps {
  global_array<T, N>& x;
  global_array<T, N>& r;
  global_array<T, N>& p;
  global_array<T, N>& q;

  /// q = A p; the sum of the products p q over all ranks.
  template <class Operator> double image(const Operator& op) {
    product_sum products;
    const auto body = [&products](index_t n, const auto& image, const T* p_row, T* q_row) {
      double* const terms = products.next(n);
#pragma omp simd
      for (index_t i = 0; i < n; ++i) {
        const T value = image(i);
        q_row[i] = value;
        terms[i] = static_cast<double>(p_row[i]) * static_cast<double>(value);
      }
    };
    pass_operator(op, p, q, body, std::as_const(p), q);
    return std::get<0>(reduce_all(x.comm(), lazy::parts(products.total())));
  }
  /// r -= alpha q; this rank's part of the sum of the squares of r.
  exact_sum reduce_residual(T alpha) {
    product_sum squares;
    const auto body = [alpha, &squares](index_t n, const T* q_row, T* r_row) {
      double* const terms = squares.next(n);
#pragma omp simd
      for (index_t i = 0; i < n; ++i) {
        const T value = r_row[i] - alpha * q_row[i];
        r_row[i] = value;
        terms[i] = static_cast<double>(value) * static_cast<double>(value);
      }
    };
    pass_rows(body, std::as_const(q), r);
    return squares.total();
  }
  /// x += alpha p.
  void advance(T alpha) {
    const auto body = [alpha](index_t n, const T* p_row, T* x_row) {
#pragma omp simd
      for (index_t i = 0; i < n; ++i) x_row[i] += alpha * p_row[i];
    };
    pass_rows(body, std::as_const(p), x);
  }
  /// p = z + beta p.
  void turn(const global_array<T, N>& z, T beta) {
    const auto body = [beta](index_t n, const T* z_row, T* p_row) {
#pragma omp simd
      for (index_t i = 0; i < n; ++i) p_row[i] = z_row[i] + beta * p_row[i];
    };
    pass_rows(body, z, p);
  }
  /// Both at once: p is read once.
  void advance_and_turn(T alpha, const global_array<T, N>& z, T beta) {
    const auto body = [alpha, beta](index_t n, const T* z_row, T* p_row, T* x_row) {
#pragma omp simd
      for (index_t i = 0; i < n; ++i) {
        x_row[i] += alpha * p_row[i];
        p_row[i] = z_row[i] + beta * p_row[i];
      }
    };
    pass_rows(body, z, p, x);
  }
};

/// This rank's part of the sum of products.
template <class T, std::size_t N>
exact_sum own_products(const global_array<T, N>& a, const global_array<T, N>& b) {
  product_sum products;
  pass_rows(
      [&products](index_t n, const T* a_row, const T* b_row) { products.add(a_row, b_row, n); }, a,
      b);
  return products.total();
}

/// Without a preconditioner: two messages of one sum each.
template <class Operator, class T, std::size_t N>
void run_cg(const Operator& op, cg_steps<T, N> steps, double rho, solve_result& result,
            const solve_options& options) {
  const bool overlaps = overlaps_messages(steps.x);
  while (true) {
    const double curvature = steps.image(op);
    if (!(curvature > 0)) return result.stop(stop_reason::not_definite, curvature);
    const T alpha = static_cast<T>(rho / curvature);
    auto pending = start_reduce_all(steps.x.comm(), lazy::parts(steps.reduce_residual(alpha)));
    if (overlaps) steps.advance(alpha);
    const double squares = std::get<0>(pending.wait());
    if (result.note(sqrt_of(squares), options)) {
      if (!overlaps) steps.advance(alpha);
      return;
    }
    const T beta = static_cast<T>(squares / rho);
    rho = squares;
    if (overlaps)
      steps.turn(steps.r, beta);
    else
      steps.advance_and_turn(alpha, steps.r, beta);
  }
}

/// The message of |r| is under way while the preconditioner runs.
template <class Operator, class T, std::size_t N, class Preconditioner>
void run_cg(const Operator& op, cg_steps<T, N> steps, const Preconditioner& precondition,
            global_array<T, N>& z, solve_result& result, const solve_options& options) {
  precondition(z, steps.r);
  double rho =
      std::get<0>(reduce_all(steps.x.comm(), lazy::parts(own_products(std::as_const(z), steps.r))));
  steps.p = z; // what it held may have been infinite
  while (true) {
    if (!(rho > 0)) return result.stop(stop_reason::not_definite, rho);
    const double curvature = steps.image(op);
    if (!(curvature > 0)) return result.stop(stop_reason::not_definite, curvature);
    const T alpha = static_cast<T>(rho / curvature);
    auto norm = start_reduce_all(steps.x.comm(), lazy::parts(steps.reduce_residual(alpha)));
    precondition(z, steps.r);
    const double next = std::get<0>(
        reduce_all(steps.x.comm(), lazy::parts(own_products(std::as_const(z), steps.r))));
    if (result.note(sqrt_of(std::get<0>(norm.wait())), options)) return steps.advance(alpha);
    steps.advance_and_turn(alpha, z, static_cast<T>(next / rho));
    rho = next;
  }
}

} // namespace detail

/// Solves A x = b for a symmetric positive definite operator by conjugate gradients. `op` is a
/// `stencil_operator`, or any callable that makes y = A x of `(y, x)`; `precondition`, which is
/// symmetric and positive definite as well, makes z, about the solution of A z = r, of `(z, r)`.
/// x is where it starts from, and gets the solution; conditions with values at the boundary of x
/// take part in A x. Where a stencil leaves cells alone (boundary::none), x keeps what it holds
/// there; any other operator needs zeros in b there.
///
/// Collective. x and b have one distribution. An iteration costs one A x and, of a stencil without
/// a preconditioner, two more passes over 3 and 4 arrays, and two Allreduces of 568 bytes; small
/// blocks take one more pass, during the second message. With a preconditioner, one more pass over
/// 2 arrays; the message of |r| is under way meanwhile. The space has 3 arrays, 4 with a
/// preconditioner. The iterates and residuals have the same bits on any number of ranks.
///
/// After M. Hestenes and E. Stiefel, "Methods of conjugate gradients" (1952).
/// x and b must not be one array.
/// @throws argument_error on all ranks: x and b differ in distribution, or are one array.
///
///     const solve_result result = cg(laplacian, x, b, jacobi(4.0), {.tolerance = 1e-10});
template <class Operator, class T, std::size_t N, class Preconditioner>
solve_result cg(const Operator& op, global_array<T, N>& x, const global_array<T, N>& b,
                const Preconditioner& precondition, const solve_options& options,
                krylov_space<T, N>& space) {
  TESSERA_PROFILE("cg");
  constexpr bool is_plain = std::is_same_v<Preconditioner, no_preconditioner>;
  detail::check_system("cg", detail::block_ref(x), detail::block_ref(b));
  space.prepare(x, is_plain ? 3 : 4);
  detail::cg_steps<T, N> steps{x, space[0], space[1], space[2]};
  const detail::first_norms first = detail::first_residual(op, x, b, steps.r, steps.q);
  solve_result result("cg", detail::target_of("cg", options, first));
  if (result.note(first.of_r, options)) return result;
  if constexpr (is_plain) {
    steps.p = steps.r; // what it held may have been infinite
    detail::run_cg(op, steps, first.squares_of_r, result, options);
  } else {
    detail::run_cg(op, steps, precondition, space[3], result, options);
  }
  return result;
}
/// The same with a space of its own; x and b must not be one array. Collective.
template <class Operator, class T, std::size_t N, class Preconditioner>
solve_result cg(const Operator& op, global_array<T, N>& x, const global_array<T, N>& b,
                const Preconditioner& precondition, const solve_options& options = {}) {
  krylov_space<T, N> space;
  return cg(op, x, b, precondition, options, space);
}
/// The same without a preconditioner; x and b must not be one array. Collective.
template <class Operator, class T, std::size_t N>
solve_result cg(const Operator& op, global_array<T, N>& x, const global_array<T, N>& b,
                const solve_options& options = {}) {
  return cg(op, x, b, no_preconditioner(), options);
}

} // namespace tessera
