#include <tessera/distributed/functions/einsum.hpp>

namespace tessera::detail {

std::size_t divided_axis(const einsum_part* parts, std::size_t count, const axis_labels& result,
                         const index_t* shape) {
  std::size_t best = 0;
  double most = -1.0;
  for (std::size_t r = 0; r < result.ndim; ++r) {
    double elements = 0.0;
    for (std::size_t k = 0; k < count; ++k) {
      const einsum_part& part = parts[k];
      if (!part.is_global) continue;
      if (place_of_axis(*part.labels, part.shape, result.names[r], shape[r]) == part.labels->ndim)
        continue;
      double size = 1.0;
      for (std::size_t d = 0; d < part.labels->ndim; ++d)
        size *= static_cast<double>(part.shape[d]);
      elements += size;
    }
    if (elements > most) best = r, most = elements;
  }
  return best;
}

} // namespace tessera::detail
