#include <tessera/core/error.hpp>
#include <tessera/distributed/transforms/fft_layout.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <tuple>

namespace tessera::detail {

void undivide_axis(std::size_t ndim, const index_t* shape, int ranks, std::size_t axis,
                   const bool* later, int* dims) {
  std::int64_t used = 1;
  for (std::size_t d = 0; d < ndim; ++d) used *= dims[d];
  int moved = dims[axis];
  if (used != ranks) {
    std::fill_n(dims, ndim, 1);
    moved = ranks;
  }
  dims[axis] = 1;
  const auto merit = [&](std::size_t d) {
    const bool fits = shape[d] >= index_t{dims[d]} * moved;
    return std::tuple(fits, !later[d], dims[d] == 1, fits ? index_t{0} : shape[d]);
  };
  std::size_t best = ndim;
  for (std::size_t d = 0; d < ndim; ++d)
    if (d != axis && (best == ndim || merit(d) > merit(best))) best = d;
  // A single axis: all of it on the first rank.
  if (best < ndim) dims[best] *= moved;
}

void check_fft_target(const char* name, const index_t* result, const index_t* target,
                      std::size_t ndim, bool same_ranks) {
  if (!std::equal(result, result + ndim, target))
    throw shape_error(fmt::format("{}: a result of shape {} has no place in an array of shape {}",
                                  name, tuple_text(result, ndim), tuple_text(target, ndim)));
  if (!same_ranks)
    throw argument_error(fmt::format("{} between arrays over different ranks", name));
}

} // namespace tessera::detail
