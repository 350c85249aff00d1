/// @file
/// The text of XDMF files.
#pragma once

#include <tessera/core/shape.hpp>

#include <string>
#include <vector>

namespace tessera::detail {

/// A dataset that an XDMF file points to.
struct xdmf_dataset {
  std::string place; ///< "heat.h5:/frames", relative to the folder of the XDMF file
  std::string type;  ///< NumPy's name
  std::vector<index_t> shape;
};

/// A field of one step: all of a dataset, or a frame of it.
struct xdmf_item {
  std::size_t dataset = 0; ///< its number in the list of datasets
  index_t frame = -1;
  std::string name;
  bool cells = false;
};

/// All fields of one time.
struct xdmf_step {
  double time = 0;
  std::vector<index_t> points; ///< of the grid
  std::vector<xdmf_item> items;
};

struct xdmf_geometry {
  std::vector<double> origin;
  std::vector<double> spacing;
};

/// Can elements of this type be shown?
bool xdmf_has(const std::string& type);
/// A text between quotes in XML.
std::string xml_escaped(const std::string& text);
/// The whole file.
std::string xdmf_text(const xdmf_geometry& geometry, const std::vector<xdmf_dataset>& datasets,
                      const std::vector<xdmf_step>& steps);

} // namespace tessera::detail
