/// @file
/// The arrays of an expression as compiled code sees them.
#pragma once

#include <tessera/core/loops/loop_nest.hpp>
#include <tessera/core/loops/overlap.hpp>
#include <tessera/core/view.hpp>

namespace tessera::detail {

/// An array without its type; strides count elements. Shape and strides belong to a view that
/// lives longer.
struct array_ref {
  std::byte* data;
  index_t itemsize;
  std::size_t ndim;
  const index_t* shape;
  const index_t* strides;
};

/// What is written may be decided by the caller alone: constness is dropped.
template <class Array> array_ref array_ref_of(const Array& a) {
  using T = typename Array::value_type;
  static_assert(Array::ndim <= max_ndim, "too many axes");
  return {reinterpret_cast<std::byte*>(const_cast<T*>(a.data())), sizeof(T), Array::ndim,
          a.shape().data(), a.strides().data()};
}

/// The leaves of a node, from left to right.
template <class Node> class leaf_list {
public:
  explicit leaf_list(const Node& node) {
    std::size_t filled = 0;
    node.visit([&](const auto& leaf) { leaves_[filled++] = array_ref_of(leaf.elements); });
  }
  [[nodiscard]] const array_ref* data() const { return leaves_; }

private:
  array_ref leaves_[Node::leaves > 0 ? Node::leaves : 1]{};
};

/// Steps of an array along the N axes of a loop: zero where it is broadcast.
template <std::size_t N, class T, std::size_t M> shape_t<N> broadcast_strides(const view<T, M>& v) {
  static_assert(M <= N, "more axes than the array that is assigned");
  shape_t<N> strides{};
  for (std::size_t d = 0; d < M; ++d) strides[d + N - M] = v.shape()[d] == 1 ? 0 : v.strides()[d];
  return strides;
}

/// Calls the kernel for all elements of `to` and those of the arrays that are read, which broadcast
/// to its shape. They may overlap it: the result is as if all was read before anything is written.
/// @throws shape_error when the value that is assigned has a shape that does not broadcast to that
/// of `to`.
void assign_elements(const array_ref& to, const index_t* value_shape, std::size_t value_ndim,
                     const array_ref* from, std::size_t count, const row_kernel& kernel,
                     const void* context);

/// The same with a copy of the elements, which have the same type.
void copy_elements(const array_ref& to, const array_ref& from);

/// Copies adjacent bytes to others.
void copy_bytes(void* to, const void* from, index_t bytes);

/// Calls `row` for all elements of arrays that broadcast to a shape, which is overwritten.
void visit_elements(index_t* shape, std::size_t ndim, const array_ref* arrays, std::size_t count,
                    row_function row, const void* context);

/// Calls `visit` for all pieces of the same elements, in several threads at once.
void visit_elements_in_pieces(index_t* shape, std::size_t ndim, const array_ref* arrays,
                              std::size_t count, piece_visitor visit, const void* context);

/// Does any element of one array share a byte with an element of the other?
bool share_memory(const array_ref& a, const array_ref& b);

} // namespace tessera::detail
