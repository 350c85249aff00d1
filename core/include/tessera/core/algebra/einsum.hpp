/// @file
/// Sums of products of elements, by the names of axes. Included by <tessera/core/einsum.hpp>.
///
/// Its parts lie in einsum.cpp and einsum_axes.cpp.
#pragma once

#include <tessera/core/algebra/einsum_subscripts.hpp>
#include <tessera/core/algebra/matrix_stack.hpp>

#include <tuple>

namespace tessera {

namespace detail {

/// An array and the names of its axes.
struct einsum_shape {
  const axis_labels* labels;
  const index_t* shape;
  const index_t* strides;
};
template <class T> struct einsum_operand {
  einsum_shape axes;
  const T* data;
};

/// The shape of the result.
/// @throws shape_error, with the subscripts, when axes of one name differ in size.
void find_einsum_shape(const char* text, const einsum_shape* operands, std::size_t count,
                       const axis_labels& result, index_t* shape);

/// Computes the result, which is contiguous. Compiled for the types of `multiply`.
template <class T>
void contract(const einsum_operand<T>* operands, std::size_t count, const axis_labels& result,
              const index_t* shape, T* to);

/// The sum of products of views.
template <axis_letters Text, class T, std::size_t... N>
auto einsum_of_views(const view<const T, N>&... v) {
  static constexpr auto labels = labels_of<Text, N...>();
  constexpr std::size_t M = labels.result.ndim;
  constexpr std::size_t count = sizeof...(N);
  std::size_t filled = 0;
  const auto axes_of = [&](const auto& each) {
    return einsum_shape{&labels.operands[filled++], each.shape().data(), each.strides().data()};
  };
  const einsum_shape shapes[count] = {axes_of(v)...};
  index_t shape[M > 0 ? M : 1]{};
  find_einsum_shape(Text.text, shapes, count, labels.result, shape);
  filled = 0;
  const einsum_operand<T> operands[count] = {{shapes[filled++], v.data()}...};
  if constexpr (M == 0) {
    T result{};
    contract<T>(operands, count, labels.result, shape, &result);
    return result;
  } else {
    shape_t<M> full{};
    for (std::size_t d = 0; d < M; ++d) full[d] = shape[d];
    ndarray<T, M> result(full);
    contract<T>(operands, count, labels.result, shape, result.data());
    return result;
  }
}

} // namespace detail

/// Einstein's sums: of the products of elements of all arrays, over the axes that are not named
/// behind `->`. The subscripts are NumPy's, and known to the compiler, which finds mistakes in
/// them: a letter for each axis, a comma between arrays, and `...` for axes without names that
/// broadcast. Without an arrow, the result has the axes that are named once, in the order of the
/// alphabet.
///
///     einsum<"ij,jk->ik">(a, b)          // a product of matrices
///     einsum<"ii">(a)                    // the trace
///     einsum<"i,j">(x, y)                // all products
///     einsum<"...ij,...j->...i">(a, x)   // a stack of matrices times vectors
///
/// The result is a number where no axis is left. Sums of what one array alone has are exact, others
/// go through BLAS as products of matrices, two arrays at a time, those first that leave least
/// (NumPy: `optimize="greedy"`); operands are copied where their axes do not follow each other as
/// those of a matrix do.
/// @throws shape_error where axes of one name differ in size (one element stands for any number).
template <axis_letters Text, local_operand... As> auto einsum(const As&... as) {
  static_assert(sizeof...(As) > 0, "einsum of no arrays");
  using T = detail::common_of<typename As::value_type...>;
  const auto held = std::tuple(detail::in_memory<T>(as)...);
  return std::apply(
      [](const auto&... each) {
        return detail::einsum_of_views<Text, T>(
            view<const T, std::remove_cvref_t<decltype(each)>::ndim>(each)...);
      },
      held);
}

} // namespace tessera
