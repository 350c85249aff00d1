/// @file
/// From the elements of a chunk to its bytes in a file.
#pragma once

#include "hdf5/datasets/chunk_filters.hpp"

#include <tessera/core/shape.hpp>

#include <optional>
#include <string>
#include <vector>

namespace tessera::detail {

/// Applies deflate, shuffle and fletcher32 as HDF5 does, to the same bytes, without it: HDF5 lets
/// one thread in at a time. Any thread may use it at any time. Local.
class chunk_encoder {
public:
  /// For elements of so many bytes; nothing where there are filters that only HDF5 knows.
  /// @throws file_error that begins with `action`.
  static std::optional<chunk_encoder> of(const hdf5_handle& creation, index_t itemsize,
                                         const std::string& action);

  /// What is stored of elements.
  /// @throws memory_error
  [[nodiscard]] std::string run(const std::byte* elements, index_t bytes) const;

private:
  std::vector<chunk_filter_setting> filters_;
};

} // namespace tessera::detail
