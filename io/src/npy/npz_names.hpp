/// @file
/// Names of arrays in npz files.
#pragma once

#include <string_view>

namespace tessera::detail {

/// Of the names of all members.
inline constexpr std::string_view npy_ending = ".npy";

/// Why no member of an archive should have this name, or null.
const char* problem_of_npz_name(std::string_view name);

} // namespace tessera::detail
