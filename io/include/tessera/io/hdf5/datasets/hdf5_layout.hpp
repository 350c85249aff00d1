/// @file
/// How an HDF5 dataset is stored.
#pragma once

#include <tessera/core/shape.hpp>

#include <string>
#include <vector>

namespace tessera {

/// How the parts of complex numbers are called in a file.
struct hdf5_complex_names {
  std::string real = "r";
  std::string imag = "i";
};

/// How the elements of a dataset lie in the file. Without any option they lie one behind the other;
/// with one, in chunks that pass through HDF5's filters. The names are those of h5py.
///
///     file.write("u", u, {.chunk = {64, 64}, .deflate = 4, .shuffle = true});
struct hdf5_layout {
  /// Elements of a chunk along each axis of the dataset, cut to its shape where they are more.
  /// Empty: no chunks, or where a filter or a growing axis needs them, some of 1 MiB at most (of 32
  /// MiB for frames that are appended without a filter).
  std::vector<index_t> chunk{};
  /// How hard to compress, 1 (fast) to 9; 0: not at all.
  int deflate = 0;
  /// Sorts the bytes of the elements by significance first: numbers compress better so.
  bool shuffle = false;
  /// Adds a checksum to every chunk, which is checked when it is read.
  bool fletcher32 = false;
  /// How the parts of complex numbers are called: "r" and "i", as h5py and netCDF-4 have it; Octave
  /// and MATLAB know "real" and "imag".
  hdf5_complex_names complex_names{};
  /// Elements that are a `fixed_array` lie as numbers along last axes of the dataset, as in npy,
  /// and not as arrays of HDF5's in each element: netCDF, XDMF and VTK read only the former. Such a
  /// dataset is read and continued like the other form; `chunk` says nothing of these axes.
  bool last_axes = false;
};

namespace detail {

/// Does a filter change the bytes of chunks?
inline bool has_filters(const hdf5_layout& layout) {
  return layout.deflate != 0 || layout.shuffle || layout.fletcher32;
}
inline bool has_chunks(const hdf5_layout& layout) {
  return !layout.chunk.empty() || has_filters(layout);
}

/// @throws argument_error naming what cannot be of a dataset of this shape.
void check_layout(const hdf5_layout& layout, const std::vector<index_t>& shape, index_t itemsize);

/// What a layout asks for, for messages; nothing where it asks for nothing.
std::string layout_text(const hdf5_layout& layout);

/// The chunks of a dataset of this shape, at most `limit` bytes each unless the layout says
/// otherwise.
std::vector<index_t> chunk_shape(const hdf5_layout& layout, const std::vector<index_t>& shape,
                                 index_t itemsize, index_t limit);

} // namespace detail

} // namespace tessera
