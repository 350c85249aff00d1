/// @file
/// Do two strided arrays share memory?
#pragma once

#include <tessera/core/shape.hpp>

namespace tessera::detail {

/// A strided array as the test sees it; strides in bytes.
struct memory_extent {
  const std::byte* data;
  index_t itemsize;
  std::size_t ndim;
  const index_t* shape;
  const index_t* strides;
};

/// True when an element of `a` and one of `b` share a byte. Exact, but for layouts so entangled
/// that the search is given up, where the answer is true.
bool share_memory(const memory_extent& a, const memory_extent& b);

} // namespace tessera::detail
