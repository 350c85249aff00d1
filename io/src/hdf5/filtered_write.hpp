/// @file
/// Filtered chunks, packed by all ranks.
#pragma once

#include "hdf5/datasets/hdf5_output_dataset.hpp"
#include "parts/file_place.hpp"

#include <vector>

namespace tessera::detail {

/// Do the chunks of a dataset hold nothing but elements of a place, so that each can be written as
/// a whole?
bool has_whole_chunks(const file_place& place, const std::vector<index_t>& chunk);

} // namespace tessera::detail
