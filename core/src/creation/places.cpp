#include <tessera/core/creation/places.hpp>

#include <tessera/core/creation/diagonals.hpp>
#include <tessera/core/error.hpp>
#include <tessera/core/selection/mask.hpp>

#include <fmt/core.h>

namespace tessera::detail {

void find_place(index_t place, const index_t* shape, std::size_t ndim, index_t* index) {
  index_t size = 1;
  for (std::size_t d = 0; d < ndim; ++d) size *= shape[d];
  if (place < 0 || place >= size)
    throw index_error(fmt::format("unravel_index of element {} in an array of shape {}", place,
                                  tuple_text(shape, ndim)));
  for (std::size_t d = ndim; d-- > 0; place /= shape[d]) index[d] = place % shape[d];
}

index_t place_of(const index_t* index, const index_t* shape, std::size_t ndim) {
  index_t place = 0;
  for (std::size_t d = 0; d < ndim; ++d) {
    if (index[d] < 0 || index[d] >= shape[d])
      throw index_error(fmt::format("ravel_multi_index of {} in an array of shape {}",
                                    tuple_text(index, ndim), tuple_text(shape, ndim)));
    place = place * shape[d] + index[d];
  }
  return place;
}

} // namespace tessera::detail

namespace tessera {

index_pair tril_indices(index_t n, index_t k, index_t m) {
  return nonzero(tril(ones<bool>(n, m), k));
}
index_pair triu_indices(index_t n, index_t k, index_t m) {
  return nonzero(triu(ones<bool>(n, m), k));
}
index_pair diag_indices(index_t n) { return nonzero(eye<bool>(n)); }

} // namespace tessera
