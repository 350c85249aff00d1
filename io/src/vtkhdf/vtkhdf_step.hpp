/// @file
/// The fields of one step of a VTKHDF file, looked at before anything is written.
#pragma once

#include "vtkhdf/vtkhdf_grid.hpp"

#include <span>
#include <string>
#include <vector>

namespace tessera::detail {

/// A field without its elements.
struct vtkhdf_array {
  std::string name;
  vtkhdf_data of;
  std::string type;           ///< NumPy's name, of the numbers
  std::vector<index_t> shape; ///< with an axis for the components of vectors
};

/// Groups of a VTKHDF file.
const char* vtkhdf_group(vtkhdf_data of);
/// "VTKHDF/PointData/u"
std::string vtkhdf_path(const vtkhdf_array& array);
/// "VTKHDF/Steps/PointDataOffsets/u"
std::string vtkhdf_offsets_path(const vtkhdf_array& array);

/// What the fields of a step are, the same on all ranks; places them on the grid. Collective.
/// @throws argument_error where ranks differ, and for names that cannot be; shape_error.
std::vector<vtkhdf_array> vtkhdf_arrays(const communicator& comm,
                                        std::span<const vtkhdf_field> fields,
                                        const std::string& what, vtkhdf_grid& grid);

/// Throws argument_error or shape_error unless a step has the fields that others have.
void check_same_arrays(const std::vector<vtkhdf_array>& step,
                       const std::vector<vtkhdf_array>& others, const std::string& what);

} // namespace tessera::detail
