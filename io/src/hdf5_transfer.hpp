/// @file
/// Moves a rank's part between memory and an open dataset, piece by piece.
#pragma once

#include "hdf5_handle.hpp"

#include <tessera/core/memory.hpp>
#include <tessera/io/hdf5_part.hpp>

#include <string>

namespace tessera::detail {

/// One part and its dataset. Pieces that do not lie in memory without gaps go through a buffer,
/// which is allocated by the constructor.
class hdf5_transfer {
public:
  hdf5_transfer(const hdf5_handle& dataset, const hdf5_part& part, std::string action);

  /// Number of pieces of this rank.
  [[nodiscard]] index_t count() const;
  /// Writes piece k; for k >= count() nothing, which collective writing by others needs.
  void write(index_t k, const std::byte* data, bool collective);
  /// Reads piece k.
  void read(index_t k, std::byte* data);

private:
  struct selection {
    hdf5_handle file;
    hdf5_handle memory;
    region elements; // of the piece, in the caller's memory
  };
  [[nodiscard]] selection select(index_t k) const;

  const hdf5_handle& dataset_;
  const hdf5_part& part_;
  std::string action_;
  bool staged_;
  index_t piece_bytes_;
  hdf5_handle type_;
  buffer staging_;
};

} // namespace tessera::detail
