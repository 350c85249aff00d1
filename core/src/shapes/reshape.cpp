#include <tessera/core/error.hpp>
#include <tessera/core/loops/loop_nest.hpp>
#include <tessera/core/shapes/reshape.hpp>

#include <fmt/core.h>

namespace tessera::detail {

namespace {

[[noreturn]] void throw_reshape(const index_t* from, std::size_t from_ndim, index_t size,
                                const index_t* to, std::size_t to_ndim) {
  throw shape_error(fmt::format("shape {} with {} elements cannot be reshaped to {}",
                                tuple_text(from, from_ndim), size, tuple_text(to, to_ndim)));
}

/// Axes that are passed together: from `first` up to `last`.
struct group {
  std::size_t first = 0;
  std::size_t last = 0;
  index_t size = 1;

  void extend(const index_t* shape) { size *= shape[last++]; }
  void close() {
    first = last;
    size = 1;
  }
};

/// Do the elements of axes first .. last - 1, in order, lie equally far apart?
bool has_one_stride(const index_t* shape, const index_t* strides, const group& axes) {
  for (std::size_t d = axes.first; d + 1 < axes.last; ++d)
    if (strides[d] != shape[d + 1] * strides[d + 1]) return false;
  return true;
}

void split_stride(const index_t* shape, index_t stride, const group& axes, index_t* strides) {
  for (std::size_t d = axes.last; d-- > axes.first;) {
    strides[d] = stride;
    stride *= shape[d];
  }
}

} // namespace

void complete_shape(const index_t* from, std::size_t from_ndim, index_t* to, std::size_t to_ndim) {
  index_t size = 1;
  for (std::size_t d = 0; d < from_ndim; ++d) size *= from[d];
  index_t known = 1;
  index_t* unknown = nullptr;
  bool possible = true;
  for (std::size_t d = 0; d < to_ndim; ++d) {
    if (to[d] >= 0) {
      possible = possible && !__builtin_mul_overflow(known, to[d], &known);
    } else {
      possible = possible && to[d] == -1 && unknown == nullptr;
      unknown = to + d;
    }
  }
  if (unknown != nullptr)
    possible = possible && known != 0 && size % known == 0;
  else
    possible = possible && known == size;
  if (!possible) throw_reshape(from, from_ndim, size, to, to_ndim);
  if (unknown != nullptr) *unknown = size / known;
}

bool strides_of_reshaped(const index_t* shape, const index_t* strides, std::size_t ndim,
                         const index_t* to_shape, std::size_t to_ndim, index_t* to_strides) {
  index_t sizes[max_ndim];
  index_t steps[max_ndim];
  std::size_t axes = 0;
  index_t size = 1;
  for (std::size_t d = 0; d < ndim; ++d) {
    size *= shape[d];
    if (shape[d] == 1) continue;
    sizes[axes] = shape[d];
    steps[axes++] = strides[d];
  }
  group from;
  group to;
  if (size == 0) {
    to.last = to_ndim;
    split_stride(to_shape, 1, to, to_strides);
    return true;
  }
  while (to.last < to_ndim && from.last < axes) {
    from.extend(sizes);
    to.extend(to_shape);
    while (from.size != to.size) {
      if (to.size < from.size)
        to.extend(to_shape);
      else
        from.extend(sizes);
    }
    if (!has_one_stride(sizes, steps, from)) return false;
    split_stride(to_shape, steps[from.last - 1], to, to_strides);
    from.close();
    to.close();
  }
  // What is left has one element along each axis.
  for (std::size_t d = to.last; d < to_ndim; ++d) to_strides[d] = 1;
  return true;
}

} // namespace tessera::detail
