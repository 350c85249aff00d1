/// @file
/// The grid that the fields of a VTKHDF file are on.
#pragma once

#include <tessera/io/vtkhdf.hpp>

#include <string>
#include <vector>

namespace tessera::detail {

/// Lists are in the order of the axes of arrays; empty where nobody said.
struct vtkhdf_grid {
  std::vector<double> origin;
  std::vector<double> spacing;
  std::vector<index_t> points;
  std::string field; ///< one that has so many

  /// Throws argument_error for numbers that cannot be.
  void check() const;
  /// Throws shape_error unless a field fits; the first one says how many points there are.
  void place(const vtkhdf_field& field, const std::vector<index_t>& shape);
};

/// Says what VTK asks of an image: type, version, extent, origin, spacing and direction. The groups
/// are there. Collective.
void write_vtkhdf_grid(hdf5_file& file, const vtkhdf_grid& grid, index_t version);
/// The grid of a file. Collective. @throws format_error for what is no image as these are.
vtkhdf_grid read_vtkhdf_grid(hdf5_file& file);

} // namespace tessera::detail
