/// @file
/// Places for new datasets.
#pragma once

#include "hdf5/wrappers/hdf5_handle.hpp"

#include <string>

namespace tessera::detail {

/// Throws argument_error when there is something of this name; `path` is the file's.
void check_hdf5_is_new(hid_t file, const std::string& name, const std::string& path);

/// Makes the groups of the path `name` that are missing, and returns how to link an object there.
/// Unlike those that HDF5 makes by itself, they do not note the time of day.
hdf5_handle make_hdf5_groups(hid_t file, const std::string& name, const std::string& action);

} // namespace tessera::detail
