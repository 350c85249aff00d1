/// @file
/// Shapes, strides and the arithmetic on them.
#pragma once

#include <tessera/core/errors/standard.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <iosfwd>

namespace tessera {

/// Signed type of subscripts, sizes and strides.
using index_t = std::int64_t;

/// Number of elements along each of N axes.
template <std::size_t N> using shape_t = std::array<index_t, N>;

namespace detail {

std::string tuple_text(const index_t* values, std::size_t count);
index_t checked_size(const index_t* shape, std::size_t ndim, index_t itemsize);
/// Broadcasts a shape to what it has in common with another one, of no more axes.
/// @throws shape_error when they do not fit; then it is unchanged.
void broadcast_onto(index_t* onto, std::size_t onto_ndim, const index_t* shape, std::size_t ndim);
[[noreturn]] void throw_broadcast(const index_t* a, std::size_t a_ndim, const index_t* b,
                                  std::size_t b_ndim);

/// Are they the same? A comparison of arrays calls memcmp, for two numbers even.
template <std::size_t N> constexpr bool are_equal(const shape_t<N>& a, const shape_t<N>& b) {
  bool equal = true;
  for (std::size_t d = 0; d < N; ++d) equal = equal && a[d] == b[d];
  return equal;
}

/// The sizes of a braced list.
template <std::size_t N> constexpr shape_t<N> as_shape(const index_t (&sizes)[N]) {
  shape_t<N> shape{};
  for (std::size_t d = 0; d < N; ++d) shape[d] = sizes[d];
  return shape;
}

} // namespace detail

/// "(4, 5)", as NumPy prints a shape. Include `<string>` to use it.
template <std::size_t N, class String = std::string> String to_string(const shape_t<N>& shape) {
  return detail::tuple_text(shape.data(), N);
}

/// Number of elements of a shape.
template <std::size_t N> constexpr index_t size_of(const shape_t<N>& shape) {
  index_t size = 1;
  for (const index_t n : shape) size *= n;
  return size;
}

/// Element steps of a contiguous array whose last axis runs fastest.
template <std::size_t N> constexpr shape_t<N> row_major_strides(const shape_t<N>& shape) {
  shape_t<N> strides{};
  index_t step = 1;
  for (std::size_t d = N; d-- > 0;) {
    strides[d] = step;
    step *= shape[d];
  }
  return strides;
}

/// The shape that two shapes broadcast to, by NumPy's rule: aligned at the last axis, equal or 1.
/// @throws shape_error naming both shapes when they do not fit.
template <std::size_t A, std::size_t B>
constexpr shape_t<(A > B ? A : B)> broadcast(const shape_t<A>& a, const shape_t<B>& b) {
  constexpr std::size_t N = A > B ? A : B;
  shape_t<N> result{};
  for (std::size_t d = 0; d < N; ++d) {
    const index_t na = d + A < N ? 1 : a[d + A - N];
    const index_t nb = d + B < N ? 1 : b[d + B - N];
    if (na != nb && na != 1 && nb != 1) detail::throw_broadcast(a.data(), A, b.data(), B);
    result[d] = na == 1 ? nb : na;
  }
  return result;
}

} // namespace tessera
