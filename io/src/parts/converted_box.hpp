/// @file
/// Boxes of arrays from the bytes of a file, as elements of another type.
#pragma once

#include "parts/file_box.hpp"
#include "types/number_convert.hpp"

namespace tessera::detail {

/// As `read_box`, with a conversion: `offset` and what `read` is asked for count in bytes of the
/// file. Local.
void read_converted_box(const read_function& read, const element_conversion& conversion,
                        const file_part& part, index_t offset, std::byte* data);

/// Copies elements in a buffer of the file's, with a place for each, to their places in memory.
void place_converted(const region& in_memory, std::byte* data, const region& in_buffer,
                     const std::byte* elements, const element_conversion& conversion);

} // namespace tessera::detail
