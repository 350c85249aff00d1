/// @file
/// Where the names of files lead.
#pragma once

#include <string>

namespace tessera::detail {

/// An open file of a process, such as /dev/stdout leads to, has no name that could be replaced.
bool is_open_file(const std::string& path);

/// Where a symbolic link leads, be there a file or not, so that the link stays.
/// @throws file_error where links lead in a circle.
std::string followed_path(const std::string& path);

} // namespace tessera::detail
