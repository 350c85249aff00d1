/// @file
/// Names of objects in files of groups.
#pragma once

#include <string>

namespace tessera::detail {

/// The name as a path without what does not count in it: "/a//b/" is "a/b".
std::string plain_path(const std::string& name);

} // namespace tessera::detail
