/// @file
/// Stabilised biconjugate gradients.
#pragma once

#include <tessera/core/profile.hpp>
#include <tessera/distributed/solvers/krylov_space.hpp>

namespace tessera {

namespace detail {

template <class T, std::size_t N, class Preconditioner> struct bicgstab_steps {
  global_array<T, N>& x;
  global_array<T, N>& r;
  global_array<T, N>& shadow; // the first residual
  global_array<T, N>& p;
  global_array<T, N>& v;
  global_array<T, N>& t;
  global_array<T, N>& p_hat; // p and r, preconditioned
  global_array<T, N>& r_hat;
  const Preconditioner& precondition;

  void prepare(global_array<T, N>& to, const global_array<T, N>& from) {
    if constexpr (!std::is_same_v<Preconditioner, no_preconditioner>) precondition(to, from);
  }
  /// v = A p; gives the product of v and the first residual.
  template <class Operator> double image_of_p(const Operator& op) {
    sum_of_terms products;
    const auto body = [&products](index_t n, const auto& image, const T* shadow_row, T* v_row) {
#pragma omp simd
      for (index_t i = 0; i < n; ++i) v_row[i] = image(i);
      products.add_products(shadow_row, v_row, n);
    };
    prepare(p_hat, p);
    pass_operator(op, p_hat, v, body, std::as_const(shadow), v);
    return std::get<0>(reduce_all(x.comm(), lazy::parts(products.total())));
  }
  /// r -= alpha v.
  void half_step(T alpha) {
    const auto body = [alpha](index_t n, const T* v_row, T* r_row) {
#pragma omp simd
      for (index_t i = 0; i < n; ++i) r_row[i] -= alpha * v_row[i];
    };
    pass_rows(body, std::as_const(v), r);
  }
  /// t = A r; gives the products t r, t t and r r.
  template <class Operator> auto image_of_r(const Operator& op) {
    sum_of_terms tr;
    sum_of_terms tt;
    sum_of_terms rr;
    const auto body = [&](index_t n, const auto& image, const T* r_row, T* t_row) {
#pragma omp simd
      for (index_t i = 0; i < n; ++i) t_row[i] = image(i);
      tr.add_products(t_row, r_row, n);
      tt.add_products(t_row, t_row, n);
      rr.add_products(r_row, r_row, n);
    };
    prepare(r_hat, r);
    pass_operator(op, r_hat, t, body, std::as_const(r), t);
    return reduce_all(x.comm(), lazy::parts(tr.total()), lazy::parts(tt.total()),
                      lazy::parts(rr.total()));
  }
  /// x and r go on; gives the products r r, and r and the first residual.
  auto full_step(T alpha, T omega) {
    sum_of_terms squares;
    sum_of_terms products;
    const auto body = [=](index_t n, const T* p_row, const T* s_row, T* x_row) {
#pragma omp simd
      for (index_t i = 0; i < n; ++i) x_row[i] += alpha * p_row[i] + omega * s_row[i];
    };
    const auto reduce = [omega, &squares, &products](index_t n, const T* t_row, const T* shadow_row,
                                                     T* r_row) {
#pragma omp simd
      for (index_t i = 0; i < n; ++i) r_row[i] -= omega * t_row[i];
      squares.add_products(r_row, r_row, n);
      products.add_products(r_row, shadow_row, n);
    };
    pass_rows(body, std::as_const(p_hat), std::as_const(r_hat), x);
    pass_rows(reduce, std::as_const(t), std::as_const(shadow), r);
    return reduce_all(x.comm(), lazy::parts(squares.total()), lazy::parts(products.total()));
  }
  /// p = r + beta (p - omega v).
  void turn(T beta, T omega) {
    const auto body = [=](index_t n, const T* r_row, const T* v_row, T* p_row) {
#pragma omp simd
      for (index_t i = 0; i < n; ++i) p_row[i] = r_row[i] + beta * (p_row[i] - omega * v_row[i]);
    };
    pass_rows(body, std::as_const(r), std::as_const(v), p);
  }
};

template <class Operator, class Steps>
void run_bicgstab(const Operator& op, Steps steps, double rho, solve_result& result,
                  const solve_options& options) {
  using T = typename std::remove_cvref_t<decltype(steps.x)>::value_type;
  while (true) {
    const double projected = steps.image_of_p(op);
    if (projected == 0 || projected != projected)
      return result.stop(stop_reason::breakdown, projected);
    const double alpha = rho / projected;
    steps.half_step(static_cast<T>(alpha));
    const auto [tr, tt, rr] = steps.image_of_r(op);
    // Where t is zero, so is r, but for an operator that is singular.
    const double omega = tt > 0 ? tr / tt : 0.0;
    const auto [squares, products] = steps.full_step(static_cast<T>(alpha), static_cast<T>(omega));
    if (result.note(sqrt_of(squares), options)) return;
    if (omega == 0 || products == 0)
      return result.stop(stop_reason::breakdown, omega == 0 ? tr : products);
    steps.turn(static_cast<T>(products / rho * (alpha / omega)), static_cast<T>(omega));
    rho = products;
  }
}

} // namespace detail

/// Solves A x = b for any regular operator by stabilised biconjugate gradients, preconditioned from
/// the right. Arguments as those of `cg`; the preconditioner is any approximate inverse.
///
/// Collective. An iteration costs two A x, five more passes, and three Allreduces of 568 to 1704
/// bytes; the space has 5 arrays, 7 with a preconditioner. The same bits on any number of ranks.
///
/// After H. van der Vorst, "Bi-CGSTAB" (1992).
/// x and b must not be one array.
/// @throws argument_error on all ranks: x and b differ in distribution, or are one array.
///
///     bicgstab(convection, x, b, {.tolerance = 1e-8}).check();
template <class Operator, class T, std::size_t N, class Preconditioner>
solve_result bicgstab(const Operator& op, global_array<T, N>& x, const global_array<T, N>& b,
                      const Preconditioner& precondition, const solve_options& options,
                      krylov_space<T, N>& space) {
  TESSERA_PROFILE("bicgstab");
  constexpr bool is_plain = std::is_same_v<Preconditioner, no_preconditioner>;
  detail::check_system("bicgstab", detail::block_ref(x), detail::block_ref(b));
  space.prepare(x, is_plain ? 5 : 7);
  global_array<T, N>& r = space[0];
  global_array<T, N>& p = space[2];
  const detail::first_norms first = detail::first_residual(op, x, b, r, space[4]);
  solve_result result("bicgstab", detail::target_of("bicgstab", options, first));
  if (result.note(first.of_r, options)) return result;
  space[1] = r;
  p = r;
  const detail::bicgstab_steps<T, N, Preconditioner> steps{x,
                                                           r,
                                                           space[1],
                                                           p,
                                                           space[3],
                                                           space[4],
                                                           is_plain ? p : space[5],
                                                           is_plain ? r : space[6],
                                                           precondition};
  detail::run_bicgstab(op, steps, first.squares_of_r, result, options);
  return result;
}
/// The same with a space of its own; x and b must not be one array. Collective.
template <class Operator, class T, std::size_t N, class Preconditioner>
solve_result bicgstab(const Operator& op, global_array<T, N>& x, const global_array<T, N>& b,
                      const Preconditioner& precondition, const solve_options& options = {}) {
  krylov_space<T, N> space;
  return bicgstab(op, x, b, precondition, options, space);
}
/// The same without a preconditioner; x and b must not be one array. Collective.
template <class Operator, class T, std::size_t N>
solve_result bicgstab(const Operator& op, global_array<T, N>& x, const global_array<T, N>& b,
                      const solve_options& options = {}) {
  return bicgstab(op, x, b, no_preconditioner(), options);
}

} // namespace tessera
