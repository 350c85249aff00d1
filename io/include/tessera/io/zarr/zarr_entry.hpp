/// @file
/// What a Zarr store says it holds.
#pragma once

#include <tessera/core/shape.hpp>

#include <string>
#include <vector>

namespace tessera {

/// A group or an array of a Zarr store, as `zarr_store::entries` lists it.
struct zarr_entry {
  std::string path{};    ///< from the root, as "results/u"; "/" for the root
  bool is_group = false; ///< or else an array
  std::string dtype{};   ///< of an array, NumPy's name: "float64"
  std::vector<index_t> shape{};
  std::vector<index_t> chunk{};          ///< shape of its chunks
  std::vector<index_t> shard{};          ///< of its shards; empty without them
  std::string codecs{};                  ///< in the order of writing: "zstd 3, crc32c"
  std::vector<std::string> dimensions{}; ///< names of its axes; empty without them
  std::string fill_value{};              ///< as text
  index_t stored_bytes = 0;              ///< of the files of its chunks
  std::string refused{};                 ///< why it is not read; else empty
  bool is_damaged = false; ///< is that because what it says of itself cannot be right?
};

} // namespace tessera
