/// @file
/// The same elements under another shape.
#pragma once

#include <tessera/core/ndarray.hpp>

namespace tessera {

namespace detail {

/// Puts what is left of `size` elements where `to` has -1.
/// @throws shape_error naming both shapes when the numbers of elements differ.
void complete_shape(const index_t* from, std::size_t from_ndim, index_t* to, std::size_t to_ndim);

/// Strides under which the elements of one shape, taken in order, have another shape of the same
/// size. False when there are none.
bool strides_of_reshaped(const index_t* shape, const index_t* strides, std::size_t ndim,
                         const index_t* to_shape, std::size_t to_ndim, index_t* to_strides);

template <class T, std::size_t N, std::size_t M>
shared_view<T, M> reshaped(const shared_view<T, N>& a, const shape_t<M>& shape) {
  shape_t<M> strides{};
  if (strides_of_reshaped(a.shape().data(), a.strides().data(), N, shape.data(), M, strides.data()))
    return {view<T, M>(a.data(), shape, strides), a.memory()};
  const shared_view<T, N> copy = kept_copy(a);
  return {view<T, M>(copy.data(), shape), copy.memory()};
}

} // namespace detail

/// The elements of an array, in the order of their subscripts, under another shape. One size may be
/// -1: it becomes what is left.
///
///     reshape(a, {2, -1})
///     reshape(arange(12), {3, 4})
///
/// Of an array it is a view. Of a view it is a `shared_view`: the same elements where the strides
/// allow, or else a copy that it keeps, which its `owns_memory()` tells. A temporary array gives an
/// array, with the memory of the temporary.
/// @throws shape_error when the number of elements would change.
template <local_operand A, std::size_t M> auto reshape(A&& a, shape_t<M> shape) {
  using array = std::remove_cvref_t<A>;
  detail::complete_shape(a.shape().data(), array::ndim, shape.data(), M);
  if constexpr (detail::is_view<array> || detail::is_shared_view<array>) {
    return detail::reshaped(detail::as_shared(a), shape);
  } else if constexpr (detail::is_lasting<A>) {
    return view<std::remove_pointer_t<decltype(a.data())>, M>(a.data(), shape);
  } else {
    detail::evaluated<A> elements(std::forward<A>(a));
    return ndarray<typename array::value_type, M>(elements.release(), shape);
  }
}
template <local_operand A, std::size_t M> auto reshape(A&& a, const index_t (&shape)[M]) {
  return reshape(std::forward<A>(a), detail::as_shape(shape));
}

/// All elements along one axis, in the order of their subscripts; a view where `reshape` gives one.
template <local_operand A> auto ravel(A&& a) {
  return reshape(std::forward<A>(a), shape_t<1>{a.size()});
}

/// The same, always as an array of its own.
template <local_operand A> auto flatten(const A& a) { return ravel(detail::evaluated<A>(a)); }

/// The same elements, contiguous, the last axis fastest. The argument itself where it is so; or
/// else a copy, which the result keeps. As NumPy's `ascontiguousarray`.
template <local_operand A> auto ascontiguous(A&& a) {
  using array = std::remove_cvref_t<A>;
  if constexpr (detail::is_view<array> || detail::is_shared_view<array>) {
    const auto elements = detail::as_shared(a);
    return elements.is_contiguous() ? elements : detail::kept_copy(elements);
  } else if constexpr (detail::is_lasting<A>) {
    return detail::view_of(a);
  } else {
    return detail::evaluated<A>(std::forward<A>(a));
  }
}

} // namespace tessera
