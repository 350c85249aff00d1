/// @file
/// How checkpoints are kept.
#pragma once

#include <tessera/core/shape.hpp>

#include <limits>

namespace tessera {

/// How the tiles of a saved array are packed, after their elements' bytes were brought together by
/// significance (shuffled): by zstd at its first level, or by LZ4, which is faster and packs less.
/// Both are lossless; tiles that do not get smaller stay as they are.
enum class tile_compression { off, zstd, lz4 };

/// How a value is saved.
struct saved_options {
  /// Of an array's tiles; other values are small.
  tile_compression compression = tile_compression::off;
};

/// How a checkpoint works.
struct checkpoint_options {
  /// How many generations stay that are whole, the new one among them; what is older is removed
  /// when the new one is on the medium. Damaged ones do not count, and go when there are as many
  /// that are whole. One that a kept one refers to (see `incremental`) stays beside them.
  index_t keep = 2;
  /// How many bytes of copies each rank may hold for `start_save`, at most. What has no room waits
  /// until some of them are written; arrays are cut into pieces of at most 32 MiB, and of less than
  /// one nothing is copied: `start_save` then writes it itself.
  index_t memory_limit = std::numeric_limits<index_t>::max();
  /// Write only tiles (of at most 1 MiB) that changed since the save before, if that was by the
  /// same object or another of the folder in this process and is whole; of the others, the manifest
  /// says which generation has them.
  bool incremental = false;
  /// How many generations in a row may depend on one that has everything, with that one; then all
  /// is written again.
  index_t full_every = 10;
};

} // namespace tessera
