/// @file
/// Shapes in messages.
#pragma once

#include <tessera/core/error.hpp>
#include <tessera/core/shape.hpp>

#include <string>
#include <vector>

namespace tessera::detail {

/// "(4, 5)"
inline std::string shape_text(const std::vector<index_t>& shape) {
  return tuple_text(shape.data(), shape.size());
}

} // namespace tessera::detail
