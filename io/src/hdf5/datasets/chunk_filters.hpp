/// @file
/// The filters of a dataset's chunks.
#pragma once

#include "hdf5/wrappers/hdf5_handle.hpp"

#include <string>
#include <vector>

namespace tessera::detail {

/// A filter, and the first of its settings: bytes of an element, how hard to compress; else 0.
struct chunk_filter_setting {
  H5Z_filter_t id;
  unsigned value;
};
/// Those that a dataset's elements pass, in this order.
/// @throws file_error that begins with `action`.
std::vector<chunk_filter_setting> chunk_filters(hid_t creation, const std::string& action);

/// A filter for people: "filter 32000 (lzf)", "deflate".
std::string hdf5_filter_name(hid_t creation, unsigned k, const std::string& action);

/// "needs filter 32000 (lzf), not installed" where that is so of a dataset; else empty.
std::string missing_hdf5_filter(hid_t creation, const std::string& action);

} // namespace tessera::detail
