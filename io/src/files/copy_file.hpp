/// @file
/// Bytes from one file to another.
#pragma once

#include <tessera/core/shape.hpp>

#include <string>

namespace tessera::detail {

/// What a file is, as far as that can be seen on other ranks: is it still the same?
struct file_identity {
  index_t bytes = 0;
  index_t number = 0; ///< in its file system

  friend bool operator==(const file_identity&, const file_identity&) = default;
};

/// @throws file_error when there is no such file, or it is not a regular one.
file_identity identity_of(const std::string& path);

/// Copies bytes to their place in a file that exists, within the system where it can. Local.
/// @throws file_error, also when `from` is no longer what it was.
void copy_bytes(const std::string& from, const file_identity& identity, const std::string& to,
                index_t offset, index_t bytes);

} // namespace tessera::detail
