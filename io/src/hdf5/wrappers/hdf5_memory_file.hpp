/// @file
/// HDF5 files that are never on a disk.
#pragma once

#include "hdf5/wrappers/hdf5_handle.hpp"

#include <string>

namespace tessera::detail {

/// An empty file for pieces of about so many bytes. Local.
hdf5_handle hdf5_file_in_memory(index_t bytes, const std::string& action);

} // namespace tessera::detail
