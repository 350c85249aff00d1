/// @file
/// Operands of linear algebra as the compiled code sees them: matrices, or stacks of them.
#pragma once

#include <tessera/core/elements/operators.hpp>
#include <tessera/core/ndarray.hpp>

namespace tessera::detail {

/// Matrices in memory: the last two axes are rows and columns, those before them the stack. The
/// pointers refer to a view that lives longer.
template <class T> struct matrix_stack {
  T* data;
  std::size_t ndim; ///< two or more
  const index_t* shape;
  const index_t* strides;

  [[nodiscard]] index_t rows() const { return shape[ndim - 2]; }
  [[nodiscard]] index_t columns() const { return shape[ndim - 1]; }
};

template <class T, std::size_t N> matrix_stack<T> stack_of(const view<T, N>& v) {
  static_assert(N >= 2);
  return {v.data(), N, v.shape().data(), v.strides().data()};
}

/// An operand's elements as T: a view of its own memory where it is an array of T, else a new
/// array.
template <class T, local_operand A> auto in_memory(const A& a) {
  if constexpr (std::is_convertible_v<const A&, view<const T, A::ndim>>)
    return view<const T, A::ndim>(a);
  else
    return ndarray<T, A::ndim>(a);
}

/// A vector as a matrix of one row, and of one column.
template <class T> view<T, 2> as_row(const view<T, 1>& v) {
  return {v.data(), {1, v.shape(0)}, {0, v.strides()[0]}};
}
template <class T> view<T, 2> as_column(const view<T, 1>& v) {
  return {v.data(), {v.shape(0), 1}, {v.strides()[0], 0}};
}

/// The axes of the stack.
template <std::size_t N> shape_t<N - 2> stack_shape(const shape_t<N>& shape) {
  shape_t<N - 2> result{};
  for (std::size_t d = 0; d + 2 < N; ++d) result[d] = shape[d];
  return result;
}

/// The shape of a stack of things that have the axes `last`: `joined(stack, 3, 4)`.
template <std::size_t N, class... Last>
shape_t<N + sizeof...(Last)> joined(const shape_t<N>& stack, Last... last) {
  shape_t<N + sizeof...(Last)> result{};
  for (std::size_t d = 0; d < N; ++d) result[d] = stack[d];
  std::size_t d = N;
  ((result[d++] = last), ...);
  return result;
}

template <class T> struct real_type { using type = T; };
template <class T>
requires is_complex<T>
struct real_type<T> {
  using type = typename T::value_type;
};
/// The type of a magnitude.
template <class T> using real_of = typename real_type<T>::type;

/// The type that equations are solved in: integers become double, as in NumPy.
template <class T> using linalg_type = std::conditional_t<std::is_integral_v<T>, double, T>;

} // namespace tessera::detail
