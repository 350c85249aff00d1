#include <tessera/distributed/blocks/stencil_regions.hpp>

#include <algorithm>

namespace tessera::detail {

namespace {

bool is_empty(const flat_box& b) {
  for (std::size_t d = 0; d < b.lower.size(); ++d)
    if (b.upper[d] <= b.lower[d]) return true;
  return false;
}

} // namespace

std::vector<flat_box> frame_around(const flat_box& interior, const flat_box& whole) {
  std::vector<flat_box> frame;
  flat_box rest = whole;
  for (std::size_t d = 0; d < whole.lower.size(); ++d) {
    flat_box below = rest;
    below.upper[d] = interior.lower[d];
    flat_box above = rest;
    above.lower[d] = interior.upper[d];
    if (!is_empty(below)) frame.push_back(below);
    if (!is_empty(above)) frame.push_back(above);
    rest.lower[d] = interior.lower[d];
    rest.upper[d] = interior.upper[d];
  }
  return frame;
}

stencil_regions divide_block(const axes_span& axes, const std::vector<halo_axis>& halo,
                             const std::vector<interval>& block) {
  // The interior are the cells whose stencil stays inside the block.
  stencil_regions result;
  flat_box& computed = result.computed;
  flat_box& interior = result.interior;
  for (std::size_t d = 0; d < axes.size(); ++d) {
    const index_t size = block[d].size();
    interval range{0, size};
    if (!halo[d].periodic && !halo[d].fills_lower)
      range.lower = std::min(size, std::max<index_t>(0, halo[d].lower - block[d].lower));
    if (!halo[d].periodic && !halo[d].fills_upper)
      range.upper =
          std::max(range.lower, std::min(size, axes[d].size() - halo[d].upper - block[d].lower));
    computed.lower.push_back(range.lower);
    computed.upper.push_back(range.upper);
    interior.lower.push_back(std::min(range.upper, std::max(range.lower, halo[d].lower)));
    interior.upper.push_back(
        std::max(interior.lower[d], std::min(range.upper, size - halo[d].upper)));
  }
  result.frame = frame_around(interior, computed);
  return result;
}

} // namespace tessera::detail
