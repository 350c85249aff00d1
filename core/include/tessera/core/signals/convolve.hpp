/// @file
/// Convolution and correlation of sequences.
#pragma once

#include <tessera/core/algebra/matrix_stack.hpp>

namespace tessera {

/// Which places of a convolution of n and m values are wanted.
enum class convolve_mode {
  full, ///< all n + m - 1 where the two overlap
  same, ///< as many as the longer one has, in the middle
  valid ///< those where the shorter one lies within the longer one
};

namespace detail {

/// Which of the n + m - 1 places are wanted: `count` from `first` on.
struct convolve_range {
  index_t first;
  index_t count;
};
/// @throws argument_error naming the function where one of both has no values.
convolve_range range_of_convolution(index_t n, index_t m, convolve_mode mode, const char* name);

/// to[i] = sum over k of kernel[k] * from[i + m - 1 - k] for i < n, where `from` has n + m - 1
/// values: in the order of the kernel, rounded at each step. Compiled for integers of 64 bits,
/// float, double and complex.
template <class T> void convolve_row(const T* from, const T* kernel, index_t m, T* to, index_t n);

/// What they are computed in: integers in 64 bits, where they wrap around.
template <class A, class B>
using convolved_type = std::conditional_t<std::is_same_v<promoted<A, B>, long double>, double,
                                          sum_type<promoted<A, B>>>;

/// The values backwards, conjugated where they are complex.
template <class T> ndarray<T, 1> mirrored(const ndarray<T, 1>& v) {
  ndarray<T, 1> result(v.shape());
  const index_t n = v.size();
  for (index_t i = 0; i < n; ++i) {
    const T& x = v.data()[n - 1 - i];
    if constexpr (is_complex<T>)
      result.data()[i] = T(x.real(), -x.imag());
    else
      result.data()[i] = x;
  }
  return result;
}

/// Those places of the convolution of both, of which the second is not longer.
template <class T>
ndarray<T, 1> convolved(const ndarray<T, 1>& values, const ndarray<T, 1>& kernel,
                        const convolve_range& range) {
  const index_t reach = kernel.size() - 1;
  ndarray<T, 1> padded(shape_t<1>{range.count + reach}, T{});
  for (index_t i = 0; i < padded.size();
       ++i) { // place range.first is at the end of the first reach
    const index_t at = range.first - reach + i;
    if (at >= 0 && at < values.size()) padded.data()[i] = values.data()[at];
  }
  ndarray<T, 1> result(shape_t<1>{range.count});
  convolve_row(padded.data(), kernel.data(), kernel.size(), result.data(), range.count);
  return result;
}

} // namespace detail

/// The sums of products of one sequence with the other, reversed, at every place: out(i) = sum over
/// k of v(k) a(i - k). Products are added in the order of the shorter one's values and rounded at
/// each step; integers are computed with in 64 bits. It costs n m operations, as NumPy's.
///
///     convolve(a, ndarray{0.25, 0.5, 0.25}, convolve_mode::same)
///
/// @throws argument_error where one of them has no values.
template <local_operand A, local_operand V>
requires(A::ndim == 1 && V::ndim == 1) auto convolve(const A& a, const V& v,
                                                     convolve_mode mode = convolve_mode::full) {
  using T = detail::convolved_type<typename A::value_type, typename V::value_type>;
  const ndarray<T, 1> left(a);
  const ndarray<T, 1> right(v);
  const auto range = detail::range_of_convolution(left.size(), right.size(), mode, "convolve");
  const bool swap = right.size() > left.size();
  return detail::convolved<T>(swap ? right : left, swap ? left : right, range);
}

/// The sums of products of a sequence with another that is shifted along it: out(k) = sum over n of
/// a(n + k) v(n), complex `v` conjugated; as `convolve`.
template <local_operand A, local_operand V>
requires(A::ndim == 1 && V::ndim == 1) auto correlate(const A& a, const V& v,
                                                      convolve_mode mode = convolve_mode::valid) {
  using T = detail::convolved_type<typename A::value_type, typename V::value_type>;
  const ndarray<T, 1> left(a);
  const ndarray<T, 1> right = detail::mirrored(ndarray<T, 1>(v));
  auto range = detail::range_of_convolution(left.size(), right.size(), mode, "correlate");
  const bool swap = right.size() > left.size();
  // NumPy turns the result round then: the middle is that seen from the other end.
  if (swap) range.first = left.size() + right.size() - 1 - range.count - range.first;
  return detail::convolved<T>(swap ? right : left, swap ? left : right, range);
}

} // namespace tessera
