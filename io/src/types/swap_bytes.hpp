/// @file
/// Elements of another byte order.
#pragma once

#include <tessera/io/types/dtype.hpp>

#include <tessera/core/shape.hpp>

namespace tessera::detail {

/// Reverses the bytes of every number in place; the two of a complex number each for itself.
void swap_bytes(void* elements, dtype type, index_t count);

/// Makes every bool 0 or 1, also those in structs: other values are undefined behaviour in C++.
void normalize_bools(void* elements, dtype type, index_t count);

} // namespace tessera::detail
