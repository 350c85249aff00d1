/// @file
/// Reductions: of whole arrays, and along axes.
///
/// All take the array or expression first and then, in any order, `axis(...)`, `keepdims` and
/// `masked(...)`:
///
///     sum(a)                               // one value
///     sum(a, axis(0))                      // an array with the other axes
///     mean(a, axis(0, -1), keepdims)       // the same with axes of one element
///     max(a, masked(a < limit))            // of some elements
///
/// Whole reductions work alike on global arrays and expressions of them (include
/// <tessera/distributed/reduce.hpp>): then they are collective, all ranks get the result, and it
/// has the same bits under every distribution and number of ranks.
#pragma once

#include <tessera/core/reductions/reduction_kernels.hpp>

namespace tessera {

/// Sum; of nothing it is zero. Of fixed arrays (<tessera/core/fixed_array.hpp>), each number is
/// summed on its own, and so are the extrema of each found. Floating-point sums are exact and
/// rounded once, so that they depend on no order (see exact_sum); sums of float are rounded to
/// float. As in NumPy, signed integers and `bool`, which counts what is true, give int64, unsigned
/// ones uint64, and the sum wraps around at 64 bits; `mean` does not.
template <array_operand A, reduce_option... Options>
auto sum(const A& a, const Options&... options) {
  return detail::reduce<detail::sum_reduction>(a, options...);
}

/// Product; of nothing it is one. Integers give 64 bits and wrap around there, as `sum`.
/// Floating-point products are rounded at each step, in the order in which the elements lie in
/// memory.
template <array_operand A, reduce_option... Options>
auto prod(const A& a, const Options&... options) {
  return detail::reduce<detail::product_reduction>(a, options...);
}

/// Smallest element. A NaN anywhere is the result; a zero is +0.
/// @throws argument_error when there are results, but nothing to reduce.
template <array_operand A, reduce_option... Options>
auto(min)(const A& a, const Options&... options) {
  return detail::reduce<detail::extremum_reduction<false>>(a, options...);
}

/// Largest element; as `min`.
template <array_operand A, reduce_option... Options>
auto(max)(const A& a, const Options&... options) {
  return detail::reduce<detail::extremum_reduction<true>>(a, options...);
}

namespace detail {

[[noreturn]] void throw_wide_range(double low, double high);

/// The distance of two elements: integers give 64 bits.
struct distance_between {
  template <class T> sum_type<T> operator()(const T& high, const T& low) const {
    if constexpr (!std::is_integral_v<T>) {
      return high - low;
    } else {
      const auto apart = static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low);
      const auto result = static_cast<sum_type<T>>(apart);
      if (result < 0) throw_wide_range(static_cast<double>(low), static_cast<double>(high));
      return result;
    }
  }
};
template <> inline constexpr bool may_throw<distance_between> = true;

} // namespace detail

/// Largest minus smallest element. Integers give 64 bits, so that small ones do not wrap around as
/// in NumPy.
/// @throws argument_error when the distance of 64-bit integers does not fit into them; as `max`.
template <array_operand A, reduce_option... Options>
auto ptp(const A& a, const Options&... options) {
  using T = typename A::value_type;
  const auto high = (max)(a, options...);
  const auto low = (min)(a, options...);
  if constexpr (array_operand<decltype(high)>)
    return ndarray<detail::sum_type<T>, decltype(high)::ndim>(
        detail::elementwise(detail::distance_between(), high, low));
  else
    return detail::distance_between()(high, low);
}

/// Is any element not zero? NaN is not.
template <array_operand A, reduce_option... Options>
auto any(const A& a, const Options&... options) {
  return detail::reduce<detail::truth_reduction<true>>(detail::elementwise(detail::is_true(), a),
                                                       options...);
}

/// Is no element zero? Called as `all(a)`, like the other reductions.
template <class A, class... Options>
auto all_t::operator()(const A& a, const Options&... options) const {
  if constexpr (detail::number<A>)
    return a != A{};
  else
    return detail::reduce<detail::truth_reduction<false>>(detail::elementwise(detail::is_true(), a),
                                                          options...);
}

