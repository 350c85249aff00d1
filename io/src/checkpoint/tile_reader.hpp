/// @file
/// A tiled generation as one file.
#pragma once

#include "checkpoint/data_files.hpp"

#include <tessera/core/memory.hpp>

#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace tessera::detail {

/// Reads the data file of a tiled generation as if all elements were at their places, from
/// whichever tiles of whichever generations they are in; packed tiles are unpacked, and some of
/// them kept. Local.
class tile_reader {
public:
  /// `path`: of the manifest. @throws file_error
  tile_reader(const std::string& path, checkpoint_manifest manifest);

  void read_at(index_t offset, void* to, index_t bytes) const;

private:
  using tile_list = std::vector<const hashed_piece*>; // by their first index along the first axis

  struct unpacked_tile {
    const hashed_piece* tile;
    buffer elements;
  };

  void read_array(std::size_t array, index_t first, std::byte* to, index_t bytes) const;
  [[nodiscard]] const hashed_piece& tile_at(std::size_t array,
                                            const std::vector<index_t>& index) const;
  void read_tile(const hashed_piece& tile, index_t itemsize, index_t first, std::byte* to,
                 index_t bytes) const;
  [[nodiscard]] const std::byte* unpacked(const hashed_piece& tile, index_t itemsize) const;

  checkpoint_manifest manifest_;
  files_of_manifest files_;
  std::vector<std::size_t> by_offset_; // arrays that have elements
  std::vector<tile_list> tiles_;       // of each array
  mutable std::mutex reading_;
  mutable const hashed_piece* last_ = nullptr;
  mutable std::deque<unpacked_tile> kept_; // the last ones that were used
};

} // namespace tessera::detail
