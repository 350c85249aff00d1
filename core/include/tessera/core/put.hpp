/// @file
/// Elements copied into place by functions that know that shapes fit and memory does not overlap.
#pragma once

#include <tessera/core/ndarray.hpp>

namespace tessera::detail {

/// Copies bytes; both operands have the same shape, which is overwritten, as strides are.
void copy_elements(index_t* shape, std::size_t ndim, const loop_operand& to,
                   const loop_operand& from);

/// Assigns `x`, which broadcasts to the shape of `to` and shares no memory with it. Elements of the
/// same type are copied by one compiled function, which spares users' files a loop for each case.
template <class T, std::size_t N, class X> void put(const view<T, N>& to, const X& x) {
  if constexpr (!is_expression<X> && !selection_operand<X> &&
                std::is_same_v<typename X::value_type, T>) {
    const view<const T, X::ndim> from = x;
    shape_t<N> shape = to.shape();
    shape_t<N> to_strides = to.strides();
    shape_t<N> from_strides = broadcast_strides<N>(from);
    auto* const read = reinterpret_cast<std::byte*>(const_cast<T*>(from.data()));
    copy_elements(shape.data(), N,
                  {reinterpret_cast<std::byte*>(to.data()), sizeof(T), to_strides.data()},
                  {read, sizeof(T), from_strides.data()});
  } else {
    to.assign(x);
  }
}

} // namespace tessera::detail
