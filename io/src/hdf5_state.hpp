/// @file
/// What an hdf5_file knows, and the pieces its member functions are made of.
#pragma once

#include "hdf5_handle.hpp"

#include <tessera/io/hdf5.hpp>
#include <tessera/io/output_file.hpp>

#include <optional>
#include <string>
#include <vector>

namespace tessera {

struct hdf5_file::state {
  communicator comm;
  std::string path;
  detail::hdf5_handle file;
  index_t file_bytes = 0;                   // of a file that is read
  std::optional<shared_output_file> output; // of a file that is written
  bool collective_is_safe = false;
  bool failed = false;
  int exceptions = 0; // in flight when it was made

  /// "cannot write 'u' in 'out.h5'"
  [[nodiscard]] std::string failure(const std::string& object) const {
    return std::string("cannot ") + (output ? "write '" : "read '") + object + "' in '" + path + "'";
  }
  /// Closes and removes a file that is being written. Collective.
  void discard() noexcept;
  /// Removes it without waiting for others. Local.
  void abandon() noexcept;
  /// Throws argument_error on all ranks unless all do the same thing. Collective.
  void check_same(const std::string& action) const;

  void check_writable() const;
  void check_readable() const;

  /// Runs a step of writing on all ranks; after a failure on any, the file is gone and all throw.
  /// A caller's mistake that is found before anything happened is thrown by other means.
  template <class F> void writing(F&& step) {
    try {
      collectively(comm, step);
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
};

/// Throws argument_error unless `name` can name a dataset or group.
void check_hdf5_name(const std::string& name);

/// Is there an object of this name? Local.
bool hdf5_has(hid_t file, const std::string& name);
/// The paths of all datasets in the order of the alphabet. Local.
std::vector<std::string> hdf5_dataset_names(hid_t file);

/// Opens a dataset of a file that may come from anywhere: whatever would read other files is
/// refused, and so are sizes that the file cannot hold. `file_bytes` < 0 leaves this out, for a
/// file of ours. Local. @throws file_error that begins with `action`.
hdf5_handle open_hdf5_dataset(hid_t file, const std::string& name, index_t file_bytes,
                              const std::string& action);
/// Opens any object, refusing links to other files. Local.
hdf5_handle open_hdf5_object(hid_t file, const std::string& name, const std::string& action);

/// Shape and type of an open dataset. Local.
hdf5_dataset_info hdf5_inspect(const hdf5_handle& dataset, const std::string& action);
/// What rank 0 finds, on all ranks. Collective.
hdf5_dataset_info hdf5_inspect(const communicator& comm, hid_t file, const std::string& name,
                               index_t file_bytes, const std::string& action);

/// "(4, 5)"
std::string shape_text(const std::vector<index_t>& shape);

/// Throws shape_error or index_error unless `part` fits a series as frame k.
void check_hdf5_frame(const std::string& name, index_t k, const hdf5_part& part,
                      const hdf5_dataset_info& info);

} // namespace detail

} // namespace tessera
