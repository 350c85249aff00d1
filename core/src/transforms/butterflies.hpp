// Transforms of 2, 3, 4, 5, 8 and any odd number of points, on vectors of lines: the factors of all
// longer ones.
//
// Each element of a vector is computed by the same operations in the same order, whatever the width
// of the vector is, so that a line's bits depend neither on the processor nor on the lines beside
// it.
#pragma once

#include "vectors/vector_kernels.hpp"

#include <type_traits>

namespace tessera::detail {

template <class T, std::size_t Bytes> struct register_type {
  typedef T type __attribute__((vector_size(Bytes))); // NOLINT
};
/// `Bytes` bytes of T, to be computed with; loaded and stored by functions.
template <class T, std::size_t Bytes> using register_of = typename register_type<T, Bytes>::type;

template <class V> struct lane_type { using type = std::remove_cvref_t<decltype(V{}[0])>; };
template <> struct lane_type<float> { using type = float; };
template <> struct lane_type<double> { using type = double; };
/// What a vector consists of; a number is a vector of one.
template <class V> using lane = typename lane_type<V>::type;

/// Vectors of complex numbers: real and imaginary parts apart.
template <class V> struct complex_vector {
  V re;
  V im;
};

template <class V>
TESSERA_INLINE complex_vector<V> operator+(const complex_vector<V>& a, const complex_vector<V>& b) {
  return {a.re + b.re, a.im + b.im};
}
template <class V>
TESSERA_INLINE complex_vector<V> operator-(const complex_vector<V>& a, const complex_vector<V>& b) {
  return {a.re - b.re, a.im - b.im};
}
/// Times -i.
template <class V> TESSERA_INLINE complex_vector<V> turned(const complex_vector<V>& a) {
  return {a.im, -a.re};
}
/// Times a number, or a vector of them.
template <class V, class W>
TESSERA_INLINE complex_vector<V> times(const complex_vector<V>& a, W re, W im) {
  return {a.re * re - a.im * im, a.re * im + a.im * re};
}

/// Radix is the number of points; 0 stands for any odd one, known when the program runs.
template <int Radix> struct butterfly;

template <> struct butterfly<2> {
  template <class V> TESSERA_INLINE static void run(complex_vector<V>* a) {
    const complex_vector<V> sum = a[0] + a[1];
    a[1] = a[0] - a[1];
    a[0] = sum;
  }
};

template <> struct butterfly<3> {
  template <class V> TESSERA_INLINE static void run(complex_vector<V>* a) {
    using T = lane<V>;
    constexpr T sine = static_cast<T>(0.86602540378443864676372317075293618L);
    const complex_vector<V> sum = a[1] + a[2];
    const complex_vector<V> difference = turned(a[1] - a[2]);
    const complex_vector<V> middle{a[0].re - T(0.5) * sum.re, a[0].im - T(0.5) * sum.im};
    const complex_vector<V> side{sine * difference.re, sine * difference.im};
    a[0] = a[0] + sum;
    a[1] = middle + side;
    a[2] = middle - side;
  }
};

template <> struct butterfly<4> {
  template <class V> TESSERA_INLINE static void run(complex_vector<V>* a) {
    const complex_vector<V> even = a[0] + a[2];
    const complex_vector<V> even_difference = a[0] - a[2];
    const complex_vector<V> odd = a[1] + a[3];
    const complex_vector<V> odd_difference = turned(a[1] - a[3]);
    a[0] = even + odd;
    a[1] = even_difference + odd_difference;
    a[2] = even - odd;
    a[3] = even_difference - odd_difference;
  }
};

template <> struct butterfly<5> {
  template <class V> TESSERA_INLINE static void run(complex_vector<V>* a) {
    using T = lane<V>;
    constexpr T c1 = static_cast<T>(0.30901699437494742410229341718281906L);
    constexpr T c2 = static_cast<T>(-0.80901699437494742410229341718281906L);
    constexpr T s1 = static_cast<T>(0.95105651629515357211643933337938214L);
    constexpr T s2 = static_cast<T>(0.58778525229247312916870595463907277L);
    const complex_vector<V> outer = a[1] + a[4];
    const complex_vector<V> inner = a[2] + a[3];
    const complex_vector<V> outer_turned = turned(a[1] - a[4]);
    const complex_vector<V> inner_turned = turned(a[2] - a[3]);
    const complex_vector<V> m1{a[0].re + c1 * outer.re + c2 * inner.re,
                               a[0].im + c1 * outer.im + c2 * inner.im};
    const complex_vector<V> m2{a[0].re + c2 * outer.re + c1 * inner.re,
                               a[0].im + c2 * outer.im + c1 * inner.im};
    const complex_vector<V> d1{s1 * outer_turned.re + s2 * inner_turned.re,
                               s1 * outer_turned.im + s2 * inner_turned.im};
    const complex_vector<V> d2{s2 * outer_turned.re - s1 * inner_turned.re,
                               s2 * outer_turned.im - s1 * inner_turned.im};
    a[0] = a[0] + outer + inner;
    a[1] = m1 + d1;
    a[2] = m2 + d2;
    a[3] = m2 - d2;
    a[4] = m1 - d1;
  }
};

template <> struct butterfly<8> {
  template <class V> TESSERA_INLINE static void run(complex_vector<V>* a) {
    using T = lane<V>;
    constexpr T half = static_cast<T>(0.70710678118654752440084436210484904L);
    complex_vector<V> even[4];
    complex_vector<V> odd[4];
    for (int k = 0; k < 4; ++k) {
      even[k] = a[k] + a[k + 4];
      odd[k] = a[k] - a[k + 4];
    }
    odd[1] = {half * (odd[1].re + odd[1].im), half * (odd[1].im - odd[1].re)};
    odd[2] = turned(odd[2]);
    odd[3] = {half * (odd[3].im - odd[3].re), -(half * (odd[3].re + odd[3].im))};
    butterfly<4>::run(even);
    butterfly<4>::run(odd);
    for (int k = 0; k < 4; ++k) {
      a[2 * k] = even[k];
      a[2 * k + 1] = odd[k];
    }
  }
};

/// The largest factor that is transformed directly; lengths with larger ones go another way.
inline constexpr int largest_radix = 61;

/// Any odd number of points, with the cosines and sines of all multiples of a turn's part of it.
struct odd_butterfly {
  template <class V, class T>
  TESSERA_INLINE static void run(complex_vector<V>* a, int radix, const T* roots) {
    const int half = (radix - 1) / 2;
    complex_vector<V> sums[largest_radix / 2 + 1];
    complex_vector<V> turns[largest_radix / 2 + 1];
    complex_vector<V> total = a[0];
    for (int k = 1; k <= half; ++k) {
      sums[k] = a[k] + a[radix - k];
      turns[k] = turned(a[k] - a[radix - k]);
      total = total + sums[k];
    }
    for (int j = 1; j <= half; ++j) {
      complex_vector<V> middle = a[0];
      complex_vector<V> side{};
      for (int k = 1, at = j; k <= half; ++k, at = at + j >= radix ? at + j - radix : at + j) {
        const T cosine = roots[2 * at];
        const T sine = roots[2 * at + 1];
        middle = {middle.re + cosine * sums[k].re, middle.im + cosine * sums[k].im};
        side = {side.re + sine * turns[k].re, side.im + sine * turns[k].im};
      }
      a[j] = middle + side;
      a[radix - j] = middle - side;
    }
    a[0] = total;
  }
};

} // namespace tessera::detail
