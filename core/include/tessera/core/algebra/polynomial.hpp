/// @file
/// Polynomials by their coefficients, highest power first, as in NumPy: {1, 0, -2} is x^2 - 2.
/// Their roots are complex: see <tessera/core/roots.hpp>.
#pragma once

#include <tessera/core/algebra/matrix_stack.hpp>

namespace tessera {

namespace detail {

/// Coefficients inside a loop: the same for all elements.
template <class T> struct coefficient_list {
  const T* first;
  index_t count;
};

/// Coefficients in an expression, which keeps them.
template <class T> struct coefficient_node {
  using value_type = coefficient_list<T>;
  static constexpr std::size_t ndim = 0;
  static constexpr std::size_t leaves = 0;
  static constexpr bool is_global = false;

  struct row {
    coefficient_list<T> list;
    coefficient_list<T> operator()(index_t) const { return list; }
  };

  ndarray<T, 1> coefficients;

  [[nodiscard]] static constexpr shape_t<0> shape() { return {}; }
  template <class Visit> void visit(Visit&&) const {}
  template <std::size_t, bool> auto bind(std::byte* const*) const {
    return row{{coefficients.data(), coefficients.size()}};
  }
};

/// Horner's rule. The list is not empty: a test for that would keep the loop around this one from
/// being vectorised.
struct horner {
  template <class T, class X> auto operator()(const coefficient_list<T>& c, const X& x) const {
    using result = promoted<T, X>;
    const arithmetic<raw_plus> plus;
    const arithmetic<raw_multiply> times;
    const auto point = static_cast<result>(x);
    result y{};
    index_t k = 0;
    do y = plus(times(y, point), static_cast<result>(c.first[k]));
    while (++k < c.count);
    return y;
  }
};

/// Coefficients in an array of their own: at least one, which may be zero.
template <class P> auto coefficients_of(const P& p) {
  using T = typename P::value_type;
  ndarray<T, 1> result(p);
  return result.size() > 0 ? std::move(result) : ndarray<T, 1>(shape_t<1>{1}, T{});
}

[[noreturn]] void throw_zero_divisor();
[[noreturn]] void throw_negative_order(const char* name, index_t order);

template <class T> ndarray<T, 1> without_leading_zeros(ndarray<T, 1>&& p) {
  index_t zeros = 0;
  while (zeros + 1 < p.size() && p(zeros) == T{}) ++zeros;
  if (zeros == 0) return std::move(p);
  return p(slice(zeros, none)).copy();
}

/// a + sign * b, aligned at the lowest power.
template <class F, local_operand A, local_operand B>
auto add_polynomials(F f, const A& a, const B& b) {
  using T = promoted<typename A::value_type, typename B::value_type>;
  const auto left = in_memory<T>(a);
  const auto right = in_memory<T>(b);
  const index_t m = left.shape()[0];
  const index_t n = right.shape()[0];
  ndarray<T, 1> x(shape_t<1>{m > n ? m : n}, T{});
  ndarray<T, 1> y(x.shape(), T{});
  x(slice(x.size() - m, none)) = left;
  y(slice(x.size() - n, none)) = right;
  return ndarray<T, 1>(elementwise(f, x, y));
}

} // namespace detail

/// The polynomial's values at x: lazy, one pass over x however many coefficients there are.
///
///     ndarray y = polyval(p, x);
template <local_operand P, class X>
requires(P::ndim == 1 && (array_operand<X> || scalar_operand<X>)) auto polyval(const P& p, X&& x) {
  using T = typename P::value_type;
  auto c = detail::coefficients_of(p);
  if constexpr (array_operand<X>)
    return detail::make_expression(detail::horner(), detail::coefficient_node<T>{std::move(c)},
                                   detail::capture(std::forward<X>(x)));
  else
    return detail::horner()(detail::coefficient_list<T>{c.data(), c.size()}, x);
}

/// Sum of two polynomials.
template <local_operand A, local_operand B>
requires(A::ndim == 1 && B::ndim == 1) auto polyadd(const A& a, const B& b) {
  return detail::add_polynomials(detail::arithmetic<detail::raw_plus>(), a, b);
}

/// Difference of two polynomials.
template <local_operand A, local_operand B>
requires(A::ndim == 1 && B::ndim == 1) auto polysub(const A& a, const B& b) {
  return detail::add_polynomials(detail::arithmetic<detail::raw_minus>(), a, b);
}

/// Product of two polynomials; leading zeros are dropped, as in NumPy.
template <local_operand A, local_operand B>
requires(A::ndim == 1 && B::ndim == 1) auto polymul(const A& a, const B& b) {
  using T = promoted<typename A::value_type, typename B::value_type>;
  const auto left = detail::without_leading_zeros(ndarray<T, 1>(a));
  const auto right = detail::without_leading_zeros(ndarray<T, 1>(b));
  if (left.size() == 0 || right.size() == 0) return ndarray<T, 1>(shape_t<1>{1}, T{});
  ndarray<T, 1> result(shape_t<1>{left.size() + right.size() - 1}, T{});
  for (index_t i = 0; i < left.size(); ++i)
    result(slice(i, i + right.size())) += left(slice(i, i + 1)) * right;
  return result;
}

template <class T> struct polydiv_result {
  ndarray<T, 1> quotient;
  ndarray<T, 1> remainder;
};

/// Quotient and remainder of u divided by v; leading coefficients of the remainder that are zero
/// (below 1e-8, as in NumPy) are dropped.
/// @throws argument_error when v is empty or its leading coefficient is zero.
template <local_operand A, local_operand B>
requires(A::ndim == 1 && B::ndim == 1) auto polydiv(const A& u, const B& v) {
  using T = detail::linalg_type<promoted<typename A::value_type, typename B::value_type>>;
  ndarray<T, 1> rest(u);
  const ndarray<T, 1> divisor(v);
  if (divisor.size() == 0 || divisor(0) == T{}) detail::throw_zero_divisor();
  const index_t count = rest.size() - divisor.size() + 1;
  ndarray<T, 1> quotient(shape_t<1>{count > 1 ? count : 1}, T{});
  const T scale = T{1} / divisor(0);
  for (index_t k = 0; k < count; ++k) {
    const T factor = scale * rest(k);
    quotient(k) = factor;
    rest(slice(k, k + divisor.size())) -= factor * divisor;
  }
  const auto is_zero = [](const T& x) {
    if constexpr (detail::is_complex<T>)
      return x.real() * x.real() + x.imag() * x.imag() <= 1e-16;
    else
      return x <= 1e-8 && x >= -1e-8;
  };
  index_t zeros = 0;
  while (zeros + 1 < rest.size() && is_zero(rest(zeros))) ++zeros;
  return polydiv_result<T>{std::move(quotient), rest(slice(zeros, none)).copy()};
}

/// The m-th derivative; integers give 64 bits, as in NumPy.
/// @throws argument_error when m is negative.
template <local_operand P>
requires(P::ndim == 1) auto polyder(const P& p, index_t m = 1) {
  using own = typename P::value_type;
  using T = std::conditional_t<std::is_integral_v<own>, promoted<own, index_t>, own>;
  if (m < 0) detail::throw_negative_order("polyder", m);
  ndarray<T, 1> result(p);
  for (; m > 0 && result.size() > 0; --m) {
    const index_t degree = result.size() - 1;
    ndarray<T, 1> next(shape_t<1>{degree});
    const detail::arithmetic<detail::raw_multiply> times;
    for (index_t k = 0; k < degree; ++k) next(k) = times(result(k), static_cast<T>(degree - k));
    result = std::move(next);
  }
  return result;
}

/// The m-th antiderivative; `constant` is the constant of each integration.
/// @throws argument_error when m is negative.
template <local_operand P>
requires(P::ndim == 1) auto polyint(
    const P& p, index_t m = 1,
    std::type_identity_t<detail::linalg_type<typename P::value_type>> constant = {}) {
  using T = detail::linalg_type<typename P::value_type>;
  if (m < 0) detail::throw_negative_order("polyint", m);
  ndarray<T, 1> result(p);
  for (; m > 0; --m) {
    const index_t n = result.size();
    ndarray<T, 1> next(shape_t<1>{n + 1});
    for (index_t k = 0; k < n; ++k) next(k) = result(k) / static_cast<detail::real_of<T>>(n - k);
    next(n) = constant;
    result = std::move(next);
  }
  return result;
}

/// The polynomial with the given roots and leading coefficient 1.
template <local_operand R>
requires(R::ndim == 1) auto poly(const R& roots) {
  using T = detail::linalg_type<typename R::value_type>;
  const ndarray<T, 1> at(roots);
  ndarray<T, 1> result(shape_t<1>{at.size() + 1}, T{});
  result(0) = T{1};
  for (index_t i = 0; i < at.size(); ++i)
    for (index_t k = i + 1; k > 0; --k) result(k) = result(k) - result(k - 1) * at(i);
  return result;
}

} // namespace tessera
