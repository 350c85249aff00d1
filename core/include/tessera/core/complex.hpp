/// @file
/// Complex elements. In a header of its own because `<complex>` costs half a second to compile.
///
/// Operators, comparisons and the functions that std::complex has (`exp log sqrt sin cos tan sinh
/// cosh tanh asin acos atan asinh acosh atanh pow abs`) work on arrays of complex numbers, also
/// beside real ones; types promote as in NumPy.
#pragma once

// Macros of others, which stand in the way of the standard library's headers: put back at the end.
#pragma push_macro("min")
#pragma push_macro("max")
#undef min
#undef max

#include <tessera/core/elements/complex_parts.hpp>
#include <tessera/core/elements/floating.hpp>
#include <tessera/core/elements/power.hpp>
#include <tessera/core/ndarray.hpp>

#include <complex>

namespace tessera {

namespace detail {

template <class T> inline constexpr bool is_complex<std::complex<T>> = true;

/// A temporary array or an expression: there is nothing that a view could refer to for long.
template <class A>
concept passing_operand = array_operand<A> && !is_view<std::remove_cvref_t<A>>;

struct argument {
  template <class T> auto operator()(const T& x) const {
    return atan2_function()(imaginary_part()(x), real_part()(x));
  }
};

/// The real (0) or imaginary (1) parts as an array of their own, in place.
template <class Part, class T, std::size_t N>
view<Part, N> part_view(const view<T, N>& a, std::size_t which) {
  shape_t<N> strides = a.strides();
  for (index_t& s : strides) s *= 2;
  // std::complex is laid out as an array of its two parts.
  return {a.data() == nullptr ? nullptr : reinterpret_cast<Part*>(a.data()) + which, a.shape(),
          strides};
}

} // namespace detail

/// @name Parts of complex numbers
/// `real` and `imag` of an array or view of complex numbers are views: `real(a) = 0.0` writes to
/// `a`. Of expressions and temporaries they are lazy.
/// @{
template <class T, std::size_t N> view<T, N> real(const view<std::complex<T>, N>& a) {
  return detail::part_view<T>(a, 0);
}
template <class T, std::size_t N> view<const T, N> real(const view<const std::complex<T>, N>& a) {
  return detail::part_view<const T>(a, 0);
}
template <class T, std::size_t N> view<T, N> real(ndarray<std::complex<T>, N>& a) {
  return real(a.view());
}
template <class T, std::size_t N> view<const T, N> real(const ndarray<std::complex<T>, N>& a) {
  return real(a.view());
}
template <class T, std::size_t N> view<T, N> imag(const view<std::complex<T>, N>& a) {
  return detail::part_view<T>(a, 1);
}
template <class T, std::size_t N> view<const T, N> imag(const view<const std::complex<T>, N>& a) {
  return detail::part_view<const T>(a, 1);
}
template <class T, std::size_t N> view<T, N> imag(ndarray<std::complex<T>, N>& a) {
  return imag(a.view());
}
template <class T, std::size_t N> view<const T, N> imag(const ndarray<std::complex<T>, N>& a) {
  return imag(a.view());
}
template <detail::passing_operand A> auto real(A&& a) {
  return detail::elementwise(detail::real_part(), std::forward<A>(a));
}
template <detail::passing_operand A> auto imag(A&& a) {
  return detail::elementwise(detail::imaginary_part(), std::forward<A>(a));
}
template <class T, std::size_t N>
requires(!detail::is_complex<std::remove_const_t<T>>) auto real(const view<T, N>& a) {
  return detail::elementwise(detail::real_part(), a);
}
template <class T, std::size_t N>
requires(!detail::is_complex<std::remove_const_t<T>>) auto imag(const view<T, N>& a) {
  return detail::elementwise(detail::imaginary_part(), a);
}
/// @}

template <detail::real_number T> constexpr T real(T x) { return x; }
template <detail::real_number T> constexpr T imag(T) { return {}; }

/// The complex conjugate, elementwise and lazy; of real numbers they themselves.
template <array_operand A> auto conj(A&& a) {
  return detail::elementwise(detail::conjugate(), std::forward<A>(a));
}
template <detail::real_number T> constexpr T conj(T x) { return x; }

/// The angle from the positive real axis, in radians from -pi to pi; elementwise and lazy.
template <array_operand A> auto arg(A&& a) {
  return detail::elementwise(detail::argument(), std::forward<A>(a));
}
template <detail::real_number T> auto arg(T x) { return atan2(T{}, x); }
/// NumPy's name of arg.
template <array_operand A> auto angle(A&& a) { return arg(std::forward<A>(a)); }
template <detail::number T> auto angle(T x) { return arg(x); }

} // namespace tessera

#pragma pop_macro("min")
#pragma pop_macro("max")
