/// @file
/// Strided elements to a file, in the order of their subscripts.
#pragma once

#include <tessera/core/shape.hpp>

#include <cstddef>
#include <functional>

namespace tessera::detail {

/// Elements in memory; strides count elements.
struct strided_elements {
  const std::byte* data;
  index_t itemsize;
  std::size_t ndim;
  const index_t* shape;
  const index_t* strides;
};

/// Calls `write(offset, data, bytes)` for pieces one behind the other from `offset` on: straight
/// from memory where elements are adjacent there, else through a small buffer.
void write_strided(const std::function<void(index_t, const void*, index_t)>& write, index_t offset,
                   const strided_elements& elements);

} // namespace tessera::detail
