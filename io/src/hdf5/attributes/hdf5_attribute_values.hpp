/// @file
/// Attributes of HDF5 objects that are open on this rank.
#pragma once

#include "hdf5/wrappers/hdf5_handle.hpp"

#include <tessera/io/types/attribute_value.hpp>

#include <string>
#include <vector>

namespace tessera::detail {

/// Sets an attribute in place of an older one of that name.
void put_hdf5_attribute(hid_t object, const std::string& name, const attribute_value& value,
                        const std::string& action);

/// Reads an attribute. @throws file_error that begins with `action` when it is not as wanted.
attribute_value get_hdf5_attribute(const hdf5_handle& attribute, const attribute_wanted& wanted,
                                   const std::string& action);

/// The sizes of a simple dataspace; none for a scalar or an empty one.
std::vector<index_t> hdf5_extents(const hdf5_handle& space, const std::string& action);

} // namespace tessera::detail
