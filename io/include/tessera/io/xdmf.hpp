/// @file
/// XDMF: what ParaView and VisIt have to know to open fields in HDF5 files.
#pragma once

#include <tessera/core/shape.hpp>
#include <tessera/distributed/communicator.hpp>

#include <string>
#include <utility>
#include <vector>

namespace tessera {

/// Where the points of a field lie. Lists have a value for each axis of the array, in their order:
/// of 3-D fields z, y, x, of 2-D fields y, x.
struct xdmf_options {
  std::vector<double> origin = {};  ///< coordinates of the point of index 0; none: zeros
  std::vector<double> spacing = {}; ///< distances of neighbouring points, above zero; none: ones
};

/// A field at one time: a dataset, or one frame of a dataset of shape (frames, ...).
struct xdmf_field {
  std::string file = {};    ///< HDF5 file, as this program would open it
  std::string dataset = {}; ///< its path in the file
  index_t frame = -1;       ///< which frame, from 0; below 0 for a dataset that has none
  std::string name = {};    ///< what the field is called in ParaView; none: as the dataset
  bool cells = false;       ///< values belong to cells, of which there is one fewer than points
};

/// A file `.xmf` that lets ParaView, VisIt and other programs open fields in HDF5 files as time
/// series on a uniform grid of 2 or 3 axes. It holds no data, it says where they are.
///
///     xdmf_series series(world, "heat.xmf", {.spacing = {0.01, 0.01}});
///     for (index_t k = 0; k < frames; ++k) series.add(k * dt, "heat.h5", "frames", k);
///     series.add(0.0, {.file = "wall.h5", .dataset = "k", .name = "conductivity"});
///     series.save();
///
/// The last axis of an array is x there, the one before it y, the one before that z. Elements are
/// real numbers or integers. Files are named relative to the folder of the `.xmf`, so that they can
/// be moved together. 2-D fields lie in the plane z = 0; those of cells in a layer of cells as
/// thick as the smallest spacing.
///
/// All members but `path` are collective and throw the same errors on all ranks; rank 0 does the
/// work.
/// Move-only.
class xdmf_series {
public:
  /// @throws argument_error for spacing that is not above zero and lists of different lengths.
  xdmf_series(const communicator& comm, std::string path, xdmf_options options = {});
  xdmf_series(xdmf_series&& other) noexcept : state_(std::exchange(other.state_, nullptr)) {}
  xdmf_series& operator=(xdmf_series&& other) noexcept {
    std::swap(state_, other.state_);
    return *this;
  }
  xdmf_series(const xdmf_series&) = delete;
  xdmf_series& operator=(const xdmf_series&) = delete;
  ~xdmf_series();

  /// Adds a field at a time; several of one time make one step, on one grid. Shape and type are
  /// looked up in the file, which must be complete (`hdf5_file::commit`). Collective.
  /// @throws file_error when it cannot be read, index_error for a frame that it has not,
  /// shape_error for a field that has not 2 or 3 axes or does not fit the others of its time,
  /// argument_error for elements that cannot be shown, and for names with ':' or '|'.
  void add(double time, const xdmf_field& field);
  /// The same of a dataset, or one frame of it, under its own name. Collective.
  void add(double time, const std::string& file, const std::string& dataset, index_t frame = -1) {
    add(time, xdmf_field{file, dataset, frame, {}, false});
  }

  /// Writes what was added until now, in the order of time, in place of an older file, at once.
  /// Any number of times. Collective. @throws file_error when it cannot be written.
  void save() const;

  /// That of the `.xmf`. Local.
  [[nodiscard]] const std::string& path() const;

private:
  struct state;
  state* state_;
};

} // namespace tessera
