/// @file
/// Boxes of arrays to the bytes of a file.
#pragma once

#include "tile_hash.hpp"

#include <tessera/io/hdf5_part.hpp>
#include <tessera/io/shared_output_file.hpp>

#include <string>
#include <vector>

namespace tessera::detail {

/// Writes a box of a row-major array that begins at byte `offset`. `data` is the base of the part's
/// region of memory. Local. @throws file_error
void write_box(const shared_output_file& output, const hdf5_part& part, index_t offset,
               const std::byte* data, tile_hash* hash);

/// The same in tiles, whose checksums are noted.
void write_tiles(const shared_output_file& output, const std::string& name, const hdf5_part& part,
                 index_t offset, const std::byte* data, std::vector<file_tile>& tiles);

} // namespace tessera::detail
