/// @file
/// Text from files, compressed or not, and from the standard input.
#pragma once

#include <tessera/io/input_file.hpp>

#include <string>

namespace tessera::detail {

/// A text that is open.
struct text_source {
  input_file file;
  /// Is it read by position, so that several ranks can share the work? Compressed files and the
  /// standard input ("-") come as a whole, and are kept in memory.
  bool is_shareable = true;
};

/// Opens a text. Local.
/// @throws file_error naming the path and the reason.
text_source open_text(const std::string& path);
/// The same of a file that is open already: unpacks what is compressed.
text_source open_text(input_file file);

} // namespace tessera::detail
