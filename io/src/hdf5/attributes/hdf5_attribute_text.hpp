/// @file
/// Attributes of HDF5 objects as text for people.
#pragma once

#include "hdf5/wrappers/hdf5_handle.hpp"

#include <string>

namespace tessera::detail {

/// The value of an open attribute: "0.1", "[1, 2, 3]", "['x', 'y']"; long ones are shortened.
/// Local. @throws file_error that begins with `action`.
std::string hdf5_attribute_text(const hdf5_handle& attribute, const std::string& action);

/// The element of a scalar dataset as text; nothing of types that say nothing so.
std::string hdf5_scalar_text(const hdf5_handle& dataset, const std::string& action);

} // namespace tessera::detail
