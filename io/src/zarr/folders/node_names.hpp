/// @file
/// Names of groups and arrays in a store.
#pragma once

#include <string>
#include <vector>

namespace tessera::detail {

/// The path from the root, without a slash before it: "" for "/". @throws argument_error for names
/// that Zarr has not or that lead out of the store: "..", "/u", "a//b", "__x", "zarr.json".
std::string node_path(const std::string& name);

/// "a" and "a/b" of "a/b/u", and "".
std::vector<std::string> groups_around(const std::string& path);

/// "u" of "a/b/u", for messages "/" of the root.
inline std::string shown_name(const std::string& path) { return path.empty() ? "/" : path; }

/// "there is no such; the store holds 'u', 'v'"
std::string no_such(const std::vector<std::string>& those_there_are);

} // namespace tessera::detail
