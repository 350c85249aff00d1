#include <tessera/distributed/selection/nonzero.hpp>

#include <algorithm>
#include <numeric>

namespace tessera::detail {

void collect_places(const communicator& comm, int grid_ranks, const axes_span& axes,
                    const mask_bits& bits, const element_stretch* stretches) {
  constexpr index_t at_once = 2048; // which stay in cache
  if (bits.count() == 0) return;
  element_collector collector(bits, sizeof(index_t), stretches);
  index_t places[at_once];
  index_t taken = 0;
  part_pieces(axes, comm.rank(), grid_ranks).each([&](index_t length, index_t first) {
    for (index_t i = 0; i < length; i += at_once) {
      const index_t n = std::min(at_once, length - i);
      if (bits.count(taken, n) > 0) {
        std::iota(places, places + n, first + i);
        collector.take(reinterpret_cast<const std::byte*>(places), n, taken);
      }
      taken += n;
    }
  });
}

void unravel_places(const index_t* flat, index_t n, index_t stride, index_t size, index_t* to,
                    index_t step) {
  if (size < 1 || stride < 1) return;
  for (index_t i = 0; i < n; ++i) to[i * step] = flat[i] / stride % size;
}

} // namespace tessera::detail
