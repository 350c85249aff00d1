/// @file
/// Parts of datasets to and from memory by HDF5 itself, in pieces.
#pragma once

#include "hdf5_handle.hpp"

#include <tessera/io/file_part.hpp>
#include <tessera/io/input_file.hpp>

#include <string>

namespace tessera::detail {

/// Reads a rank's part, where it can straight from the file, whose `bytes` are given; else,
/// elements that are not adjacent in memory go through a buffer. Local.
/// @throws file_error that begins with `action`, also when the elements do not fit the type.
void read_hyperslab(const hdf5_handle& dataset, const input_file& bytes, const file_part& part,
                    const std::string& action, std::byte* data);
/// The same the other way.
void write_hyperslab(const hdf5_handle& dataset, const file_part& part, const std::string& action,
                     const std::byte* data);

} // namespace tessera::detail
