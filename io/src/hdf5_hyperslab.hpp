/// @file
/// Parts of datasets to and from memory by HDF5 itself, in pieces.
#pragma once

#include "hdf5_handle.hpp"

#include <tessera/io/hdf5_part.hpp>

#include <string>

namespace tessera::detail {

/// Reads a rank's part; elements that are not adjacent in memory go through a buffer. Local.
/// @throws file_error that begins with `action`, also when the elements do not fit the type.
void read_hyperslab(const hdf5_handle& dataset, const hdf5_part& part, const std::string& action,
                    std::byte* data);
/// Writes adjacent elements. Local.
void write_hyperslab(const hdf5_handle& dataset, const hdf5_part& part, const std::string& action,
                     const std::byte* data);

} // namespace tessera::detail
