#include "reductions/panel_box.hpp"

#include <algorithm>
#include <cstdlib>

namespace tessera::detail {

namespace {

/// Does every leaf pass the axes `outer` and `inner` as one?
bool passed_as_one(const panel_source& source, std::size_t outer, std::size_t inner) {
  for (std::size_t k = 0; k < source.count; ++k) {
    const index_t* const strides = source.leaves[k].strides;
    if (strides[outer] != strides[inner] * source.shape[inner]) return false;
  }
  return true;
}

} // namespace

void join_axes(panel_source& source) {
  std::size_t filled = 0;
  std::size_t kept = 0;
  const std::size_t ndim = source.kept + source.reduced;
  for (std::size_t d = 0; d < ndim; ++d) {
    const bool has_outer = filled > 0 && (d < source.kept || filled > kept);
    const bool joined = has_outer && passed_as_one(source, filled - 1, d);
    if (!joined) ++filled;
    source.shape[filled - 1] =
        joined ? source.shape[filled - 1] * source.shape[d] : source.shape[d];
    for (std::size_t k = 0; k < source.count; ++k)
      source.leaves[k].strides[filled - 1] = source.leaves[k].strides[d];
    if (d < source.kept) kept = filled;
  }
  source.kept = kept;
  source.reduced = filled - kept;
}

part_of_source::part_of_source(const panel_source& whole, index_t begin, index_t end)
    : leaves_(whole.leaves, whole.leaves + whole.count), source_(whole) {
  const std::size_t ndim = whole.kept + whole.reduced;
  std::copy_n(whole.shape, ndim, shape_);
  shape_[0] = end - begin;
  strides_.resize(whole.count * ndim);
  for (std::size_t k = 0; k < whole.count; ++k) {
    index_t* const strides = strides_.data() + k * ndim;
    std::copy_n(whole.leaves[k].strides, ndim, strides);
    leaves_[k].strides = strides;
    leaves_[k].data += begin * strides[0] * leaves_[k].itemsize;
  }
  source_.shape = shape_;
  source_.leaves = leaves_.data();
}

outputs_cut cut_outputs(panel_source& source) {
  const outputs_cut none{1, 1, 1};
  index_t size = 1;
  for (std::size_t d = 0; d < source.kept + source.reduced; ++d) size *= source.shape[d];
  if (source.kept == 0 || pieces_of(size) == 1) return none;
  join_axes(source);
  index_t inside = 1;
  for (std::size_t d = 1; d < source.kept; ++d) inside *= source.shape[d];
  // Outputs whose elements lie in the same cache lines are reduced together, as many as are worked
  // at at once where there are enough.
  constexpr index_t whole_lines = 64;
  constexpr index_t at_once = 256;
  const index_t n = source.shape[0];
  const bool are_adjacent =
      source.count > 0 && std::abs(source.leaves[0].strides[0]) * source.leaves[0].itemsize < 64;
  const index_t granule = !are_adjacent ? 1 : n >= 4 * at_once ? at_once : whole_lines;
  const index_t pieces = std::min(pieces_of(size), n / granule);
  return pieces < 2 ? none : outputs_cut{pieces, granule, inside};
}

void unravel(index_t index, const index_t* shape, std::size_t ndim, index_t* position) {
  for (std::size_t d = ndim; d-- > 0; index /= shape[d]) position[d] = index % shape[d];
}

} // namespace tessera::detail
