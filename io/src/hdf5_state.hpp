/// @file
/// What an hdf5_file knows, and the pieces its member functions are made of.
#pragma once

#include "hdf5_driver.hpp"
#include "hdf5_place.hpp"
#include "hdf5_target.hpp"
#include "tile_hash.hpp"

#include <tessera/io/hdf5.hpp>
#include <tessera/io/input_file.hpp>
#include <tessera/io/shared_output_file.hpp>

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace tessera {

namespace detail {

class chunk_filter;

}

/// A file that is read is open on every rank, by itself. One that is written is open in HDF5 on
/// rank 0 only; the others know it as `output`.
struct hdf5_file::state {
  state(const communicator& ranks, const std::string& name) : comm(ranks), path(name) {}

  communicator comm;
  std::string path;
  detail::hdf5_device device;
  detail::hdf5_handle file;
  std::optional<input_file> input;          // of a file that is read
  index_t file_bytes = -1;                  // how many these are
  std::optional<shared_output_file> output; // of a file that is written
  bool failed = false;
  bool unpacks = false;                                // what is read, as netCDF says
  std::optional<std::vector<detail::file_tile>> tiles; // noted where they are wanted

  /// "cannot write 'u' in 'out.h5'"
  [[nodiscard]] std::string failure(const std::string& object) const {
    return std::string("cannot ") + (output ? "write '" : "read '") + object + "' in '" + path +
           "'";
  }
  /// Closes the file, and removes it if it was to be written. Local, so that it can happen while an
  /// exception unwinds the stack of this rank alone.
  void discard() noexcept;
  /// Throws argument_error on all ranks unless all want to do the same thing. Collective.
  void check_same(const std::string& action) const;
  void check_writable() const;
  void check_readable() const;
  /// Throws file_error if the disk failed below HDF5. Local, for rank 0.
  void check_device() const;
  /// Closes the file, and ends writing by `commit_output`. Collective.
  void finish(const std::function<void()>& commit_output);

  /// Throws argument_error on all ranks if the file has an object of this name. Collective.
  void check_is_free(const std::string& name) const;
  /// What subscripts select of a dataset; the same on all ranks. Collective.
  [[nodiscard]] detail::hdf5_place select(const std::string& name,
                                          const std::vector<index_t>& shape,
                                          subscript_list subscripts) const;
  /// What rank 0 finds about a dataset that is to be written to. Collective.
  [[nodiscard]] detail::hdf5_target find(const std::string& name,
                                         const std::optional<detail::dtype>& in_memory = {}) const;
  /// Makes a dataset. Collective.
  detail::hdf5_target make(const detail::hdf5_plan& plan, bool is_zero);

  /// Writes an array to its place in a dataset, in the way that suits both. Collective.
  void write(const detail::hdf5_target& target, const detail::hdf5_place& place,
             const detail::file_source& from);
  /// Every rank writes its own elements. Collective.
  void write_directly(const detail::hdf5_target& target, const detail::hdf5_place& place,
                      const detail::file_source& from);
  /// Every rank filters whole chunks and writes these. Collective.
  void write_filtered(const detail::hdf5_target& target, const detail::hdf5_place& place,
                      const detail::file_source& from);
  void write_filtered_round(const detail::hdf5_target& target, const detail::hdf5_place& place,
                            const detail::file_source& box, std::size_t axis,
                            const detail::hdf5_handle& dataset, detail::chunk_filter& filter);
  /// Rank 0 writes all elements through HDF5, a piece at a time. Collective.
  void write_through_root(const detail::hdf5_target& target, const detail::hdf5_place& place,
                          const detail::file_source& from);

  /// A step of writing; after a failure on any rank, the file is given up.
  template <class F> auto writing(F&& step) {
    try {
      return step();
    } catch (...) {
      failed = true;
      discard();
      throw;
    }
  }
};

namespace detail {

/// What rank 0 finds out about a dataset.
struct hdf5_dataset_info {
  std::vector<index_t> shape;
  std::string type_name;
  index_t offset = 0; ///< of its elements in a file that is being written
};

/// Throws argument_error unless `name` can name a dataset.
void check_hdf5_name(const std::string& name);
/// Throws argument_error if a new object of this name would be behind a link that leads out of the
/// file. Local.
void check_hdf5_path(hid_t file, const std::string& name);
/// Is there an object of this name? Local.
bool hdf5_has(hid_t file, const std::string& name);
/// The paths of all datasets in the order of the alphabet. Local.
std::vector<std::string> hdf5_dataset_names(hid_t file);

/// Opens a dataset of a file that may come from anywhere: whatever would read other files is
/// refused, and so are sizes of what is in one piece that a file of `file_bytes` bytes cannot hold
/// (< 0: not checked).
/// Local. @throws file_error that begins with `action`.
hdf5_handle open_hdf5_dataset(hid_t file, const std::string& name, index_t file_bytes,
                              const std::string& action);
/// Throws format_error for more memory than what a file of this size can give, unless it is less
/// than this machine has: what was never written takes no bytes of the file.
void check_hdf5_memory(const std::vector<index_t>& asked_for, dtype type, index_t file_bytes,
                       const std::string& action);
/// The same for a dataset of which all is to be looked through, a piece at a time.
void check_hdf5_scan(const hdf5_dataset_info& info, index_t itemsize, index_t file_bytes,
                     const std::string& action);
/// The shape of a dataset for one who wants arrays of `ndim` axes of a type: PETSc's complex
/// numbers are real ones along a last axis of 2.
std::vector<index_t> shape_as_wanted(const hdf5_dataset_info& info, dtype wanted, std::size_t ndim);
/// The checks of `open_hdf5_dataset` for a dataset that is open, and made with `creation`.
void check_hdf5_dataset(const hdf5_handle& dataset, hid_t creation, index_t file_bytes,
                        const std::string& action);
/// Throws format_error unless a file can hold what is in one piece. `stored`: bytes of the dataset.
void check_hdf5_claim(hid_t creation, hsize_t stored, hid_t type, const std::vector<index_t>& shape,
                      index_t file_bytes, const std::string& action);
/// Throws file_error if the elements of a dataset are in other files.
void refuse_other_files(hid_t creation, const std::string& action);
void refuse_other_files(const hdf5_handle& dataset, const std::string& action);
/// Opens any object, refusing links to other files. Local.
hdf5_handle open_hdf5_object(hid_t file, const std::string& name, const std::string& action);

/// @throws format_error for a size along an axis that no dataset could have grown to.
void check_extent(hsize_t size, hsize_t most, const std::string& action);
/// Shape, type and place of an open dataset. Local.
hdf5_dataset_info hdf5_inspect(const hdf5_handle& dataset, const std::string& action);
/// What rank 0 finds, on all ranks. Collective.
hdf5_dataset_info hdf5_inspect(const communicator& comm, hid_t file, const std::string& name,
                               index_t file_bytes, const std::string& action);

/// "(4, 5)"
std::string shape_text(const std::vector<index_t>& shape);

// Small enough to unpack for a part of it, large enough to pack well.
inline constexpr index_t usual_chunk_bytes = index_t{1} << 20U;

/// "'u' of float64 (4, 5)"
std::string name_and_shape(const std::string& name, dtype type, const std::vector<index_t>& shape);
/// What is to be written, of the same shape on all ranks. Collective.
file_source agreed_source(const communicator& comm, const file_source& from);
/// Throws argument_error unless a dataset has this type.
void check_stored_type(const std::string& action, const hdf5_target& target, dtype type);

/// Throws shape_error unless arrays of this shape are frames of a series.
void check_hdf5_frame(const std::string& name, const std::vector<index_t>& frame,
                      const std::vector<index_t>& series);
/// Throws index_error unless a series has a frame k.
void check_hdf5_frame(const std::string& name, index_t k, const std::vector<index_t>& series);

} // namespace detail

} // namespace tessera
