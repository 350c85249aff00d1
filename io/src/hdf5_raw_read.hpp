/// @file
/// Parts of datasets straight from the bytes of the file.
#pragma once

#include "hdf5_handle.hpp"

#include <tessera/io/file_part.hpp>
#include <tessera/io/input_file.hpp>

namespace tessera::detail {

/// Reads a rank's part where the dataset is one piece of the file and holds the elements as memory
/// does; long rows then take no way through HDF5's buffers. False, with nothing read, elsewhere.
/// Local. @throws file_error
bool read_raw(const hdf5_handle& dataset, const input_file& bytes, const file_part& part,
              std::byte* data);

} // namespace tessera::detail
