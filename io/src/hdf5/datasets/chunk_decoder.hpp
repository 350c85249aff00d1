/// @file
/// From the bytes of a chunk in a file to its elements.
#pragma once

#include "hdf5/wrappers/filter_undo.hpp"
#include "hdf5/wrappers/hdf5_handle.hpp"

#include <tessera/core/shape.hpp>

#include <memory>
#include <string>
#include <vector>

namespace tessera::detail {

/// Undoes the filters of a dataset's chunks, deflate, shuffle and fletcher32 without HDF5: that of
/// 1.10 trusts the sizes of damaged chunks. Here, what a chunk becomes must have its size. Local.
class chunk_decoder {
public:
  chunk_decoder() = default;
  /// Of elements of a stored type; `bytes`: of a chunk's.
  /// @throws file_error that begins with `action` where filters cannot be undone.
  chunk_decoder(const hdf5_handle& creation, const hdf5_handle& type, index_t bytes,
                const std::string& action);

  [[nodiscard]] bool has_filters() const { return !filters_.empty(); }
  /// May several threads use it at once? HDF5 lets one in at a time.
  [[nodiscard]] bool is_for_threads() const;
  /// Turns what is stored into the elements; bits of `left_out` are of filters that were not
  /// applied. Returns why it cannot be; nothing when it worked.
  std::string run(std::vector<std::byte>& stored, unsigned left_out) const;

private:
  struct filter {
    H5Z_filter_t id;
    index_t itemsize;                           // of shuffle
    std::shared_ptr<const filter_undo> other{}; // that only HDF5 knows
  };
  std::string undo(const filter& f, std::vector<std::byte>& data) const;

  std::vector<filter> filters_;
  index_t bytes_ = 0;
};

} // namespace tessera::detail
