/// @file
/// What netCDF says about the values of a dataset.
#pragma once

#include "hdf5/wrappers/hdf5_handle.hpp"
#include "types/number_convert.hpp"
#include "types/value_unpacking.hpp"

#include <optional>
#include <string>

namespace tessera::detail {

/// What the attributes of a dataset say that its numbers stand for; nothing where they say nothing,
/// or its elements are no real numbers. `type`: of its elements. Local.
/// @throws file_error that begins with `action` for attributes that are no numbers.
std::optional<value_unpacking> hdf5_unpacking(const hdf5_handle& dataset, hid_t type,
                                              const std::string& action);

/// The same for people: "scale_factor 0.01, add_offset 273.15, _FillValue -32767"; else empty.
std::string hdf5_packing_text(const hdf5_handle& dataset, const std::string& action);

} // namespace tessera::detail
