/// @file
/// Systems of linear equations, inverses and determinants, as in numpy.linalg. All take stacks of
/// matrices too: the last two axes are rows and columns. Integers are computed with as double.
#pragma once

#include <tessera/core/algebra/matmul.hpp>

#include <tuple>

namespace tessera {

namespace detail {

/// @throws shape_error unless the last two sizes are equal.
void require_square(const char* name, const index_t* shape, std::size_t ndim);
[[noreturn]] void throw_equations(const char* name, const index_t* a, std::size_t a_ndim,
                                  const index_t* b, std::size_t b_ndim);
[[noreturn]] void throw_negative_power();

// Compiled for float, double and complex. Results are contiguous; stacks are broadcast to `stack`.
template <class T>
void solve(const matrix_stack<const T>& a, const matrix_stack<const T>& b, const index_t* stack,
           std::size_t stack_ndim, T* x);
template <class T> void inverse(const matrix_stack<const T>& a, T* result);
template <class T>
void log_determinants(const matrix_stack<const T>& a, T* signs, real_of<T>* logarithms);
template <class T> void determinants(const matrix_stack<const T>& a, T* results);
template <class T>
void least_squares(const matrix_stack<const T>& a, const matrix_stack<const T>& b,
                   real_of<T> cutoff, T* x, real_of<T>* residuals, index_t& rank,
                   real_of<T>* singular_values);
template <class T>
void pseudo_inverse(const matrix_stack<const T>& a, real_of<T> cutoff, T* result);

/// A square operand of linear algebra, in memory as its T.
template <class A> class square_operand {
public:
  using T = linalg_type<typename A::value_type>;
  static constexpr std::size_t ndim = A::ndim;
  static_assert(ndim >= 2, "a matrix has two axes");

  square_operand(const char* name, const A& a) : held_(in_memory<T>(a)), elements_(held_) {
    require_square(name, shape().data(), ndim);
  }
  [[nodiscard]] const shape_t<ndim>& shape() const { return elements_.shape(); }
  [[nodiscard]] matrix_stack<const T> stack() const { return stack_of(elements_); }

private:
  decltype(in_memory<T>(std::declval<const A&>())) held_;
  view<const T, ndim> elements_;
};

/// Numbers, one for each matrix of a stack; without a stack, one number.
template <class T, std::size_t N> class per_matrix {
public:
  explicit per_matrix(const shape_t<N>& stack) : values_(stack) {}
  T* data() { return values_.data(); }
  ndarray<T, N> take() { return std::move(values_); }

private:
  ndarray<T, N> values_;
};
template <class T> class per_matrix<T, 0> {
public:
  explicit per_matrix(const shape_t<0>&) {}
  T* data() { return &value_; }
  T take() { return value_; }

private:
  T value_{};
};
template <class T, std::size_t N>
using per_matrix_result = decltype(std::declval<per_matrix<T, N>>().take());

} // namespace detail

namespace linalg {

/// Sign (or phase) and logarithm of the absolute value of a determinant.
template <class Sign, class Logarithm> struct slogdet_result {
  Sign sign;
  Logarithm logabsdet;
};

/// What lstsq returns.
template <class T, std::size_t N> struct lstsq_result {
  ndarray<T, N> x;
  /// Sums of squares of b - a x for each column of b; empty where a has not full rank, or has not
  /// more rows than columns.
  ndarray<detail::real_of<T>, 1> residuals;
  index_t rank;
  ndarray<detail::real_of<T>, 1> singular_values;
};

/// The x with a x = b. A vector b is one right-hand side, else its columns are; stacks broadcast.
///
///     ndarray x = linalg::solve(a, b);
///
/// @throws shape_error when a is not square or b does not fit, argument_error when a is singular.
template <local_operand A, local_operand B> auto solve(const A& a, const B& b) {
  using T =
      promoted<typename detail::square_operand<A>::T, detail::linalg_type<typename B::value_type>>;
  const auto left = detail::in_memory<T>(a);
  const auto right = detail::in_memory<T>(b);
  const auto& a_shape = left.shape();
  detail::require_square("solve", a_shape.data(), A::ndim);
  const auto columns = detail::as_right(view<const T, B::ndim>(right));
  if (columns.shape()[columns.ndim - 2] != a_shape[A::ndim - 1])
    detail::throw_equations("solve", a_shape.data(), A::ndim, right.shape().data(), B::ndim);
  const auto stack = broadcast(detail::stack_shape(a_shape), detail::stack_shape(columns.shape()));
  const auto full = detail::joined(stack, a_shape[A::ndim - 1], columns.shape()[columns.ndim - 1]);
  const auto shape = detail::without_vectors<A::ndim, B::ndim>(full);
  ndarray<T, std::tuple_size_v<decltype(shape)>> x(shape);
  detail::solve<T>(detail::stack_of(view<const T, A::ndim>(left)), detail::stack_of(columns),
                   stack.data(), stack.size(), x.data());
  return x;
}

/// The inverse matrix.
/// @throws shape_error when a is not square, argument_error when it is singular.
template <local_operand A> auto inv(const A& a) {
  const detail::square_operand<A> m("inv", a);
  ndarray<typename decltype(m)::T, A::ndim> result(m.shape());
  detail::inverse(m.stack(), result.data());
  return result;
}

/// The determinant; a scalar, or an array of them for a stack.
/// @throws shape_error when a is not square.
template <local_operand A> auto det(const A& a) {
  const detail::square_operand<A> m("det", a);
  detail::per_matrix<typename decltype(m)::T, A::ndim - 2> result(detail::stack_shape(m.shape()));
  detail::determinants(m.stack(), result.data());
  return result.take();
}

/// Sign and logarithm of the determinant, where the determinant itself would overflow; 0 and -inf
/// where it is zero.
///
///     auto [sign, logarithm] = linalg::slogdet(a);
///
/// @throws shape_error when a is not square.
template <local_operand A> auto slogdet(const A& a) {
  const detail::square_operand<A> m("slogdet", a);
  using T = typename decltype(m)::T;
  using real = detail::real_of<T>;
  const auto stack = detail::stack_shape(m.shape());
  detail::per_matrix<T, A::ndim - 2> signs(stack);
  detail::per_matrix<real, A::ndim - 2> logarithms(stack);
  detail::log_determinants(m.stack(), signs.data(), logarithms.data());
  return slogdet_result<detail::per_matrix_result<T, A::ndim - 2>,
                        detail::per_matrix_result<real, A::ndim - 2>>{signs.take(),
                                                                      logarithms.take()};
}

/// The x that makes the norm of b - a x smallest, and of several such the smallest x; by the
/// singular values of a, of which those below `rcond` times the largest count as zero. The default,
/// a negative one, stands for the rounding error times the larger size of a.
///
///     auto [x, residuals, rank, s] = linalg::lstsq(a, b);
///
/// @throws shape_error when b does not fit; argument_error when there is an infinity or a NaN.
template <local_operand A, local_operand B>
requires(A::ndim == 2 && B::ndim <= 2) auto lstsq(const A& a, const B& b, double rcond = -1) {
  using T = promoted<detail::linalg_type<typename A::value_type>,
                     detail::linalg_type<typename B::value_type>>;
  using real = detail::real_of<T>;
  const auto left = detail::in_memory<T>(a);
  const auto right = detail::in_memory<T>(b);
  const auto columns = detail::as_right(view<const T, B::ndim>(right));
  const index_t m = left.shape()[0];
  const index_t n = left.shape()[1];
  if (columns.shape()[0] != m)
    detail::throw_equations("lstsq", left.shape().data(), 2, right.shape().data(), B::ndim);
  const index_t count = columns.shape()[1];
  lstsq_result<T, B::ndim> result{
      ndarray<T, B::ndim>(detail::without_vectors<2, B::ndim>(shape_t<2>{n, count})),
      ndarray<real, 1>(shape_t<1>{count}), 0, ndarray<real, 1>(shape_t<1>{m < n ? m : n})};
  detail::least_squares<T>(detail::stack_of(view<const T, 2>(left)), detail::stack_of(columns),
                           static_cast<real>(rcond), result.x.data(), result.residuals.data(),
                           result.rank, result.singular_values.data());
  if (result.rank < n || m <= n) result.residuals = ndarray<real, 1>(shape_t<1>{0});
  return result;
}

/// The Moore-Penrose pseudo-inverse; singular values of at most `rcond` times the largest count as
/// zero.
/// @throws argument_error when there is an infinity or a NaN.
template <local_operand A>
requires(A::ndim >= 2) auto pinv(const A& a, double rcond = 1e-15) {
  using T = detail::linalg_type<typename A::value_type>;
  const auto held = detail::in_memory<T>(a);
  const view<const T, A::ndim> v = held;
  ndarray<T, A::ndim> result(detail::joined(detail::stack_shape(v.shape()), v.shape()[A::ndim - 1],
                                            v.shape()[A::ndim - 2]));
  detail::pseudo_inverse(detail::stack_of(v), static_cast<detail::real_of<T>>(rcond),
                         result.data());
  return result;
}

/// A square matrix times itself, n times; of its inverse where n is negative. Integers stay
/// integers, and wrap around.
/// @throws shape_error when a is not square; argument_error for a negative power of integers or of
/// a singular matrix.
template <local_operand A>
requires(A::ndim >= 2) auto matrix_power(const A& a, index_t n) {
  using T = typename A::value_type;
  ndarray<T, A::ndim> factor(a);
  detail::require_square("matrix_power", factor.shape().data(), A::ndim);
  if (n < 0) {
    if constexpr (std::is_integral_v<T>)
      detail::throw_negative_power();
    else
      factor = inv(factor);
  }
  auto left = n < 0 ? -static_cast<std::uint64_t>(n) : static_cast<std::uint64_t>(n);
  ndarray<T, A::ndim> result(factor.shape(), T{});
  shape_t<A::ndim - 1> diagonal_shape = {};
  shape_t<A::ndim - 1> diagonal_strides = {};
  for (std::size_t d = 0; d + 1 < A::ndim; ++d) {
    diagonal_shape[d] = result.shape(d);
    diagonal_strides[d] = result.strides()[d] + (d + 2 == A::ndim ? 1 : 0);
  }
  view<T, A::ndim - 1>(result.data(), diagonal_shape, diagonal_strides) = T{1};
  for (bool first = true; left > 0; left >>= 1U) {
    if ((left & 1U) != 0) result = first ? ndarray(factor) : matmul(result, factor);
    if ((left & 1U) != 0) first = false;
    if (left > 1) factor = matmul(factor, factor);
  }
  return result;
}

} // namespace linalg

} // namespace tessera
