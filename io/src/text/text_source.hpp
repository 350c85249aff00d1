/// @file
/// Text from files, compressed or not, and from the standard input.
#pragma once

#include "files/byte_stream.hpp"

#include <optional>
#include <string>

namespace tessera::detail {

/// A text that is open: a file that is read by position, so that several ranks can share the work;
/// or bytes that come one after another, from compressed files, those of wide characters, and the
/// standard input ("-").
struct text_source {
  std::optional<input_file> file;
  stream_ptr stream; ///< where there is no file
};

/// Opens a text. Local.
/// @throws file_error naming the path and the reason.
text_source open_text(const std::string& path);
/// The same of a file that is open already.
text_source open_text(input_file file);

} // namespace tessera::detail
