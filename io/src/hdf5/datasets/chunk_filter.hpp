/// @file
/// Chunks as HDF5's filters make them.
#pragma once

#include "hdf5/datasets/chunk_encoder.hpp"
#include "hdf5/datasets/hdf5_output_dataset.hpp"
#include "hdf5/wrappers/hdf5_handle.hpp"

#include <tessera/core/memory.hpp>

#include <optional>
#include <string>
#include <vector>

namespace tessera::detail {

/// A chunk as it is stored.
struct filtered_chunk {
  std::string bytes;
  unsigned left_out = 0; ///< a bit for each filter that was not applied, since it would not help
};

/// Passes chunks through the filters of a dataset. What the encoder does not know, HDF5 does, in a
/// file that is in memory only: so every rank can, without the file that is written. Local.
class chunk_filter {
public:
  /// @throws file_error that begins with `action`, as for a filter that this HDF5 does not have.
  chunk_filter(const hdf5_output_dataset& target, dtype type, std::string action);

  /// Do several threads at once make sense, or does HDF5 filter?
  [[nodiscard]] bool is_for_threads() const { return encoder_.has_value(); }
  /// Filters a chunk of which only a part, from its first element on, has values: the others are
  /// the fill value.
  [[nodiscard]] filtered_chunk apply(const region& part, const std::byte* data) const;

private:
  void make_file(const hdf5_handle& creation);
  [[nodiscard]] filtered_chunk filtered(const std::byte* elements) const;

  std::string action_;
  dtype element_;
  bool has_padding_;
  index_t itemsize_;
  index_t bytes_ = 0; // of a chunk
  std::vector<index_t> shape_;
  std::optional<chunk_encoder> encoder_;
  hdf5_handle file_; // these where there is no encoder
  hdf5_handle type_;
  hdf5_handle dataset_;
  std::string fill_;
};

} // namespace tessera::detail
