/// @file
/// Text to the standard output.
#pragma once

#include <tessera/distributed/communicator.hpp>
#include <tessera/io/byte_segments.hpp>

#include <string>

namespace tessera::detail {

/// Does a path stand for the standard output?
inline bool is_standard_output(const std::string& path) {
  return path == "-" || path == "/dev/stdout" || path == "/dev/fd/1" || path == "/proc/self/fd/1";
}

/// Prints a text. Local. @throws file_error when it cannot be written.
void print(const byte_segments& text);
/// Prints the texts of all ranks in their order, through rank 0. Collective; errors on all ranks.
void print(const communicator& comm, const byte_segments& text);

} // namespace tessera::detail