/// Number of elements that are not zero.
template <array_operand A, reduce_option... Options>
auto count_nonzero(const A& a, const Options&... options) {
  return sum(detail::elementwise(detail::is_true(), a), options...);
}

/// Arithmetic mean, from the exact sum; integers give double, and their sum does not wrap around.
/// Where a mask leaves nothing of a line, it is NaN.
/// @throws argument_error when there is a result, but nothing to reduce.
template <array_operand A, reduce_option... Options>
auto mean(const A& a, const Options&... options) {
  const auto& node = detail::as_node(a);
  const auto count = detail::count_of(a, options...);
  if constexpr (detail::reduces_all<A::ndim, Options...>) {
    return detail::dividend_of_all(node, count, options...).mean(count);
  } else if constexpr (detail::is_fixed<typename A::value_type>) {
    return detail::of_each_number<typename A::value_type>(
        node, [&](const auto& numbers) { return mean(numbers, options...); });
  } else {
    using T = detail::mean_type<typename A::value_type>;
    const auto sums = detail::dividends(a, options...);
    return ndarray<T, decltype(sums)::ndim>(detail::make_expression(
        detail::quotient<T>(), detail::capture(sums), detail::capture(count)));
  }
}

/// Where the smallest element is: the first of equals, and the first NaN before all. Of the whole
/// array it is the subscript in row-major order, along an axis the subscript of that axis.
/// @throws argument_error when there are results, but nothing to reduce.
template <array_operand A, reduce_option... Options>
auto argmin(const A& a, const Options&... options) {
  return detail::position_of<false>(a, "argmin", options...);
}

/// Where the largest element is; as `argmin`.
template <array_operand A, reduce_option... Options>
auto argmax(const A& a, const Options&... options) {
  return detail::position_of<true>(a, "argmax", options...);
}

namespace detail {

[[noreturn]] void throw_product(const char* name, const index_t* a, std::size_t a_ndim,
                                const index_t* b, std::size_t b_ndim);

template <class A, class B> void check_same_shape(const char* name, const A& a, const B& b) {
  const auto shape = as_node(a).shape();
  const auto other = as_node(b).shape();
  if (shape != other) throw_product(name, shape.data(), A::ndim, other.data(), B::ndim);
}

/// The product of two integers in 64 bits, where it wraps around.
struct wide_product {
  template <class A, class B> auto operator()(const A& a, const B& b) const {
    using product = sum_type<promoted<A, B>>;
    return static_cast<product>(static_cast<std::uint64_t>(a) * static_cast<std::uint64_t>(b));
  }
};

template <class A, class B> auto sum_of_products(const A& a, const B& b) {
  if constexpr (is_fixed<typename A::value_type> && is_fixed<typename B::value_type>)
    return sum(elementwise([](const auto& x, const auto& y) { return dot(x, y); }, a, b));
  else if constexpr (std::is_integral_v<promoted<typename A::value_type, typename B::value_type>>)
    return sum(elementwise(wide_product(), a, b));
  else
    return sum(a * b);
}

} // namespace detail

/// Sum of the products of corresponding elements of two vectors, exact but for the rounding of each
/// product; complex numbers are not conjugated. Integers are multiplied and added in 64 bits, where
/// they wrap around (NumPy's wrap around in their own type). Products of fixed arrays are their
/// `dot`. Of matrices it is their product, for
/// local ones, see matmul.hpp; the inner product of arrays of several axes is `vdot`.
/// @throws shape_error when the sizes differ.
template <array_operand A, array_operand B> auto dot(const A& a, const B& b) {
  static_assert(
      A::ndim == 1 && B::ndim == 1,
      "dot of arrays of several axes is a product of matrices: include "
      "<tessera/core/algebra/matmul.hpp> for that of local ones; vdot is the sum of the products "
      "of all elements");
  detail::check_same_shape("dot", a, b);
  return detail::sum_of_products(a, b);
}

/// Sum of the products of corresponding elements, those of `a` conjugated; exact but for the
/// rounding of each product, and integers in 64 bits, as `dot`. Arrays of several axes, also global
/// ones, are taken as vectors.
/// @throws shape_error when the shapes differ.
template <array_operand A, array_operand B>
requires(A::ndim == B::ndim) auto vdot(const A& a, const B& b) {
  detail::check_same_shape("vdot", a, b);
  if constexpr (detail::is_complex<typename A::value_type>)
    return sum(detail::elementwise(detail::conjugate(), a) * b);
  else
    return detail::sum_of_products(a, b);
}

