/// @file
/// Chunks through filters that only HDF5 knows.
#pragma once

#include "hdf5/wrappers/hdf5_handle.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace tessera::detail {

/// Has HDF5 undo one filter of a dataset's chunks, in a file in memory whose description is made
/// anew: the parameters in a damaged file, by which HDF5's own filters reach behind the ends of
/// memory, are not used where they follow from the type and the shape of chunks. What comes out has
/// its size, or HDF5 never sees it. Local.
class filter_undo {
public:
  /// The k-th filter of a dataset of that type, whose chunks have so many bytes.
  /// @throws file_error that begins with `action`.
  filter_undo(const hdf5_handle& creation, unsigned k, const hdf5_handle& type, std::size_t bytes,
              const std::string& action);

  /// Returns why it cannot be undone; nothing when it worked.
  std::string run(std::vector<std::byte>& data) const;

private:
  [[nodiscard]] std::string prepare(std::vector<std::byte>& data) const;
  [[nodiscard]] std::string prepare_szip(const std::vector<std::byte>& data) const;
  [[nodiscard]] std::string prepare_scaled(std::vector<std::byte>& data) const;
  [[nodiscard]] std::string prepare_bits(std::vector<std::byte>& data) const;
  void set_filter(const hdf5_handle& creation, unsigned k, const hdf5_handle& anew,
                  const std::string& action);

  H5Z_filter_t id_ = H5Z_FILTER_ERROR;
  bool leaves_as_is_ = false;
  std::size_t bytes_;
  std::size_t itemsize_;
  std::size_t precision_ = 0; // bits of a number that has not all of its bytes; 0 of other elements
  hdf5_handle file_{};
  hdf5_handle type_{};
  hdf5_handle dataset_{};
  std::size_t ndim_ = 0;
};

} // namespace tessera::detail
