/// @file
/// How HDF5 reads files that may be damaged.
#pragma once

#include "hdf5_handle.hpp"

#include <string>

namespace tessera::detail {

/// Opens a file for HDF5 to read, through a driver of ours that refuses what HDF5 1.10 does not
/// survive: bytes beyond the end of the file, which its own driver takes for zeros, and heaps of
/// which the objects do not follow each other. Local.
/// @throws format_error
hdf5_handle open_hdf5_input(const std::string& path);

} // namespace tessera::detail
