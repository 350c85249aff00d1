/// @file
/// What a dataset means: units, names, dimensions.
#pragma once

#include <tessera/core/errors/standard.hpp>

#include <string>
#include <vector>

namespace tessera {

/// Of a dataset, in the words of the CF conventions (https://cfconventions.org), which xarray,
/// netCDF and ParaView read. What is empty is not set.
struct hdf5_description {
  std::string units{};         ///< "K", "m s-1", "seconds since 2000-01-01"
  std::string long_name{};     ///< for people: "temperature of the plate"
  std::string standard_name{}; ///< from CF's table: "air_temperature"
  /// Names of the axes: {"time", "y", "x"}.
  std::vector<std::string> dimensions{};
};

} // namespace tessera
