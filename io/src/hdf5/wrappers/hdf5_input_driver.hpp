/// @file
/// How HDF5 reads files that may be damaged.
#pragma once

#include "hdf5/wrappers/hdf5_handle.hpp"

#include <optional>
#include <string>
#include <vector>

namespace tessera::detail {

/// Opens a file for HDF5 to read, through a driver of ours that refuses what HDF5 1.10 does not
/// survive: bytes beyond the end of the file, which its own driver takes for zeros, and heaps of
/// which the objects do not follow each other. Local.
/// @throws format_error
hdf5_handle open_hdf5_input(const std::string& path);

/// Where a chunk lies in its file.
struct chunk_place {
  index_t offset = 0;
  index_t bytes = 0;     ///< as it is stored
  unsigned left_out = 0; ///< a bit for each filter that was not applied
};

/// Looks a chunk up in the index of a dataset of such a file; nothing where it was never written.
/// Its bytes are not touched. Local. @throws file_error that begins with `action`.
std::optional<chunk_place> find_chunk(const hdf5_handle& dataset,
                                      const std::vector<index_t>& origin,
                                      const std::string& action);

} // namespace tessera::detail
