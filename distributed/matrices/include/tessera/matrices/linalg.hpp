/// @file
/// Linear algebra on matrices over ranks, by ScaLAPACK: the functions of numpy.linalg that core has
/// for local arrays.
#pragma once

#include <tessera/distributed/algebra/norms.hpp>
#include <tessera/distributed/arrays/create.hpp>
#include <tessera/distributed/functions/reduce_axes.hpp>
#include <tessera/matrices/operands.hpp>

#include <cmath>
#include <concepts>
#include <cstdint>
#include <limits>
#include <type_traits>

namespace tessera::linalg {

/// a = q r, over ranks.
template <class T> struct global_qr_result {
  global_array<T, 2> q;
  global_array<T, 2> r;
};

/// a = u diag(s) vh, over ranks; all ranks have all of s.
template <class T> struct global_svd_result {
  global_array<T, 2> u;
  ndarray<detail::real_of<T>, 1> s;
  global_array<T, 2> vh;
};

/// Eigenvalues in ascending order, which all ranks have, and eigenvectors as columns over ranks in
/// the same order.
template <class T> struct global_eigh_result {
  ndarray<detail::real_of<T>, 1> values;
  global_array<T, 2> vectors;
};

/// What lstsq of global arrays returns; all but `x` on all ranks.
template <class T, std::size_t N> struct global_lstsq_result {
  global_array<T, N> x;
  /// Sums of squares of b - a x for each column of b; empty where a has not full rank, or has not
  /// more rows than columns.
  ndarray<detail::real_of<T>, 1> residuals;
  index_t rank;
  ndarray<detail::real_of<T>, 1> singular_values;
};

/// @name Linear algebra over ranks
/// Of global arrays, views and expressions of two axes under any distribution, of numbers of type
/// float or double or complex of these; integers count as double. Results are new arrays,
/// distributed as the operand of their shape is where that can be (as `copy` says), else in equal
/// blocks; numbers and vectors of values are the same on all ranks. The last bits depend on the
/// number of ranks.
///
/// All are collective. Inside, the matrix is moved to ScaLAPACK's blocks of 64 by 64 (eigenvalues:
/// 32) and back, each element once, beside which it needs room for a copy of each operand and
/// result; the ranks form a grid of floor(sqrt(ranks)) rows: those that are left over, as the last
/// of 7, compute nothing. A singular value decomposition takes at most one rank for every
/// eight rows, or columns where there are more of them. BLAS runs on one thread in each rank unless
/// OPENBLAS_NUM_THREADS or OMP_NUM_THREADS say otherwise.
/// @throws shape_error when the shapes do not fit, argument_error as said, memory_error; on all
/// ranks.
/// @{

/// The x with a x = b. A vector b is one right-hand side, else its columns are; x is distributed as
/// b. About 2/3 n^3 operations over all ranks.
/// @throws argument_error naming the pivot when a is singular.
///
///     auto x = linalg::solve(a, b);
template <global_operand A, global_operand B>
requires(A::ndim == 2 && B::ndim <= 2) auto solve(const A& a, const B& b) {
  using T = promoted<detail::linalg_type<typename A::value_type>,
                     detail::linalg_type<typename B::value_type>>;
  const detail::global_matrix<A, T> m("solve", a);
  const detail::global_matrix<B, T> right(b);
  detail::require_equations("solve", m.ref(), right.ref());
  detail::matrix_result<T, B::ndim> x(right.given());
  detail::global_solve<T>(m.ref(), right.ref(), x.ref());
  return x.take();
}

/// The inverse matrix.
/// @throws argument_error naming the pivot when a is singular.
template <global_operand A> auto inv(const A& a) {
  const detail::global_matrix<A> m("inv", a);
  using T = typename decltype(m)::T;
  detail::matrix_result<T, 2> result(m.ref());
  detail::global_inverse<T>(m.ref(), result.ref());
  return result.take();
}

/// Sign (or phase) and logarithm of the absolute value of the determinant; 0 and -inf where it is
/// zero.
template <global_operand A> auto slogdet(const A& a) {
  const detail::global_matrix<A> m("slogdet", a);
  using T = typename decltype(m)::T;
  using real = typename decltype(m)::real;
  const detail::scaled_number<T> d = detail::global_determinant<T>(m.ref());
  const double size = detail::absolute()(d.mantissa);
  const double log_two = 0.69314718055994530942;
  slogdet_result<T, real> result{
      d.mantissa, static_cast<real>(std::log(size) + static_cast<double>(d.exponent) * log_two)};
  if (size != 0) result.sign = d.mantissa / static_cast<real>(size);
  return result;
}

/// The determinant.
template <global_operand A> auto det(const A& a) {
  const detail::global_matrix<A> m("det", a);
  using T = typename decltype(m)::T;
  return detail::unscaled(detail::global_determinant<T>(m.ref()));
}

/// The lower triangular L with a = L L^H, of a symmetric or Hermitian matrix, of which only the
/// lower triangle is looked at.
/// @throws argument_error naming the leading minor when a is not positive definite.
template <global_operand A> auto cholesky(const A& a) {
  const detail::global_matrix<A> m("cholesky", a);
  using T = typename decltype(m)::T;
  detail::matrix_result<T, 2> result(m.ref());
  detail::global_cholesky<T>(m.ref(), result.ref());
  return result.take();
}

/// a = q r with orthonormal columns of q, as many as the smaller size of a, and an upper triangular
/// r.
///
///     auto [q, r] = linalg::qr(a);
template <global_operand A> auto qr(const A& a) {
  const detail::global_matrix<A> m(a);
  using T = typename decltype(m)::T;
  detail::matrix_result<T, 2> q(m.ref(), {m.rows(), m.smaller()});
  detail::matrix_result<T, 2> r(m.ref(), {m.smaller(), m.columns()});
  detail::global_qr<T>(m.ref(), q.ref(), r.ref());
  return global_qr_result<T>{q.take(), r.take()};
}

/// Eigenvalues and eigenvectors of a symmetric or Hermitian matrix, of which only one triangle is
/// looked at; by divide and conquer.
/// @throws argument_error when there is an infinity or a NaN, or (rarely) no convergence.
///
///     auto [values, vectors] = linalg::eigh(a);
template <global_operand A> auto eigh(const A& a, triangle used = triangle::lower) {
  const detail::global_matrix<A> m("eigh", a);
  using T = typename decltype(m)::T;
  ndarray<detail::real_of<T>, 1> values(shape_t<1>{m.rows()});
  detail::matrix_result<T, 2> vectors(m.ref());
  const detail::view_ref to = vectors.ref();
  detail::global_eigh<T>(m.ref(), used == triangle::upper, values.data(), &to);
  return global_eigh_result<T>{std::move(values), vectors.take()};
}

/// The eigenvalues alone, in ascending order, on all ranks.
/// @throws argument_error as eigh does.
template <global_operand A> auto eigvalsh(const A& a, triangle used = triangle::lower) {
  const detail::global_matrix<A> m("eigvalsh", a);
  using T = typename decltype(m)::T;
  ndarray<detail::real_of<T>, 1> values(shape_t<1>{m.rows()});
  detail::global_eigh<T>(m.ref(), used == triangle::upper, values.data(), nullptr);
  return values;
}

/// Singular value decomposition, with as many columns of u and rows of vh as there are singular
/// values (NumPy's full_matrices=False); the values descend.
/// @throws argument_error when there is an infinity or a NaN, or (rarely) no convergence.
///
///     auto [u, s, vh] = linalg::svd(a);
template <global_operand A> auto svd(const A& a) {
  const detail::global_matrix<A> m(a);
  using T = typename decltype(m)::T;
  ndarray<detail::real_of<T>, 1> s(shape_t<1>{m.smaller()});
  detail::matrix_result<T, 2> u(m.ref(), {m.rows(), m.smaller()});
  detail::matrix_result<T, 2> vh(m.ref(), {m.smaller(), m.columns()});
  const detail::view_ref left = u.ref();
  const detail::view_ref right = vh.ref();
  detail::global_svd<T>(m.ref(), &left, s.data(), &right);
  return global_svd_result<T>{u.take(), std::move(s), vh.take()};
}

/// The singular values alone, in descending order, on all ranks.
/// @throws argument_error as svd does.
template <global_operand A> auto svdvals(const A& a) {
  const detail::global_matrix<A> m(a);
  using T = typename decltype(m)::T;
  ndarray<detail::real_of<T>, 1> s(shape_t<1>{m.smaller()});
  detail::global_svd<T>(m.ref(), nullptr, s.data(), nullptr);
  return s;
}

/// A norm of a matrix (see norm_order): from sums, with the same bits on any number of ranks, but
/// for those of order 2, -2 and `nuc`, which are from singular values.
/// @throws argument_error for an order that is not defined, an empty matrix where there is no norm,
/// and as svd does.
///
///     const double largest = linalg::norm(a, linalg::inf); // sum of a row's magnitudes
template <global_operand A>
requires(A::ndim == 2) auto norm(const A& a, norm_order order) {
  using T = detail::linalg_type<typename A::value_type>;
  if (order.which() == norm_order::kind::frobenius) return norm(a);
  if (order.which() == norm_order::kind::nuclear) return sum(svdvals(a));
  const double p = order.power();
  if (p == 2) return max(svdvals(a));
  if (p == -2) return min(svdvals(a));
  if (std::abs(p) != 1 && !std::isinf(p)) detail::throw_no_norm("matrices", order);
  const auto sums = detail::vector_norm<T>(a, 1, axis(std::isinf(p) ? 1 : 0));
  return p > 0 ? max(sums) : min(sums);
}

/// The condition number: norm(a) * norm(inv(a)) in the given norm; infinite for a singular matrix.
/// That of order 2, the default, is the largest singular value by the smallest, that of -2 the
/// other way round.
/// @throws shape_error when a is not square, unless the order is 2 or -2; argument_error as svd,
/// inv and norm do, and for an empty matrix.
template <global_operand A, std::convertible_to<norm_order> Order = norm_order>
auto cond(const A& a, const Order& in_order = 2) {
  const norm_order order = in_order;
  using real = detail::real_of<detail::linalg_type<typename A::value_type>>;
  if (order.which() == norm_order::kind::power && std::abs(order.power()) == 2) {
    const auto s = svdvals(a);
    if (s.size() == 0) throw argument_error("cond of an empty matrix");
    const real least = s(s.size() - 1);
    if (order.power() < 0) return least / s(0);
    return least == 0 ? std::numeric_limits<real>::infinity() : s(0) / least;
  }
  const detail::global_matrix<A> m("cond", a);
  using T = typename decltype(m)::T;
  const global_view<const T, 2> v(m.node());
  if (slogdet(v).sign == T{}) return std::numeric_limits<real>::infinity();
  return norm(v, order) * norm(inv(v), order);
}

/// The Moore-Penrose pseudo-inverse; singular values of at most `rcond` times the largest count as
/// zero.
/// @throws argument_error as svd does.
template <global_operand A, std::convertible_to<double> Number = double>
auto pinv(const A& a, Number rcond = 1e-15) {
  auto [u, s, vh] = svd(a);
  using T = typename decltype(u)::value_type;
  using real = detail::real_of<T>;
  const real limit = s.size() == 0 ? real{} : static_cast<real>(rcond) * s(0);
  ndarray<T, 1> inverse(s.shape());
  for (index_t i = 0; i < s.size(); ++i) inverse(i) = s(i) > limit ? T(real{1} / s(i)) : T{};
  // Beside a local array, elements must not be dealt out in turn, as those of u may be.
  const auto uh = detail::in_blocks(detail::as_node(detail::adjoint(u)));
  return matmul(detail::adjoint(vh), inverse(all, newaxis) * uh);
}

/// A square matrix times itself, n times; of its inverse where n is negative. Integers stay
/// integers, and wrap around. It takes as many products as n has bits, and one more for each 1.
/// @throws shape_error when a is not square; argument_error for a negative power of integers or of
/// a singular matrix.
template <global_operand A, std::convertible_to<index_t> Integer>
requires(A::ndim == 2) auto matrix_power(const A& a, Integer power) {
  const index_t n = power;
  using T = typename A::value_type;
  auto factor = copy(a);
  detail::require_square("matrix_power", factor.view().node().ref());
  if (n < 0) {
    if constexpr (std::is_integral_v<T>)
      detail::throw_negative_power();
    else
      factor = inv(factor);
  }
  auto result = empty_like(factor);
  result.fill([](index_t i, index_t j) { return static_cast<T>(i == j ? 1 : 0); });
  auto left = n < 0 ? -static_cast<std::uint64_t>(n) : static_cast<std::uint64_t>(n);
  for (; left > 0; left /= 2) {
    if (left % 2 == 1) result = matmul(result, factor);
    if (left > 1) factor = matmul(factor, factor);
  }
  return result;
}

/// The number of singular values above `tolerance`; by default, a negative one, above the rounding
/// error of the largest times the larger size of a.
/// @throws argument_error as svd does.
template <global_operand A, std::convertible_to<double> Number = double>
index_t matrix_rank(const A& a, Number tolerance = -1) {
  const auto s = svdvals(a);
  using real = typename decltype(s)::value_type;
  const auto larger = static_cast<real>(a.shape()[0] > a.shape()[1] ? a.shape()[0] : a.shape()[1]);
  const real least = tolerance >= 0 || s.size() == 0
                         ? static_cast<real>(tolerance)
                         : s(0) * larger * std::numeric_limits<real>::epsilon();
  return sum(s > least);
}

/// The x that makes the norm of b - a x smallest, and of several such the smallest x; by the
/// singular values of a, of which those below `rcond` times the largest count as zero. The default,
/// a negative one, stands for the rounding error times the larger size of a.
/// @throws argument_error when there is an infinity or a NaN in a.
///
///     auto [x, residuals, rank, s] = linalg::lstsq(a, b);
template <global_operand A, global_operand B, std::convertible_to<double> Number = double>
requires(A::ndim == 2 && B::ndim <= 2) auto lstsq(const A& a, const B& b, Number rcond = -1) {
  using T = promoted<detail::linalg_type<typename A::value_type>,
                     detail::linalg_type<typename B::value_type>>;
  const detail::global_matrix<A, T> m(a);
  auto rest = detail::copied<T>(detail::as_node(b));
  detail::require_equations("lstsq", m.ref(), rest.view().node().ref());
  auto [u, s, vh] = svd(global_view<const T, 2>(m.node()));
  const index_t larger = m.rows() > m.columns() ? m.rows() : m.columns();
  using real = detail::real_of<T>;
  const real limit = rcond < 0 ? static_cast<real>(larger) * std::numeric_limits<real>::epsilon()
                               : static_cast<real>(rcond);
  ndarray<T, 1> inverse(s.shape());
  index_t rank = 0;
  for (index_t i = 0; i < s.size(); ++i) {
    const bool counts = s(i) > limit * s(0);
    inverse(i) = counts ? T(real{1} / s(i)) : T{};
    rank += counts ? 1 : 0;
  }
  auto projected = detail::in_blocks(detail::as_node(matmul(detail::adjoint(u), rest)));
  if constexpr (B::ndim == 1)
    projected = projected * inverse;
  else
    projected = projected * inverse(all, newaxis);
  global_lstsq_result<T, B::ndim> result{matmul(detail::adjoint(vh), projected),
                                         ndarray<real, 1>(shape_t<1>{0}), rank, std::move(s)};
  if (rank < m.columns() || m.rows() <= m.columns()) return result;
  auto product = rest.copy();
  matmul(global_view<const T, 2>(m.node()), result.x, product);
  rest = rest - product;
  const auto squares = detail::elementwise(detail::square_of_magnitude(), rest);
  if constexpr (B::ndim == 1)
    result.residuals = ndarray<real, 1>(shape_t<1>{1}, static_cast<real>(sum(squares)));
  else
    result.residuals = sum(squares, axis(0));
  return result;
}
/// @}

} // namespace tessera::linalg
