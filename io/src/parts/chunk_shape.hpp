/// @file
/// Chunks of arrays whose shape nobody chose.
#pragma once

#include <tessera/core/shape.hpp>

#include <vector>

namespace tessera::detail {

/// A chunk of at most `limit` bytes, or one element: an array of this shape, its longest axes
/// halved until it is small enough.
std::vector<index_t> usual_chunk(std::vector<index_t> shape, index_t itemsize, index_t limit);

} // namespace tessera::detail
