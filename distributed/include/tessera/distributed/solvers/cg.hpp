/// @file
/// Conjugate gradients.
#pragma once

#include <tessera/core/profile.hpp>
#include <tessera/distributed/solvers/krylov_space.hpp>
#include <tessera/distributed/stencils/stencil_reductions.hpp>

namespace tessera {

namespace detail {

/// An operation that adds up: `op::sum` or `op::plain_sum`.
template <class Op>
concept sum_operation = std::is_same_v<Op, op::sum_t> || std::is_same_v<Op, op::plain_sum_t>;

/// Products are made in double.
template <class T> double product_of(T a, T b) {
  return static_cast<double>(a) * static_cast<double>(b);
}

/// The steps of conjugate gradients, each one pass, with sums as `Sum` makes them.
template <class T, std::size_t N, class Sum> struct cg_steps {
  using array = global_array<T, N>;
  array& x;
  array& r;
  array& p;
  array& q;

  /// q = A p; the sum of the products p q over all ranks.
  template <class Kernel> double image(const stencil_operator<Kernel>& op) {
    return apply(
        q, p,
        [kernel = op.kernel()](const auto& at) {
          const T value = static_cast<T>(kernel(at));
          return std::pair(value, product_of(center_of(at), value));
        },
        Sum{});
  }
  template <class Operator> double image(const Operator& op) {
    op(q, p);
    return product(p, q);
  }
  /// The sum of products over all ranks.
  static double product(array& a, array& b) {
    return apply(
        std::tie(), std::tie(a, b),
        [](const auto& at_a, const auto& at_b) {
          return product_of(center_of(at_a), center_of(at_b));
        },
        Sum{});
  }
  /// What r -= alpha q is for a cell, and its square.
  static auto reduction_of_residual(T alpha) {
    return [alpha](const auto& at_r, const auto& at_q) {
      const T value = center_of(at_r) - alpha * center_of(at_q);
      return std::pair(value, product_of(value, value));
    };
  }
  /// r -= alpha q; the sum of the squares of r over all ranks.
  double reduce_residual(T alpha) {
    return apply(r, std::tie(r, q), reduction_of_residual(alpha), Sum{});
  }
  /// The same; the message is under way.
  auto start_residual(T alpha) {
    return start_apply(r, std::tie(r, q), reduction_of_residual(alpha), Sum{});
  }
  /// x += alpha p.
  void advance(T alpha) {
    apply(x, std::tie(x, p), [alpha](const auto& at_x, const auto& at_p) {
      return center_of(at_x) + alpha * center_of(at_p);
    });
  }
  /// p = z + beta p.
  void turn(array& z, T beta) {
    apply(p, std::tie(z, p), [beta](const auto& at_z, const auto& at_p) {
      return center_of(at_z) + beta * center_of(at_p);
    });
  }
  /// Both at once: p is read once.
  void advance_and_turn(T alpha, array& z, T beta) {
    apply(std::tie(x, p), std::tie(x, z, p),
          [alpha, beta](const auto& at_x, const auto& at_z, const auto& at_p) {
            return std::pair(center_of(at_x) + alpha * center_of(at_p),
                             center_of(at_z) + beta * center_of(at_p));
          });
  }
};

/// Without a preconditioner: two messages of one sum each.
template <class Operator, class T, std::size_t N, class Sum>
void run_cg(const Operator& op, cg_steps<T, N, Sum> steps, double rho, solve_result& result,
            const solve_options& options) {
  const bool overlaps = overlaps_messages(steps.x);
  while (true) {
    const double curvature = steps.image(op);
    if (!(curvature > 0)) return result.stop(stop_reason::not_definite, curvature);
    const T alpha = static_cast<T>(rho / curvature);
    double squares = 0;
    if (overlaps) {
      auto pending = steps.start_residual(alpha);
      steps.advance(alpha);
      squares = pending.wait();
    } else {
      squares = steps.reduce_residual(alpha);
    }
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
template <class Operator, class T, std::size_t N, class Sum, class Preconditioner>
void run_cg(const Operator& op, cg_steps<T, N, Sum> steps, const Preconditioner& precondition,
            global_array<T, N>& z, solve_result& result, const solve_options& options) {
  precondition(z, steps.r);
  double rho = steps.product(z, steps.r);
  steps.p = z; // what it held may have been infinite
  while (true) {
    if (!(rho > 0)) return result.stop(stop_reason::not_definite, rho);
    const double curvature = steps.image(op);
    if (!(curvature > 0)) return result.stop(stop_reason::not_definite, curvature);
    const T alpha = static_cast<T>(rho / curvature);
    auto squares = steps.start_residual(alpha);
    precondition(z, steps.r);
    const double next = steps.product(z, steps.r);
    if (result.note(sqrt_of(squares.wait()), options)) return steps.advance(alpha);
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
template <class Operator, class T, std::size_t N, class Preconditioner,
          detail::sum_operation Sum = op::sum_t>
solve_result cg(const Operator& op, global_array<T, N>& x, const global_array<T, N>& b,
                const Preconditioner& precondition, const solve_options& options,
                krylov_space<T, N>& space, const Sum& /*sums*/ = {}) {
  TESSERA_PROFILE("cg");
  constexpr bool is_plain = std::is_same_v<Preconditioner, no_preconditioner>;
  detail::check_system("cg", detail::block_ref(x), detail::block_ref(b));
  space.prepare(x, is_plain ? 3 : 4);
  detail::cg_steps<T, N, Sum> steps{x, space[0], space[1], space[2]};
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
template <class Operator, class T, std::size_t N, class Preconditioner,
          detail::sum_operation Sum = op::sum_t>
solve_result cg(const Operator& op, global_array<T, N>& x, const global_array<T, N>& b,
                const Preconditioner& precondition, const solve_options& options = {},
                const Sum& sums = {}) {
  krylov_space<T, N> space;
  return cg(op, x, b, precondition, options, space, sums);
}
/// The same without a preconditioner; x and b must not be one array. Collective.
template <class Operator, class T, std::size_t N, detail::sum_operation Sum = op::sum_t>
solve_result cg(const Operator& op, global_array<T, N>& x, const global_array<T, N>& b,
                const solve_options& options = {}, const Sum& sums = {}) {
  return cg(op, x, b, no_preconditioner(), options, sums);
}

} // namespace tessera
