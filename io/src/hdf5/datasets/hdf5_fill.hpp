/// @file
/// What elements are that were never written.
#pragma once

#include "hdf5/wrappers/hdf5_handle.hpp"
#include "types/fill_elements.hpp"

#include <string>

namespace tessera::detail {

/// The bytes, as they would be stored, of an element that was never written: the fill value of the
/// dataset, or zeros where it has none. Whether HDF5 writes it into the file plays no part.
std::string hdf5_fill_value(const hdf5_handle& dataset, const std::string& action);

} // namespace tessera::detail
