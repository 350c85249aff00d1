/// @file
/// Checks of the data file of a checkpoint, byte by byte, without HDF5.
#pragma once

#include "checkpoint/data_files.hpp"

#include <tessera/io/input_file.hpp>

namespace tessera::detail {

/// The checksum of all bytes that belong to none of the arrays. Local.
std::uint64_t hash_of_rest(const input_file& file, const std::vector<stored_array>& arrays);

/// Reads a manifest. Local. @throws file_error that names it.
checkpoint_manifest read_manifest(const std::string& path);

/// @throws file_error when the file has another size than the manifest says.
void check_size(const input_file& file, const checkpoint_manifest& manifest);

/// Checks every `of`-th piece from number `first` on; with `first` 0 also the rest of the file.
/// Local. @throws file_error that says what does not fit.
void check_data(const data_files& files, const checkpoint_manifest& manifest, index_t first,
                index_t of);

} // namespace tessera::detail
