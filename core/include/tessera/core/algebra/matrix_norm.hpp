/// @file
/// Norms, condition and rank of matrices, as in numpy.linalg.
#pragma once

#include <tessera/core/algebra/decompose.hpp>
#include <tessera/core/elements/floating.hpp>
#include <tessera/core/reductions/reduce.hpp>
#include <tessera/core/views/axis.hpp>

#include <cmath>

namespace tessera {

namespace linalg {

/// Which norm: a number, `inf`, `-inf`, `fro` or `nuc`; as in NumPy.
///
/// | order      | vector               | matrix                          |
/// |------------|----------------------|---------------------------------|
/// | `fro`      | (not defined)        | Frobenius: root of sum of squares |
/// | `nuc`      | (not defined)        | sum of the singular values      |
/// | `inf`      | largest magnitude    | largest sum of a row's magnitudes |
/// | `-inf`     | smallest magnitude   | smallest sum of a row's         |
/// | 0          | elements not zero    | (not defined)                   |
/// | 1, -1      | as below             | largest, smallest sum of a column's |
/// | 2, -2      | as below             | largest, smallest singular value |
/// | another p  | sum(abs(x)^p)^(1/p)  | (not defined)                   |
class norm_order {
public:
  enum class kind { power, frobenius, nuclear };

  constexpr norm_order(double power) : power_(power) {} // NOLINT: converts on purpose
  constexpr norm_order(int power) : power_(power) {}    // NOLINT: converts on purpose
  constexpr explicit norm_order(kind k) : kind_(k) {}