/// Square root of the sum of squared magnitudes.
template <array_operand A, reduce_option... Options>
auto norm(const A& a, const Options&... options) {
  auto squares = sum(detail::elementwise(detail::square_of_magnitude(), a), options...);
  if constexpr (array_operand<decltype(squares)>)
    squares.assign(sqrt(squares));
  else
    squares = detail::sqrt_of(squares);
  return squares;
}

/// Sum with rounding errors, as fast as memory or the vector units allow. It depends on how the
/// elements lie in memory, and over how many ranks; `sum` does not. Takes `axis(...)`, `keepdims`
/// and `masked(...)` as `sum` does: `fast_sum(u, axis(0))`.
template <array_operand A, reduce_option... Options>
requires std::is_floating_point_v<typename A::value_type>
auto fast_sum(const A& a, const Options&... options) {
  static_assert(sizeof(typename A::value_type) <= sizeof(double), "of float or double");
  return detail::reduce<detail::fast_sum_reduction>(a, options...);
}

/// Sum of products with rounding errors; as `fast_sum`.
template <array_operand A, array_operand B> auto fast_dot(const A& a, const B& b) {
  using T = typename A::value_type;
  if constexpr (std::is_same_v<T, typename B::value_type> && std::is_floating_point_v<T>) {
    const auto& left = detail::as_node(a);
    const auto& right = detail::as_node(b);
    if constexpr (detail::is_plain_array<std::remove_cvref_t<decltype(left)>> &&
                  detail::is_plain_array<std::remove_cvref_t<decltype(right)>>) {
      const auto& x = left.elements;
      const auto& y = right.elements;
      if constexpr (A::ndim == B::ndim)
        if (x.shape() == y.shape() && x.is_contiguous() && y.is_contiguous())
          return detail::fast_dot_of_adjacent(x.data(), y.data(), x.size());
    }
  }
  return fast_sum(a * b);
}

/// Have both the same shape and equal elements?
template <array_operand A, array_operand B> bool array_equal(const A& a, const B& b) {
  const auto& left = detail::as_node(a);
  const auto& right = detail::as_node(b);
  if constexpr (A::ndim != B::ndim)
    return false;
  else
    return left.shape() == right.shape() && sum(a != b) == 0;
}

/// What is near enough: |a - b| <= atol + rtol |b|.
struct closeness {
  double rtol = 1e-5;
  double atol = 1e-8;
};

namespace detail {

struct is_close {
  closeness within;
  template <class A, class B> bool operator()(const A& a, const B& b) const {
    if constexpr (is_complex<A> || is_complex<B>) {
      return a == b || finite_and_near(magnitude(a - b), magnitude(b));
    } else {
      const auto x = static_cast<double>(a);
      const auto y = static_cast<double>(b);
      return x == y || finite_and_near(__builtin_fabs(x - y), __builtin_fabs(y));
    }
  }

private:
  template <class T> static double magnitude(const T& x) {
    return sqrt_of(static_cast<double>(square_of_magnitude()(x)));
  }
  [[nodiscard]] bool finite_and_near(double distance, double size) const {
    return distance <= within.atol + within.rtol * size && size - size == 0;
  }
};

} // namespace detail

/// Which elements are as near to each other as rounding may leave them? Equal infinities are, NaN
/// is not; as in NumPy, the second is the one that the distance is compared with. Elementwise and
/// lazy.
template <class A, class B>
requires detail::elementwise_pair<A, B>
auto isclose(A&& a, B&& b, const closeness& within = {}) {
  return detail::elementwise(detail::is_close{within}, std::forward<A>(a), std::forward<B>(b));
}

/// Are all? `allclose(u, v)`, `allclose(a, 0.0, {.atol = 1e-12})`
template <class A, class B>
requires detail::elementwise_pair<A, B>
bool allclose(const A& a, const B& b, const closeness& within = {}) {
  return all(isclose(a, b, within));
}

} // namespace tessera
