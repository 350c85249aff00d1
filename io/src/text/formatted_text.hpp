/// @file
/// The text of arrays as it stands in text files.
#pragma once

#include "text/row_format.hpp"

#include <tessera/distributed/communicator.hpp>
#include <tessera/io/files/byte_segments.hpp>

#include <functional>

namespace tessera::detail {

/// Calls `write(text)` for the text of a file, piece by piece. Local.
void format_file(const text_matrix& rows, const row_format& format,
                 const std::function<void(const byte_segments& text)>& write);

/// The part of a file's text that one rank's rows make. Local.
byte_segments format_part(const communicator& comm, const text_matrix& rows,
                          const row_format& format);

} // namespace tessera::detail
