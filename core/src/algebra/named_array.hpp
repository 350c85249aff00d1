// Elements whose axes have names, and walks over them.
#pragma once

#include "algebra/einsum_axes.hpp"

#include <tessera/core/copies/strided_copy.hpp>
#include <tessera/core/ndarray.hpp>

#include <cstddef>
#include <utility>
#include <vector>

namespace tessera::detail {

/// Elements and the names of their axes.
template <class T> struct named_array {
  const T* data = nullptr;
  named_axes axes;
  ndarray<T, 1> memory; ///< of those that were computed

  /// Without gaps; not filled.
  static named_array packed_over(named_axes axes) {
    named_array result;
    pack(axes);
    result.axes = std::move(axes);
    result.memory = ndarray<T, 1>(shape_t<1>{size_of_axes(result.axes)});
    result.data = result.memory.data();
    return result;
  }
};

inline region region_of(const named_axes& axes) {
  region result;
  for (const named_axis& axis : axes) {
    result.shape.push_back(axis.size);
    result.strides.push_back(axis.stride);
  }
  return result;
}

/// Copies elements to where they are in the order of other axes, without gaps.
template <class T> void copy_in_order(const named_array<T>& from, named_axes to, T* data) {
  const named_axes source = strides_in(to, from.axes);
  pack(to);
  if (size_of_axes(to) > 0)
    strided_copy(region_of(to), region_of(source), sizeof(T))
        .run(reinterpret_cast<std::byte*>(data), reinterpret_cast<const std::byte*>(from.data));
}

template <class T> named_array<T> reordered(const named_array<T>& from, const named_axes& axes) {
  auto result = named_array<T>::packed_over(axes);
  copy_in_order(from, axes, result.memory.data());
  return result;
}

/// Calls visit(left, right) with the places of all elements of some axes, the last one fastest.
template <class Visit>
void for_places(const named_axes& left, const named_axes& right, Visit visit) {
  if (size_of_axes(left) == 0) return;
  std::vector<index_t> at(left.size(), 0);
  index_t l = 0;
  index_t r = 0;
  for (;;) {
    visit(l, r);
    std::size_t d = left.size();
    for (; d > 0 && ++at[d - 1] == left[d - 1].size; --d) {
      at[d - 1] = 0;
      l -= (left[d - 1].size - 1) * left[d - 1].stride;
      r -= (left[d - 1].size - 1) * right[d - 1].stride;
    }
    if (d == 0) return;
    l += left[d - 1].stride;
    r += right[d - 1].stride;
  }
}

/// Splits off the last axis: that of the innermost loop.
inline named_axis take_last(named_axes& axes) {
  if (axes.empty()) return {0, 1, 0};
  const named_axis last = axes.back();
  axes.pop_back();
  return last;
}

} // namespace tessera::detail
