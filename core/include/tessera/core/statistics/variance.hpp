/// @file
/// Variance and standard deviation.
#pragma once

#include <tessera/core/reductions/reduce.hpp>

namespace tessera {

/// Options of `var` and `std`.
struct var_options {
  index_t ddof = 0; ///< the sum of squares is divided by the number of elements less this
};

namespace detail {

template <class T> struct variance_types {
  using deviation = double;
  using result = double;
};
template <> struct variance_types<float> {
  using deviation = double;
  using result = float;
};
template <class T>
requires is_complex<T>
struct variance_types<T> {
  using deviation = T;
  using result = typename T::value_type;
};

/// |x - mean|^2, of float in double.
template <class Deviation> struct squared_deviation {
  template <class T, class M> auto operator()(const T& x, const M& mean) const {
    if constexpr (is_complex<T>)
      return square_of_magnitude()(x - mean);
    else
      return square_of_magnitude()(static_cast<Deviation>(x) - static_cast<Deviation>(mean));
  }
};

struct widen {
  template <class T> auto operator()(const T& x) const {
    if constexpr (is_complex<T>)
      return x;
    else
      return static_cast<double>(x);
  }
};

/// What is divided by in a variance: the numbers of elements less ddof, but never below zero.
struct less_ddof {
  index_t ddof;
  index_t operator()(index_t count) const { return count > ddof ? count - ddof : 0; }
};

template <class R> struct variance_quotient {
  R operator()(double sum, index_t count) const {
    return static_cast<R>(sum / static_cast<double>(count));
  }
};
template <class R, class Sums, class Count>
auto quotients(const Sums& sums, const Count& count, const less_ddof& less) {
  return ndarray<R, Sums::ndim>(make_expression(variance_quotient<R>(), capture(sums),
                                                make_expression(less, capture(count))));
}

/// |x - mean|^2 of integers of 64 bits, which are not converted before they are subtracted.
template <class T> struct squared_distance {
  double operator()(const T& x, const integer_center<T>& center) const {
    const double apart = static_cast<double>(x) - static_cast<double>(center.whole);
    const auto difference = static_cast<std::int64_t>(static_cast<std::uint64_t>(x) -
                                                      static_cast<std::uint64_t>(center.whole));
    const bool fits = apart < 0x1p62 && apart > -0x1p62;
    const double d = (fits ? static_cast<double>(difference) : apart) - center.rest;
    return d * d;
  }
};
template <class T> struct squared_distance_from {
  integer_center<T> center;
  double operator()(const T& x) const { return squared_distance<T>()(x, center); }
};
template <class T> struct to_center {
  integer_center<T> operator()(const integer_total& total, index_t count) const {
    return center_of<T>(total, count);
  }
};

/// The mean and the deviations of 64-bit integers are found without conversion to double.
template <class A, class... Options>
auto variance_of_words(const A& a, const less_ddof& less, const Options&... options) {
  using T = loop_type_of<typename A::value_type>;
  const auto& node = as_node(a);
  const auto count = count_of(a, options...);
  const variance_quotient<double> divide;
  if constexpr (reduces_all<A::ndim, Options...>) {
    const auto center = center_of<T>(dividend_of_all(node, count, options...).total, count);
    const auto squares = make_expression(squared_distance_from<T>{center}, node_reference{&node});
    return divide(sum(squares, options...), less(count));
  } else {
    const auto totals = dividends(a, options..., keepdims);
    const auto counts = count_of(a, options..., keepdims);
    const ndarray<integer_center<T>, A::ndim> centers(
        make_expression(to_center<T>(), capture(totals), capture(counts)));
    const auto squares =
        make_expression(squared_distance<T>(), node_reference{&node}, capture(centers));
    return quotients<double>(sum(squares, options...), count, less);
  }
}

template <class A, class... Options>
auto variance_in_double(const A& a, const less_ddof& less, const Options&... options) {
  using types = variance_types<typename A::value_type>;
  const auto& node = as_node(a);
  const auto wide = make_expression(widen(), node_reference{&node});
  const squared_deviation<typename types::deviation> square;
  const auto count = count_of(a, options...);
  if constexpr (reduces_all<A::ndim, Options...>) {
    const auto center = mean(wide, options...);
    const auto squares = sum(elementwise(square, wide, center), options...);
    return variance_quotient<typename types::result>()(static_cast<double>(squares), less(count));
  } else {
    const auto center = mean(wide, options..., keepdims);
    const auto squares = sum(make_expression(square, wide, capture(center)), options...);
    return quotients<typename types::result>(squares, count, less);
  }
}

template <class A, class... Options>
auto variance(const A& a, const var_options& how, const Options&... options) {
  using T = typename A::value_type;
  if constexpr (std::is_integral_v<T> && sizeof(T) == sizeof(std::int64_t))
    return variance_of_words(a, less_ddof{how.ddof}, options...);
  else
    return variance_in_double(a, less_ddof{how.ddof}, options...);
}

template <class X> auto square_root(X x) {
  if constexpr (array_operand<X>) {
    x.assign(sqrt(x));
    return x;
  } else {
    return sqrt_of(x);
  }
}

} // namespace detail

/// Variance: the exact sum of the squared distances from the mean (itself from an exact sum and
/// rounded once), divided by the number of elements. It does not depend on how the elements lie.
/// The array is read twice. Integers and float are worked with in double, distances of 64-bit
/// integers being taken before they are converted.
///
///     var(a)
///     var(a, {.ddof = 1})
///     var(a, axis(0), {.ddof = 1})
///
/// @throws argument_error as `mean`.
template <array_operand A, reduce_option... Options>
auto var(const A& a, const Options&... options) {
  return detail::variance(a, {}, options...);
}
template <array_operand A> auto var(const A& a, const var_options& how) {
  return detail::variance(a, how);
}
template <array_operand A, reduce_option O>
auto var(const A& a, const O& option, const var_options& how) {
  return detail::variance(a, how, option);
}
template <array_operand A, reduce_option O, reduce_option P>
auto var(const A& a, const O& first, const P& second, const var_options& how) {
  return detail::variance(a, how, first, second);
}

/// Standard deviation: the square root of `var`.
template <array_operand A, reduce_option... Options>
auto std(const A& a, const Options&... options) {
  return detail::square_root(var(a, options...));
}
template <array_operand A> auto std(const A& a, const var_options& how) {
  return detail::square_root(var(a, how));
}
template <array_operand A, reduce_option O>
auto std(const A& a, const O& option, const var_options& how) {
  return detail::square_root(var(a, option, how));
}
template <array_operand A, reduce_option O, reduce_option P>
auto std(const A& a, const O& first, const P& second, const var_options& how) {
  return detail::square_root(var(a, first, second, how));
}

} // namespace tessera
