/// @file
/// VTKHDF: HDF5 files laid out as VTK has them, which ParaView opens by themselves.
#pragma once

#include <tessera/io/vtkhdf/vtkhdf_field.hpp>

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

namespace tessera {

/// Where the points of a grid lie, and how fields are stored. Lists have a value for each axis of
/// the arrays, in their order: of 3-D fields z, y, x, of 2-D fields y, x.
struct vtkhdf_options {
  std::vector<double> origin = {};  ///< coordinates of the point of index 0; none: zeros
  std::vector<double> spacing = {}; ///< distances of neighbouring points, above zero; none: ones
  int deflate = 0;                  ///< how hard fields are compressed, 1 to 9; 0: not at all
  bool shuffle = false;             ///< numbers compress better so
};

/// Writes fields on one grid, at no time, as an image of VTKHDF 1.0 (VTK's `vtkImageData`), which
/// VTK reads from 9.1 on and ParaView from 5.10 on. What is said of `vtkhdf_series` of grids,
/// fields and errors holds here, too. Collective.
///
///     save_vtkhdf(world, "u.vtkhdf", {{"temperature", u}, {"velocity", v}}, {.spacing = {0.1,
///     0.1}});
void save_vtkhdf(const communicator& comm, const std::string& path,
                 std::initializer_list<vtkhdf_field> fields, const vtkhdf_options& options = {});
/// The same of fields that are found at run time. Collective.
void save_vtkhdf(const communicator& comm, const std::string& path,
                 const std::vector<vtkhdf_field>& fields, const vtkhdf_options& options = {});

/// Fields on one grid at several times, in one file that VTK reads from 9.3 on and ParaView from
/// 5.12 on: an image of VTKHDF 2.0 with a group `Steps`
/// (https://docs.vtk.org/en/latest/vtk_file_formats/vtkhdf_file_format/). It is an HDF5 file as
/// `hdf5_file` makes them: h5py sees `file["VTKHDF/PointData/temperature"][k, i, j]`.
///
///     vtkhdf_series series(world, "heat.vtkhdf", {.spacing = {0.1, 0.1}});
///     for (index_t k = 0; k < steps; ++k) {
///       series.add(k * dt, {{"temperature", u}, {"flux", f, vtkhdf_data::cells}, {"energy", e}});
///       if (k % 100 == 0) series.save();
///     }
///     series.save();
///
/// The grid has 2 or 3 axes and at least 2 points along each; the last axis of an array is x there,
/// the one before it y, the one before that z. Arrays of cells have one element fewer along each
/// axis. A grid of 2 axes lies in the plane z = 0. All steps have the same fields, of the same
/// types and shapes. Components of vectors are stored as they are: ParaView's glyphs want three.
///
/// The file appears in `save` and is complete each time; until then, and after a failure, an older
/// one of that name stays. To add to it afterwards, what it holds is copied first, every rank its
/// share. A single step is listed twice, with one set of data, because VTK (9.3 to 9.6) takes what
/// has one step for an image without an axis of time.
///
/// The bytes do not depend on the number of ranks. All members but `path`, `steps` and `times` are
/// collective and throw the same errors on all ranks. Move-only.
class vtkhdf_series {
public:
  /// Starts a new file. Collective.
  /// @throws argument_error for spacing that is not above zero and lists of different lengths,
  /// file_error as for a folder that does not exist.
  vtkhdf_series(const communicator& comm, const std::string& path,
                const vtkhdf_options& options = {});
  /// Goes on with a file: what was written is kept, as is the grid. The file stays as it is until
  /// `save`. Collective.
  ///
  ///     vtkhdf_series series = vtkhdf_series::extend(world, "heat.vtkhdf");
  ///     series.truncate(saved_steps);
  ///
  /// @throws file_error when it cannot be read, or is no such series.
  [[nodiscard]] static vtkhdf_series extend(const communicator& comm, const std::string& path);
  vtkhdf_series(vtkhdf_series&& other) noexcept : state_(std::exchange(other.state_, nullptr)) {}
  vtkhdf_series& operator=(vtkhdf_series&& other) noexcept {
    std::swap(state_, other.state_);
    return *this;
  }
  vtkhdf_series(const vtkhdf_series&) = delete;
  vtkhdf_series& operator=(const vtkhdf_series&) = delete;
  /// What was not saved is gone. Local.
  ~vtkhdf_series();

  /// Adds a step, at a time after all others. Collective.
  /// @throws argument_error for a time that is not, for names that are there twice or hold a '/',
  /// for fields that are not those of the steps before, or of another type; shape_error for shapes
  /// that do not fit, naming both: the series is as it was. After a file_error, as of a full disk,
  /// nothing can be added any more.
  void add(double time, std::initializer_list<vtkhdf_field> fields);
  /// The same of fields that are found at run time. Collective.
  void add(double time, const std::vector<vtkhdf_field>& fields);
  /// Keeps the first `count` steps, as before a run continues from an older state. Collective.
  /// @throws argument_error when there are fewer.
  void truncate(index_t count);
  /// Gives the file, as it is by now, its name. Any number of times. Collective.
  /// @throws argument_error where there are no steps, file_error when it cannot be written.
  void save();

  /// How many there are, saved or not. Local.
  [[nodiscard]] index_t steps() const;
  /// When they are. Local.
  [[nodiscard]] const std::vector<double>& times() const;
  /// That of the file. Local.
  [[nodiscard]] const std::string& path() const;

private:
  struct state;
  explicit vtkhdf_series(state* s) : state_(s) {}
  state* state_;
};

} // namespace tessera
