#include "reductions/panel_box.hpp"

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

void unravel(index_t index, const index_t* shape, std::size_t ndim, index_t* position) {
  for (std::size_t d = ndim; d-- > 0; index /= shape[d]) position[d] = index % shape[d];
}

} // namespace tessera::detail
