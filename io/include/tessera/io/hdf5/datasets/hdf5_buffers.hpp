/// @file
/// How much of a dataset is in memory at a time.
#pragma once

#include <tessera/core/shape.hpp>

namespace tessera::detail {

/// Bytes of the buffers through which strided memory is read and filtered chunks are written; 32
/// MiB unless a test sets it.
void set_hdf5_buffer_bytes(index_t bytes);
index_t hdf5_buffer_bytes();
/// Bytes that HDF5 reads at once into adjacent memory; 1 GiB unless a test sets it.
void set_hdf5_piece_bytes(index_t bytes);

} // namespace tessera::detail
