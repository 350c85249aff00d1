/// @file
/// Factorisations of matrices, as in numpy.linalg. All take stacks of matrices too: the last two
/// axes are rows and columns. Integers are computed with as double. Eigenvalues of matrices that
/// are not symmetric are complex: see <tessera/core/eig.hpp>.
#pragma once

#include <tessera/core/algebra/solve.hpp>

namespace tessera {

namespace detail {

// Compiled for float, double and complex; results are contiguous.
template <class T> void cholesky(const matrix_stack<const T>& a, T* lower);
template <class T> void qr(const matrix_stack<const T>& a, index_t q_columns, T* q, T* r);
/// Without `u` and `vh` (both null), singular values alone.
template <class T> void svd(const matrix_stack<const T>& a, bool full, T* u, real_of<T>* s, T* vh);
/// Without `vectors` (null), eigenvalues alone.
template <class T>
void eigh(const matrix_stack<const T>& a, bool upper, real_of<T>* values, T* vectors);

/// An operand of linear algebra of any shape, in memory as its T.
template <class A> class matrix_operand {
public:
  using T = linalg_type<typename A::value_type>;
  using real = real_of<T>;
  static constexpr std::size_t ndim = A::ndim;
  static_assert(ndim >= 2, "a matrix has two axes");

  explicit matrix_operand(const A& a) : held_(in_memory<T>(a)), elements_(held_) {}
  [[nodiscard]] index_t rows() const { return elements_.shape()[ndim - 2]; }
  [[nodiscard]] index_t columns() const { return elements_.shape()[ndim - 1]; }
  [[nodiscard]] index_t smaller() const { return rows() < columns() ? rows() : columns(); }
  [[nodiscard]] matrix_stack<const T> stack() const { return stack_of(elements_); }
  /// An array for each matrix of the stack.
  template <class U, class... Last> [[nodiscard]] auto results(Last... last) const {
    return ndarray<U, ndim - 2 + sizeof...(Last)>(joined(stack_shape(elements_.shape()), last...));
  }

private:
  decltype(in_memory<T>(std::declval<const A&>())) held_;
  view<const T, ndim> elements_;
};

} // namespace detail

namespace linalg {

/// Which triangle of a symmetric matrix is looked at.
enum class triangle { lower, upper };

/// `reduced`: q has as many columns as the smaller size of a; `complete`: q is square.
enum class qr_mode { reduced, complete };

template <class T, std::size_t N> struct qr_result {
  ndarray<T, N> q;
  ndarray<T, N> r;
};

/// a = u diag(s) vh.
template <class T, std::size_t N> struct svd_result {
  ndarray<T, N> u;
  ndarray<detail::real_of<T>, N - 1> s;
  ndarray<T, N> vh;
};

struct svd_options {
  /// u and vh square; else only as many columns of u and rows of vh as there are singular values.
  bool full_matrices = true;
};

/// Eigenvalues in ascending order, and the eigenvectors as columns in the same order.
template <class T, std::size_t N> struct eigh_result {
  ndarray<detail::real_of<T>, N - 1> values;
  ndarray<T, N> vectors;
};

/// The lower triangular L with a = L L^H, of a symmetric or Hermitian matrix, of which only the
/// lower triangle is looked at.
/// @throws shape_error when a is not square, argument_error when it is not positive definite.
template <local_operand A> auto cholesky(const A& a) {
  const detail::square_operand<A> m("cholesky", a);
  ndarray<typename decltype(m)::T, A::ndim> result(m.shape());
  detail::cholesky(m.stack(), result.data());
  return result;
}

/// a = q r with orthonormal columns of q and an upper triangular r.
///
///     auto [q, r] = linalg::qr(a);
template <local_operand A> auto qr(const A& a, qr_mode mode = qr_mode::reduced) {
  const detail::matrix_operand<A> m(a);
  using T = typename decltype(m)::T;
  const index_t columns = mode == qr_mode::complete ? m.rows() : m.smaller();
  qr_result<T, A::ndim> result{m.template results<T>(m.rows(), columns),
                               m.template results<T>(columns, m.columns())};
  detail::qr(m.stack(), columns, result.q.data(), result.r.data());
  return result;
}

/// Singular value decomposition; the values descend.
///
///     auto [u, s, vh] = linalg::svd(a, {.full_matrices = false});
///
/// @throws argument_error when there is an infinity or a NaN, or (rarely) no convergence.
template <local_operand A> auto svd(const A& a, svd_options options = {}) {
  const detail::matrix_operand<A> m(a);
  using T = typename decltype(m)::T;
  using real = typename decltype(m)::real;
  const index_t left = options.full_matrices ? m.rows() : m.smaller();
  const index_t right = options.full_matrices ? m.columns() : m.smaller();
  svd_result<T, A::ndim> result{m.template results<T>(m.rows(), left),
                                m.template results<real>(m.smaller()),
                                m.template results<T>(right, m.columns())};
  detail::svd(m.stack(), options.full_matrices, result.u.data(), result.s.data(), result.vh.data());
  return result;
}

/// The singular values alone, in descending order.
/// @throws argument_error as svd does.
template <local_operand A> auto svdvals(const A& a) {
  const detail::matrix_operand<A> m(a);
  using T = typename decltype(m)::T;
  auto values = m.template results<typename decltype(m)::real>(m.smaller());
  detail::svd<T>(m.stack(), false, nullptr, values.data(), nullptr);
  return values;
}

/// Eigenvalues and eigenvectors of a symmetric or Hermitian matrix, of which only one triangle is
/// looked at.
///
///     auto [values, vectors] = linalg::eigh(a);
///
/// @throws shape_error when a is not square; argument_error when there is an infinity or a NaN, or
///     (rarely) no convergence.
template <local_operand A> auto eigh(const A& a, triangle used = triangle::lower) {
  const detail::square_operand<A> m("eigh", a);
  using T = typename decltype(m)::T;
  shape_t<A::ndim - 1> shape{};
  for (std::size_t d = 0; d + 1 < A::ndim; ++d) shape[d] = m.shape()[d];
  eigh_result<T, A::ndim> result{ndarray<detail::real_of<T>, A::ndim - 1>(shape),
                                 ndarray<T, A::ndim>(m.shape())};
  detail::eigh(m.stack(), used == triangle::upper, result.values.data(), result.vectors.data());
  return result;
}

/// The eigenvalues alone, in ascending order.
/// @throws as eigh does.
template <local_operand A> auto eigvalsh(const A& a, triangle used = triangle::lower) {
  const detail::square_operand<A> m("eigvalsh", a);
  using T = typename decltype(m)::T;
  shape_t<A::ndim - 1> shape{};
  for (std::size_t d = 0; d + 1 < A::ndim; ++d) shape[d] = m.shape()[d];
  ndarray<detail::real_of<T>, A::ndim - 1> values(shape);
  detail::eigh<T>(m.stack(), used == triangle::upper, values.data(), nullptr);
  return values;
}

} // namespace linalg

} // namespace tessera
