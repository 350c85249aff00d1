/// @file
/// How much of a Zarr array is in memory at a time.
#pragma once

#include <tessera/core/shape.hpp>

namespace tessera::detail {

/// Bytes of an array that each rank has in memory on the way to its files, where it must be brought
/// there, and of chunks that are packed at once; 32 MiB unless a test sets it.
void set_zarr_buffer_bytes(index_t bytes);
index_t zarr_buffer_bytes();

} // namespace tessera::detail
