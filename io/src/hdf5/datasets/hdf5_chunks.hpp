/// @file
/// Chunks of a dataset: where they are in the file.
#pragma once

#include "hdf5/datasets/hdf5_output_dataset.hpp"
#include "hdf5/wrappers/hdf5_driver.hpp"
#include "parts/chunk_walk.hpp"
#include "parts/part_in_memory.hpp"

#include <tessera/io/shared_output_file.hpp>

#include <vector>

namespace tessera::detail {

/// Gives a chunk a place in the file and enters it in the index of its dataset; returns its
/// address. Local, on rank 0. @throws file_error that begins with `action`.
index_t place_chunk(hdf5_device& device, const hdf5_handle& dataset,
                    const std::vector<index_t>& origin, index_t bytes, unsigned filters_left_out,
                    const std::string& action);

/// Where the chunks of a box are. Each is the address, and whether elements of the chunk that are
/// not in the box have yet to become the fill value.
struct chunk_address {
  index_t offset;
  bool is_new;
};

/// Gives all chunks of a box that are not filtered a place. Local, on rank 0.
std::vector<index_t> place_chunks(hdf5_device& device, const hdf5_handle& dataset,
                                  const hdf5_output_dataset& target, chunk_walk walk,
                                  const std::string& action);
chunk_address chunk_address_of(index_t packed);

/// Writes what this rank has of a box to its chunks; rank by rank, they share in filling
/// what is in new chunks but not in the box. Local.
void write_to_chunks(const shared_output_file& output, const hdf5_output_dataset& target,
                     const std::vector<index_t>& addresses, chunk_walk box, const file_part& mine,
                     const std::byte* data, int rank, int ranks);

} // namespace tessera::detail
