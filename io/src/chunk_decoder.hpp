/// @file
/// From the bytes of a chunk in a file to its elements.
#pragma once

#include "hdf5_handle.hpp"

#include <tessera/core/shape.hpp>

#include <string>
#include <vector>

namespace tessera::detail {

/// Undoes the filters of a dataset's chunks, without HDF5: that of 1.10 trusts the sizes of damaged
/// chunks. Here, what a chunk becomes must have its size. Local.
class chunk_decoder {
public:
  chunk_decoder() = default;
  /// `bytes`: of a chunk's elements.
  chunk_decoder(const hdf5_handle& creation, index_t bytes);

  /// Are all filters known here?
  [[nodiscard]] bool is_possible() const { return is_possible_; }
  [[nodiscard]] bool has_filters() const { return !filters_.empty(); }
  /// Turns what is stored into the elements; bits of `left_out` are of filters that were not
  /// applied. Returns why it cannot be; nothing when it worked.
  std::string run(std::vector<std::byte>& stored, unsigned left_out) const;

private:
  struct filter {
    H5Z_filter_t id;
    index_t itemsize; // of shuffle
  };
  std::string undo(const filter& f, std::vector<std::byte>& data) const;

  std::vector<filter> filters_;
  index_t bytes_ = 0;
  bool is_possible_ = true;
};

/// A filter for people: "filter 32000 (lzf)", "deflate".
std::string hdf5_filter_name(hid_t creation, unsigned k);

/// "needs filter 32000 (lzf), not installed" where that is so of a dataset; else empty.
std::string missing_hdf5_filter(hid_t creation);

} // namespace tessera::detail
