/// @file
/// Products of vectors and matrices, as in NumPy's top level.
#pragma once

#include <tessera/core/algebra/matrix_stack.hpp>
#include <tessera/core/loops/overlap.hpp>
#include <tessera/core/reductions/reduce.hpp>

namespace tessera {

namespace detail {

/// c = a b for each matrix of the stacks, which broadcast to that of c. Compiled for bool, all
/// integers, float, double and complex; c overlaps neither a nor b.
template <class T>
void multiply(const matrix_stack<const T>& a, const matrix_stack<const T>& b,
              const matrix_stack<T>& c);

template <class T, std::size_t N> const view<T, N>& as_left(const view<T, N>& v) { return v; }
template <class T> view<T, 2> as_left(const view<T, 1>& v) { return as_row(v); }
template <class T, std::size_t N> const view<T, N>& as_right(const view<T, N>& v) { return v; }
template <class T> view<T, 2> as_right(const view<T, 1>& v) { return as_column(v); }

/// Axes of a product: those of the larger stack, and those of a matrix that is not a vector.
constexpr std::size_t product_ndim(std::size_t a, std::size_t b) {
  const std::size_t larger = a > b ? a : b;
  return (larger < 2 ? 2 : larger) - (a == 1 ? 1U : 0U) - (b == 1 ? 1U : 0U);
}

/// Its shape, with the axes of one row or one column that vectors have as matrices.
template <std::size_t A, std::size_t B>
shape_t<(A > B ? A : B)> matrix_product_shape(const shape_t<A>& a, const shape_t<B>& b) {
  return joined(broadcast(stack_shape(a), stack_shape(b)), a[A - 2], b[B - 1]);
}

/// The shape without the axes that vectors do not have.
template <std::size_t A, std::size_t B, std::size_t N>
auto without_vectors(const shape_t<N>& full) {
  shape_t<product_ndim(A, B)> result{};
  std::size_t filled = 0;
  for (std::size_t d = 0; d < N; ++d)
    if (!(A == 1 && d == N - 2) && !(B == 1 && d == N - 1)) result[filled++] = full[d];
  return result;
}

/// A product's view with the axes of one row or one column put back.
template <std::size_t A, std::size_t B, std::size_t N, class T, std::size_t M>
view<T, N> with_vectors(const view<T, M>& v, const shape_t<N>& full) {
  shape_t<N> strides{};
  std::size_t next = 0;
  for (std::size_t d = 0; d < N; ++d)
    if (!(A == 1 && d == N - 2) && !(B == 1 && d == N - 1)) strides[d] = v.strides()[next++];
  return {v.data(), full, strides};
}

template <class A, class B>
using product_type = promoted<typename A::value_type, typename B::value_type>;

/// Both operands in memory, their shapes checked, vectors made matrices.
template <class A, class B> class product {
public:
  using T = product_type<A, B>;
  static constexpr std::size_t ndim = product_ndim(A::ndim, B::ndim);

  product(const A& a, const B& b)
      : a_(in_memory<T>(a)), b_(in_memory<T>(b)), left_(as_left(view<const T, A::ndim>(a_))),
        right_(as_right(view<const T, B::ndim>(b_))) {
    if (left_.shape()[left_.ndim - 1] != right_.shape()[right_.ndim - 2])
      throw_product("matmul", a_.shape().data(), A::ndim, b_.shape().data(), B::ndim);
    full_ = matrix_product_shape(left_.shape(), right_.shape());
  }

  [[nodiscard]] shape_t<ndim> shape() const { return without_vectors<A::ndim, B::ndim>(full_); }

  void run(const view<T, ndim>& to) const {
    const auto result = with_vectors<A::ndim, B::ndim>(to, full_);
    multiply<T>(stack_of(left_), stack_of(right_), stack_of(result));
  }

  [[nodiscard]] bool overlaps(const view<T, ndim>& to) const {
    const array_ref out = array_ref_of(to);
    return share_memory(out, array_ref_of(left_)) || share_memory(out, array_ref_of(right_));
  }

private:
  static constexpr std::size_t left_ndim = A::ndim == 1 ? 2 : A::ndim;
  static constexpr std::size_t right_ndim = B::ndim == 1 ? 2 : B::ndim;

  decltype(in_memory<T>(std::declval<const A&>())) a_;
  decltype(in_memory<T>(std::declval<const B&>())) b_;
  view<const T, left_ndim> left_;
  view<const T, right_ndim> right_;
  shape_t<(left_ndim > right_ndim ? left_ndim : right_ndim)> full_;
};

} // namespace detail

/// Matrix product, as NumPy's: the last two axes are rows and columns, those before them are stacks
/// of matrices and broadcast. A vector is a row on the left and a column on the right, and its axis
/// is not in the result; two vectors give a scalar. Floating-point numbers go through BLAS, without
/// copies where rows or columns are adjacent in memory.
///
///     ndarray y = matmul(a, x);
///     ndarray c = matmul(a.transpose(), 2.0 * b);
///
/// @throws shape_error when the shapes do not fit.
template <local_operand A, local_operand B> auto matmul(const A& a, const B& b) {
  using T = detail::product_type<A, B>;
  if constexpr (A::ndim == 1 && B::ndim == 1) {
    if (a.shape() != b.shape())
      detail::throw_product("matmul", a.shape().data(), 1, b.shape().data(), 1);
    return static_cast<T>(sum(a * b));
  } else {
    const detail::product<A, B> p(a, b);
    ndarray<T, p.ndim> result(p.shape());
    p.run(result.view());
    return result;
  }
}

/// The same into an existing array, which may overlap the operands.
/// @throws shape_error when `to` has another shape than the product.
template <local_operand A, local_operand B>
void matmul(
    const A& a, const B& b,
    std::type_identity_t<view<detail::product_type<A, B>, detail::product_ndim(A::ndim, B::ndim)>>
        to) {
  const detail::product<A, B> p(a, b);
  if (p.shape() != to.shape())
    detail::throw_broadcast(p.shape().data(), p.ndim, to.shape().data(), to.ndim);
  if (p.overlaps(to)) {
    ndarray<detail::product_type<A, B>, p.ndim> result(p.shape());
    p.run(result.view());
    to = result;
  } else {
    p.run(to);
  }
}

/// Product of matrices, or of a matrix and a vector (see matmul).
template <local_operand A, local_operand B>
requires(A::ndim <= 2 && B::ndim <= 2 && A::ndim + B::ndim >= 3) auto dot(const A& a, const B& b) {
  return matmul(a, b);
}

/// Sum of products over the last axes: for vectors the same as dot, for matrices a b^T.
/// @throws shape_error when the last axes differ.
template <local_operand A, local_operand B>
requires(A::ndim <= 2 && B::ndim <= 2) auto inner(const A& a, const B& b) {
  if constexpr (B::ndim == 1) {
    return matmul(a, b);
  } else {
    using T = detail::product_type<A, B>;
    const auto held = detail::in_memory<T>(b);
    return matmul(a, view<const T, 2>(held).transpose());
  }
}

} // namespace tessera
