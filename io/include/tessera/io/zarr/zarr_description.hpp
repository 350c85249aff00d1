/// @file
/// What a Zarr array means: units, names, dimensions.
#pragma once

#include <tessera/io/hdf5/hdf5_description.hpp>

namespace tessera {

/// In the words of the CF conventions, which are the same for all formats.
using zarr_description = hdf5_description;

} // namespace tessera