  [[nodiscard]] constexpr kind which() const { return kind_; }
  [[nodiscard]] constexpr double power() const { return power_; }

private:
  double power_ = 2;
  kind kind_ = kind::power;
};

inline constexpr double inf = __builtin_inf();
inline constexpr norm_order fro{norm_order::kind::frobenius};
inline constexpr norm_order nuc{norm_order::kind::nuclear};

} // namespace linalg

namespace detail {

/// @throws argument_error always: there is no such norm for `what`.
[[noreturn]] void throw_no_norm(const char* what, linalg::norm_order order);

/// The magnitude of an element that counts as a T.
template <class T> struct magnitude_as {
  template <class U> auto operator()(const U& x) const { return absolute()(static_cast<T>(x)); }
};
template <class T> struct power_of_magnitude {
  real_of<T> power;
  template <class U> auto operator()(const U& x) const {
    return std::pow(absolute()(static_cast<T>(x)), power);
  }
};
template <class T> struct one_where_not_zero {
  template <class U> auto operator()(const U& x) const {
    return static_cast<real_of<T>>(static_cast<T>(x) != T{} ? 1 : 0);
  }
};
template <class R> struct raised_to {
  R power;
  R operator()(R x) const { return std::pow(x, power); }
};

/// The norm of all elements of any kind of array, each as a T, or the norms along the axis that the
/// options of sum and max name.
template <class T, array_operand A, class... Options>
auto vector_norm(const A& a, linalg::norm_order order, const Options&... along) {
  using R = real_of<T>;
  if (order.which() != linalg::norm_order::kind::power) throw_no_norm("vectors", order);
  const auto p = static_cast<R>(order.power());
  if (p == 2) return norm(elementwise(converted_to<T>(), a), along...);
  if (p == linalg::inf) return max(elementwise(magnitude_as<T>(), a), along...);
  if (p == -linalg::inf) return min(elementwise(magnitude_as<T>(), a), along...);
  if (p == 0) return sum(elementwise(one_where_not_zero<T>(), a), along...);
  if (p == 1) return sum(elementwise(magnitude_as<T>(), a), along...);
  auto result = sum(elementwise(power_of_magnitude<T>{p}, a), along...);
  if constexpr (array_operand<decltype(result)>)
    result.assign(elementwise(raised_to<R>{1 / p}, result));
  else
    result = std::pow(result, 1 / p);
  return result;
}

// Compiled for float, double and complex; one result for each vector (along the last axis) and for
// each matrix of the stack.
template <class T>
void vector_norms(const matrix_stack<const T>& a, linalg::norm_order order, real_of<T>* results);
template <class T>
void matrix_norms(const matrix_stack<const T>& a, linalg::norm_order order, real_of<T>* results);
template <class T>
void condition_numbers(const matrix_stack<const T>& a, linalg::norm_order order,
                       real_of<T>* results);
template <class T>
void matrix_ranks(const matrix_stack<const T>& a, double tolerance, index_t* results);

/// The axis moved behind all others.
template <class T, std::size_t N> view<T, N> with_axis_last(const view<T, N>& v, std::size_t axis) {
  shape_t<N> shape{};
  shape_t<N> strides{};
  for (std::size_t d = 0; d < N; ++d) {
    const std::size_t from = d + 1 == N ? axis : d < axis ? d : d + 1;
    shape[d] = v.shape()[from];
    strides[d] = v.strides()[from];
  }
  return {v.data(), shape, strides};
}

} // namespace detail

namespace linalg {

/// Root of the sum of the squared magnitudes of all elements.
template <local_operand A> auto norm(const A& a) {
  using T = detail::linalg_type<typename A::value_type>;
  return static_cast<detail::real_of<T>>(tessera::norm(a));
}

/// A norm of a vector or of a matrix (see norm_order).
/// @throws argument_error for an order that is not defined, or an empty array where none is.
template <local_operand A>
requires(A::ndim <= 2) auto norm(const A& a, norm_order order) {
  using T = detail::linalg_type<typename A::value_type>;
  const auto held = detail::in_memory<T>(a);
  const view<const T, A::ndim> v = held;
  detail::real_of<T> result{};
  if constexpr (A::ndim == 1)
    detail::vector_norms(detail::stack_of(detail::as_row(v)), order, &result);
  else
    detail::matrix_norms(detail::stack_of(v), order, &result);
  return result;
}

/// Norms of the vectors along one axis, or of the matrices whose rows and columns are two axes.
///
///     norm(points, 2, axis(1))
template <local_operand A, std::size_t K>
requires((K == 1 || K == 2) && A::ndim > K) auto norm(const A& a, norm_order order,
                                                      axis_list<K> along) {
  using T = detail::linalg_type<typename A::value_type>;
  const auto held = detail::in_memory<T>(a);
  view<const T, A::ndim> v = held;
  bool found[A::ndim];
  detail::mark_axes(along.axes, K, A::ndim, found);
  std::size_t first = detail::checked_axis(along.axes[0], A::ndim);
  v.rebind(detail::with_axis_last(v, first));
  if constexpr (K == 2) {
    const std::size_t second = detail::checked_axis(along.axes[1], A::ndim);
    v.rebind(detail::with_axis_last(v, second > first ? second - 1 : second));
  }
  shape_t<A::ndim - K> shape{};
  for (std::size_t d = 0; d < A::ndim - K; ++d) shape[d] = v.shape()[d];
  ndarray<detail::real_of<T>, A::ndim - K> result(shape);
  if constexpr (K == 2)
    detail::matrix_norms(detail::stack_of(v), order, result.data());
  else
    detail::vector_norms(detail::stack_of(v), order, result.data());
  return result;
}

/// Condition number: norm(a) * norm(inv(a)) in the given norm; infinite for a singular matrix.
/// @throws shape_error when a is not square, unless the order is 2 or -2.
template <local_operand A>
requires(A::ndim >= 2) auto cond(const A& a, norm_order order = 2) {
  const detail::matrix_operand<A> m(a);
  detail::per_matrix<typename decltype(m)::real, A::ndim - 2> result(
      detail::stack_shape(a.shape()));
  detail::condition_numbers(m.stack(), order, result.data());
  return result.take();
}

/// The number of singular values above `tolerance`; by default, a negative one, above the rounding
/// error of the largest times the larger size.
template <local_operand A>
requires(A::ndim >= 2) auto matrix_rank(const A& a, double tolerance = -1) {
  const detail::matrix_operand<A> m(a);
  detail::per_matrix<index_t, A::ndim - 2> result(detail::stack_shape(a.shape()));
  detail::matrix_ranks(m.stack(), tolerance, result.data());
  return result.take();
}

} // namespace linalg

} // namespace tessera
