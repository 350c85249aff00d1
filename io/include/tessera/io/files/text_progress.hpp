/// @file
/// How far this process is with text, for those who show it while it happens.
#pragma once

#include <tessera/core/shape.hpp>

namespace tessera::detail {

/// Bytes that were read from files and the standard input, and elements that were formatted, since
/// the program began. Any thread may ask at any time. Local.
index_t bytes_read() noexcept;
index_t elements_formatted() noexcept;

void note_bytes_read(index_t bytes) noexcept;
void note_elements_formatted(index_t elements) noexcept;

} // namespace tessera::detail
