/// @file
/// Generalised minimal residuals.
#pragma once

#include <tessera/core/profile.hpp>
#include <tessera/distributed/solvers/hessenberg.hpp>
#include <tessera/distributed/solvers/krylov_space.hpp>
#include <tessera/distributed/solvers/many_rows.hpp>

namespace tessera {

namespace detail {

/// @throws argument_error on all ranks unless 1 <= restart <= most.
void check_restart(index_t restart, std::size_t most);

/// The vectors of a basis, each of length one, of which the last is being made orthogonal to the
/// others.
template <class T, std::size_t N> class krylov_basis {
public:
  krylov_basis(krylov_space<T, N>& space, std::size_t first) : space_(space), first_(first) {}

  global_array<T, N>& operator[](std::size_t k) { return space_[first_ + k]; }

  /// Vector `count` becomes orthogonal to those before it, and of length one, by Gram and Schmidt's
  /// method twice: the products, and its length, which may be zero.
  std::vector<double> orthogonalize(std::size_t count) {
    std::vector<global_array<T, N>*> arrays{&(*this)[count]};
    for (std::size_t k = 0; k < count; ++k) arrays.push_back(&(*this)[k]);
    const communicator& comm = arrays[0]->comm();
    std::vector<exact_sum> parts(count);
    pass_many<T, N>([&](index_t n, T* const* rows) { add_to(parts, n, rows); }, arrays);
    std::vector<double> products = sums_of_ranks(comm, parts);
    parts.assign(count, {});
    subtract(products, parts, false, arrays);
    const std::vector<double> corrections = sums_of_ranks(comm, parts);
    std::vector<exact_sum> square(1);
    subtract(corrections, square, true, arrays);
    for (std::size_t k = 0; k < count; ++k) products[k] += corrections[k];
    products.push_back(sqrt_of(sums_of_ranks(comm, square)[0]));
    if (products[count] > 0) scale(*arrays[0], 1.0 / products[count]);
    return products;
  }
  static void scale(global_array<T, N>& a, double by) {
    pass_rows(
        [factor = static_cast<T>(by)](index_t n, T* row) {
#pragma omp simd
          for (index_t i = 0; i < n; ++i) row[i] *= factor;
        },
        a);
  }
  /// to += the vectors times some factors.
  void add_combination(global_array<T, N>& to, const std::vector<double>& factors) {
    std::vector<global_array<T, N>*> arrays{&to};
    for (std::size_t k = 0; k < factors.size(); ++k) arrays.push_back(&(*this)[k]);
    pass_many<T, N>(
        [&](index_t n, T* const* rows) {
          for (std::size_t k = 0; k < factors.size(); ++k)
            add_row(rows[0], rows[k + 1], static_cast<T>(factors[k]), n);
        },
        arrays);
  }

private:
  /// The products of the first row with the others, or with itself where but one is asked for.
  static void add_to(std::vector<exact_sum>& parts, index_t n, T* const* rows) {
    for (std::size_t k = 0; k < parts.size(); ++k) add_products(parts[k], rows[0], rows[k + 1], n);
  }
  static void add_row(T* to, const T* row, T factor, index_t n) {
#pragma omp simd
    for (index_t i = 0; i < n; ++i) to[i] += factor * row[i];
  }
  /// The first array less multiples of the others, and its products with these, or its square.
  static void subtract(const std::vector<double>& factors, std::vector<exact_sum>& parts,
                       bool of_itself, const std::vector<global_array<T, N>*>& arrays) {
    pass_many<T, N>(
        [&](index_t n, T* const* rows) {
          for (std::size_t k = 0; k < factors.size(); ++k)
            add_row(rows[0], rows[k + 1], static_cast<T>(-factors[k]), n);
          if (of_itself)
            add_products(parts[0], rows[0], rows[0], n);
          else
            add_to(parts, n, rows);
        },
        arrays);
  }

  krylov_space<T, N>& space_;
  std::size_t first_;
};

/// z = M v, or v itself.
template <class Preconditioner, class T, std::size_t N>
global_array<T, N>& preconditioned(const Preconditioner& precondition, global_array<T, N>& z,
                                   global_array<T, N>& v) {
  if constexpr (std::is_same_v<Preconditioner, no_preconditioner>) {
    return v;
  } else {
    precondition(z, std::as_const(v));
    return z;
  }
}

/// Columns until the basis is full or the solver has to stop. True when it has.
template <class Operator, class Preconditioner, class T, std::size_t N>
bool fill_basis(const Operator& op, const Preconditioner& precondition, krylov_basis<T, N>& basis,
                global_array<T, N>& z, hessenberg_system& system, index_t restart,
                solve_result& result, const solve_options& options) {
  while (system.size() < static_cast<std::size_t>(restart)) {
    const std::size_t k = system.size();
    op(basis[k + 1], preconditioned(precondition, z, basis[k]));
    const std::vector<double> column = basis.orthogonalize(k + 1);
    const double residual = system.add(column);
    if (result.note(residual, options)) return true;
    if (column[k + 1] == 0 || system.is_singular()) {
      result.stop(stop_reason::breakdown, column[k + 1]);
      return true;
    }
  }
  return false;
}

} // namespace detail

/// What gmres is told beside the options of all solvers.
struct gmres_options {
  /// Vectors that are kept before it starts again from the x so far; at most 59.
  index_t restart = 30;
};

/// Solves A x = b for any regular operator by restarted GMRES, preconditioned from the right, so
/// that residuals are those of the system. Arguments as those of `cg`; the preconditioner is any
/// approximate inverse.
///
/// Collective. An iteration costs one A x, one pass over all vectors so far for each of three
/// Allreduces, of 568 bytes a vector, and one pass more; the space has restart + 2 arrays. Between
/// restarts, |r| is that of the small system; at each, and at the end, it is computed anew. The
/// same bits on any number of ranks.
///
/// After Y. Saad and M. Schultz, "GMRES" (1986); orthogonalised twice, after L. Giraud and others,
/// "Rounding error analysis of the classical Gram-Schmidt orthogonalization process" (2005).
/// x and b must not be one array.
/// @throws argument_error on all ranks: x and b differ in distribution, or are one array; a restart
/// below 1 or above 59.
///
///     gmres(convection, x, b, no_preconditioner(), {.tolerance = 1e-8}, {.restart = 20}).check();
template <class Operator, class T, std::size_t N, class Preconditioner>
solve_result gmres(const Operator& op, global_array<T, N>& x, const global_array<T, N>& b,
                   const Preconditioner& precondition, const solve_options& options,
                   const gmres_options& how, krylov_space<T, N>& space) {
  TESSERA_PROFILE("gmres");
  detail::check_system("gmres", detail::block_ref(x), detail::block_ref(b));
  detail::check_restart(how.restart, detail::most_arrays - 1);
  space.prepare(x, static_cast<std::size_t>(how.restart) + 2);
  global_array<T, N>& z = space[0];
  detail::krylov_basis<T, N> basis(space, 1);
  detail::hessenberg_system system(static_cast<std::size_t>(how.restart));
  detail::first_norms now = detail::first_residual(op, x, b, basis[0], z);
  solve_result result("gmres", detail::target_of("gmres", options, now));
  if (result.note(now.of_r, options)) return result;
  while (true) {
    system.restart(now.of_r);
    basis.scale(basis[0], 1.0 / now.of_r);
    const bool stops =
        detail::fill_basis(op, precondition, basis, z, system, how.restart, result, options);
    z = T{};
    basis.add_combination(z, system.solution());
    if constexpr (std::is_same_v<Preconditioner, no_preconditioner>) {
      x += z;
    } else {
      precondition(basis[1], std::as_const(z));
      x += basis[1];
    }
    if (stops && !result.converged()) return result;
    // What the small system says may be better than it is.
    now = detail::first_residual(op, x, b, basis[0], z);
    if (result.correct(now.of_r) || result.iterations() >= options.max_iterations) return result;
  }
}
/// The same with a space of its own; x and b must not be one array. Collective.
template <class Operator, class T, std::size_t N, class Preconditioner>
solve_result gmres(const Operator& op, global_array<T, N>& x, const global_array<T, N>& b,
                   const Preconditioner& precondition, const solve_options& options = {},
                   const gmres_options& how = {}) {
  krylov_space<T, N> space;
  return gmres(op, x, b, precondition, options, how, space);
}
/// The same without a preconditioner; x and b must not be one array. Collective.
template <class Operator, class T, std::size_t N>
solve_result gmres(const Operator& op, global_array<T, N>& x, const global_array<T, N>& b,
                   const solve_options& options = {}, const gmres_options& how = {}) {
  return gmres(op, x, b, no_preconditioner(), options, how);
}

} // namespace tessera
