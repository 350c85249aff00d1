#include <tessera/core/error.hpp>
#include <tessera/core/subscript.hpp>

namespace tessera {

namespace {

index_t clamp(index_t value, index_t low, index_t high) {
  return value < low ? low : value > high ? high : value;
}

/// One end counted from the start of the axis and clamped to [low, high].
index_t resolve(const slice::bound& end, index_t n, index_t when_none, index_t low, index_t high) {
  if (!end.given) return when_none;
  return clamp(end.value < 0 ? end.value + n : end.value, low, high);
}

} // namespace

slice::selection slice::of(index_t n) const {
  if (step_ == 0) throw argument_error("a slice with step 0 selects nothing; use 1 or -1");
  if (step_ > 0) {
    const index_t start = resolve(start_, n, 0, 0, n);
    const index_t stop = resolve(stop_, n, n, 0, n);
    return {start, stop > start ? (stop - start - 1) / step_ + 1 : 0, step_};
  }
  const index_t start = resolve(start_, n, n - 1, -1, n - 1);
  const index_t stop = resolve(stop_, n, -1, -1, n - 1);
  // Written so that the most negative step does not overflow.
  return {start, start > stop ? (start - stop - 1) / -(step_ + (step_ == INT64_MIN)) + 1 : 0,
          step_};
}

} // namespace tessera

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
