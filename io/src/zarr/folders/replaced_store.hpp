/// @file
/// What a new store may replace.
#pragma once

#include <string>

namespace tessera::detail {

/// Throws file_error unless nothing has this name, or an empty folder, or a folder that holds a
/// Zarr store (of version 2 or 3) and nothing else: what it holds is removed when the new one has
/// its name. Local.
void check_replaced_store(const std::string& path);

} // namespace tessera::detail
