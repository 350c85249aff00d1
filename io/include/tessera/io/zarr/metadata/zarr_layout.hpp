/// @file
/// How a Zarr array is stored.
#pragma once

#include <tessera/core/shape.hpp>
#include <tessera/io/zarr/metadata/zarr_fill.hpp>

#include <string>
#include <vector>

namespace tessera {

/// How the elements of an array lie in the files of its store. Without any option, they lie in
/// chunks of 16 MiB at most, each a file, as they lie in memory.
///
///     store.write("u", u, {.chunk = {64, 64}, .shard = {1024, 1024}, .codec = "zstd"});
struct zarr_layout {
  /// Elements of a chunk along each axis: what is packed, and read, as one.
  std::vector<index_t> chunk{};
  /// Elements of a shard, a file of many chunks, along each axis: multiples of those of a chunk.
  /// Empty: every chunk is a file. Each file is written by one rank.
  std::vector<index_t> shard{};
  /// How chunks are packed: "" (not at all), "zstd" or "gzip".
  std::string codec{};
  /// How hard: 1 (fast) to 9 of gzip (5 unless given), -7 (fast) to 22 of zstd (3 unless given).
  int level = 0;
  /// Adds a checksum to every chunk, which is checked when it is read. (Indexes of shards have
  /// one.)
  bool crc32c = false;
  /// What elements of chunks are that lie outside of the array, and those that were never written.
  zarr_fill fill_value{};
  /// Names of the axes, for xarray: {"y", "x"}.
  std::vector<std::string> dimensions{};
};

namespace detail {

/// What a layout asks for, for messages; nothing where it asks for nothing.
std::string layout_text(const zarr_layout& layout);

} // namespace detail

} // namespace tessera
