/// @file
/// Text from files, compressed or not, and from the standard input.
#pragma once

#include <tessera/io/input_file.hpp>

#include <string>

namespace tessera::detail {

/// Is it read by position, so that several ranks can share the work? Compressed files and the
/// standard input ("-") come as a whole.
bool is_shareable(const std::string& path);

/// Opens a text; what comes as a whole is kept in memory. Local.
/// @throws file_error naming the path and the reason.
input_file open_text(const std::string& path);

} // namespace tessera::detail
