/// @file
/// How much memory files may ask for.
#pragma once

#include <tessera/core/shape.hpp>

#include <cstddef>
#include <vector>

namespace tessera::detail {

/// The number of bytes that the elements take, or the largest number if it cannot be counted.
index_t claimed_bytes(const std::vector<index_t>& shape, std::size_t itemsize);

/// Half of this machine's memory, in bytes: what files may ask for that hold less, as where most of
/// their elements were never written.
index_t half_of_memory();

} // namespace tessera::detail
