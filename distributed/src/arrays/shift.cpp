#include <tessera/core/error.hpp>
#include <tessera/distributed/arrays/shift.hpp>

#include <fmt/core.h>

namespace tessera::detail {

namespace {

[[noreturn]] void throw_beyond_halo(const index_t* offset, std::size_t ndim, std::size_t axis,
                                    const halo_axis& width) {
  throw index_error(
      fmt::format("shift by {} reads {} elements along axis {}, where the halo reaches from -{} to "
                  "{}; give the array a halo as wide as the shift",
                  tuple_text(offset, ndim), offset[axis], axis, width.lower, width.upper));
}

} // namespace

void shift_walks(const global_block& block, axis_walk* walks, const index_t* offset,
                 std::size_t ndim) {
  for (std::size_t m = 0; m < ndim; ++m) {
    if (offset[m] == 0) continue;
    const bool runs = walks[m].axis != axis_walk::none;
    const halo_axis width =
        runs ? block.halo()[static_cast<std::size_t>(walks[m].axis)] : halo_axis{};
    // Backwards along the array where just one of both is negative. Widths divided by the step,
    // since the product may be too large to count with.
    const index_t step = walks[m].step > 0 ? walks[m].step : -walks[m].step;
    const bool forwards = (offset[m] > 0) == (walks[m].step > 0);
    const index_t farthest = (forwards ? width.upper : width.lower) / step;
    if (offset[m] > farthest || offset[m] < -farthest) throw_beyond_halo(offset, ndim, m, width);
    walks[m].shift += offset[m] * walks[m].step;
  }
}

} // namespace tessera::detail
