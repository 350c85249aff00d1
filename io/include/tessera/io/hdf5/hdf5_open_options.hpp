/// @file
/// How an HDF5 file is read.
#pragma once

namespace tessera {

/// How `hdf5_file::open` reads.
///
///     hdf5_file file = hdf5_file::open(world, "era5.nc", {.mask_and_scale = true});
///     const auto t = file.read<double, 3>("t2m"); // in kelvin; NaN where there is no value
struct hdf5_open_options {
  /// Applies what netCDF says about packed values: those read as double are `scale_factor` times
  /// what is stored plus `add_offset`, and NaN where that is the `_FillValue` or a `missing_value`;
  /// integers of which `_Unsigned` says so are unsigned. Datasets without these attributes are read
  /// as they are; those with them only as double. Otherwise all of this is ignored.
  bool mask_and_scale = false;
};

} // namespace tessera
