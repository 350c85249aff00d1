/// @file
/// Arrays over memory that belongs to something else; nothing is copied.
#pragma once

#include <tessera/core/ndarray.hpp>

namespace tessera {

namespace detail {

/// @throws shape_error for negative sizes, an overflow, or no memory for elements that there are.
void check_wrapped(const void* data, const index_t* shape, std::size_t ndim, index_t itemsize);
/// @throws shape_error unless the shape has exactly `count` elements.
void check_filled(index_t count, const index_t* shape, std::size_t ndim, index_t itemsize);
/// @throws shape_error unless every element lies within `count` elements.
void check_inside(index_t count, index_t offset, const index_t* shape, const index_t* strides,
                  std::size_t ndim, index_t itemsize);

/// A container whose elements lie side by side, like std::vector, std::array and std::span.
template <class C>
concept contiguous_range = !array_operand<C> && requires(C & c) {
  *c.data();
  static_cast<index_t>(c.size());
};

template <class C>
using element_at_data = std::remove_pointer_t<decltype(std::declval<C&>().data())>;

} // namespace detail

/// The elements from `data` on as an array of a given shape, the last axis fastest. The memory must
/// be that large, and outlive the view.
///
///     wrap(pointer, {rows, columns})
///
/// @throws shape_error for a negative size, an overflow, or a null pointer to elements.
template <element T, std::size_t N> view<T, N> wrap(T* data, const index_t (&shape)[N]) {
  detail::check_wrapped(data, shape, N, sizeof(T));
  return {data, detail::as_shape(shape)};
}

/// The same with strides, which count elements and may be negative or zero; `data` is the element
/// with all subscripts 0.
///
///     wrap(pointer, {rows, columns}, {1, rows})  // Fortran's order
template <element T, std::size_t N>
view<T, N> wrap(T* data, const index_t (&shape)[N], const index_t (&strides)[N]) {
  detail::check_wrapped(data, shape, N, sizeof(T));
  return {data, detail::as_shape(shape), detail::as_shape(strides)};
}

/// The elements of a std::vector, std::array, std::span, ... as an array of one axis.
template <detail::contiguous_range C> auto wrap(C& memory) {
  return view<detail::element_at_data<C>, 1>(memory.data(),
                                             shape_t<1>{static_cast<index_t>(memory.size())});
}

/// The same with a shape, checked against the memory's size.
///
///     std::vector<double> values(12);
///     auto a = wrap(values, {3, 4});
///
/// @throws shape_error when the memory does not have exactly as many elements.
template <detail::contiguous_range C, std::size_t N>
auto wrap(C& memory, const index_t (&shape)[N]) {
  const auto flat = wrap(memory);
  detail::check_filled(flat.size(), shape, N, flat.itemsize());
  return view<detail::element_at_data<C>, N>(flat.data(), detail::as_shape(shape));
}

/// The same with strides, and the place of the element with all subscripts 0.
/// @throws shape_error when an element lies outside the memory.
template <detail::contiguous_range C, std::size_t N>
auto wrap(C& memory, const index_t (&shape)[N], const index_t (&strides)[N], index_t offset = 0) {
  const auto flat = wrap(memory);
  detail::check_inside(flat.size(), offset, shape, strides, N, flat.itemsize());
  return view<detail::element_at_data<C>, N>(flat.data() + offset, detail::as_shape(shape),
                                             detail::as_shape(strides));
}

} // namespace tessera
