// How the elements of arrays lie, compared with those that are written.
#pragma once

#include <tessera/core/expressions/leaves.hpp>

namespace tessera::detail {

inline bool is_contiguous(const array_ref& a) {
  index_t step = 1;
  for (std::size_t d = a.ndim; d-- > 0;) {
    if (a.shape[d] != 1 && a.strides[d] != step) return false;
    step *= a.shape[d];
  }
  return true;
}

inline bool are_shaped_alike(const array_ref& a, const array_ref& b) {
  if (a.ndim != b.ndim) return false;
  for (std::size_t d = 0; d < a.ndim; ++d)
    if (a.shape[d] != b.shape[d]) return false;
  return true;
}

/// Are all of `size` elements read in the order in which they are written, and none where another
/// one is written? `to` is contiguous.
inline bool reads_in_order(const array_ref& to, const array_ref& from, index_t size) {
  if (!are_shaped_alike(to, from) || !is_contiguous(from)) return false;
  const auto read = reinterpret_cast<std::uintptr_t>(from.data);
  const auto written = reinterpret_cast<std::uintptr_t>(to.data);
  return (read == written && from.itemsize == to.itemsize) ||
         read + static_cast<std::uintptr_t>(size * from.itemsize) <= written ||
         written + static_cast<std::uintptr_t>(size * to.itemsize) <= read;
}

} // namespace tessera::detail
