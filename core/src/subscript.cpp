#include <tessera/core/subscript.hpp>

namespace tessera::detail {

namespace {

/// The part that subscripts select, as far as they were applied.
struct partial_selection {
  const index_t* shape;
  const index_t* strides;
  std::size_t ndim;
  index_t* part_shape;
  index_t* part_strides;
  std::size_t axis = 0;
  std::size_t filled = 0;
  index_t first = 0;

  void push(index_t n, index_t stride) {
    part_shape[filled] = n;
    part_strides[filled++] = stride;
  }

  void take_integer(index_t i) {
    first += checked_index(i, axis, shape, ndim) * strides[axis];
    ++axis;
  }
  void take_range(const slice& s) {
    const slice::selection selected = s.of(shape[axis]);
    if (selected.count > 0) first += selected.start * strides[axis];
    // A step beyond the axis may be too large to count with.
    const index_t step = selected.count > 1 ? selected.step : 1;
    push(selected.count, step * strides[axis]);
    ++axis;
  }
  void take_whole() {
    push(shape[axis], strides[axis]);
    ++axis;
  }
};

} // namespace

index_t apply_subscripts(const subscript* subscripts, std::size_t count, const index_t* shape,
                         const index_t* strides, std::size_t ndim, index_t* part_shape,
                         index_t* part_strides) {
  partial_selection part{shape, strides, ndim, part_shape, part_strides};
  for (std::size_t k = 0; k < count; ++k) {
    switch (subscripts[k].what) {
    case subscript::kind::integer: part.take_integer(subscripts[k].integer); break;
    case subscript::kind::range: part.take_range(subscripts[k].range); break;
    case subscript::kind::whole: part.take_whole(); break;
    case subscript::kind::added: part.push(1, 0); break;
    }
  }
  while (part.axis < ndim) part.take_whole();
  return part.first;
}

} // namespace tessera::detail
