/// @file
/// Text in HDF5's forms.
#pragma once

#include "hdf5_handle.hpp"

#include <string>

namespace tessera::detail {

/// A stored text of fixed length, without what pads it.
std::string fixed_hdf5_text(hid_t type, const char* letters);

} // namespace tessera::detail
