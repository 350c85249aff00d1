/// @file
/// Datasets of files that may come from anywhere: found, checked and opened.
#pragma once

#include "hdf5/wrappers/hdf5_handle.hpp"

#include <tessera/core/shape.hpp>
#include <tessera/distributed/communicator.hpp>
#include <tessera/io/types/dtype.hpp>

#include <string>
#include <vector>

namespace tessera::detail {

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
/// @throws format_error that begins with `action` where a group cannot be listed.
std::vector<std::string> hdf5_dataset_names(hid_t file, const std::string& action);

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
/// numbers are real ones along a last axis of 2, and fixed arrays may have axes of their own.
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

} // namespace tessera::detail
