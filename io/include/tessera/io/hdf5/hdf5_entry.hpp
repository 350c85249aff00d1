/// @file
/// What an HDF5 file says it holds.
#pragma once

#include <tessera/core/shape.hpp>

#include <string>
#include <vector>

namespace tessera {

/// A group, a dataset or a link of an HDF5 file, as `hdf5_file::entries` lists it.
struct hdf5_entry {
  std::string path;      ///< from the root, as "results/u"
  bool is_group = false; ///< what it is, unless it is a link
  std::string dtype;     ///< of a dataset, NumPy's name: "float64", "S16", "string" for text of any
                         ///< length, "{x: float64, n: int32}" for structs
  std::vector<index_t> shape;     ///< empty for a scalar
  std::vector<index_t> max_shape; ///< to which it can grow; -1 without limit
  std::vector<index_t> chunk;     ///< shape of its chunks; empty without chunks
  std::string filters;            ///< in the order of writing: "shuffle, deflate 4, fletcher32"
  index_t stored_bytes = 0;       ///< what its elements take in the file
  std::string link;               ///< of a soft link: the path that it names
  std::string value;              ///< of a scalar, as text: "0.1"; shortened where it is long
  std::string packing;            ///< what netCDF says its numbers stand for: "scale_factor 0.01,
                                  ///< add_offset 273.15, _FillValue -32767" (`hdf5_open_options`)
  std::string refused;            ///< why it is not read, as for links to other files; else empty
  bool is_damaged = false;        ///< is that because what the file says of it cannot be right?
};

} // namespace tessera
