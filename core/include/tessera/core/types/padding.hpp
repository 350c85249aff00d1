/// @file
/// Bytes of structs that are no member's.
#pragma once

#include <tessera/core/shape.hpp>
#include <tessera/core/types/dtype.hpp>

namespace tessera::detail {

/// Has an element bytes that belong to none of its members?
bool has_padding(dtype type);

/// Makes these bytes zero in adjacent elements: what they held tells nothing, and elements that are
/// equal member by member have equal bytes.
void zero_padding(void* elements, dtype type, index_t count);

} // namespace tessera::detail
