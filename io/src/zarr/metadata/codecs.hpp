/// @file
/// How the elements of a chunk become the bytes of a file: codecs, as metadata name them.
#pragma once

#include "zarr/metadata/json.hpp"

#include <tessera/core/shape.hpp>
#include <tessera/io/types/dtype.hpp>

#include <memory>
#include <string>
#include <vector>

namespace tessera::detail {

struct zarr_sharding;

/// What packs bytes, or adds a checksum.
struct zarr_packing {
  enum class kind { gzip, zstd, crc32c };
  kind codec;
  int level = 0;
  bool has_checksum = false; ///< of zstd's own
  friend bool operator==(const zarr_packing&, const zarr_packing&) = default;
};

/// The codecs of an array, or of what lies inside a shard, in the order of writing.
struct zarr_codecs {
  /// The axes of what is stored, as axes of the chunk (all transpositions together); empty: as
  /// they are.
  std::vector<std::size_t> order{};
  /// The bytes of numbers are in the other order than here. (Where there are shards, inside them.)
  bool swapped = false;
  std::shared_ptr<const zarr_sharding> shards{}; ///< instead of elements, chunks and their index
  std::vector<zarr_packing> packings{};

  /// Are elements stored one behind the other, as they are?
  [[nodiscard]] bool is_plain() const { return order.empty() && !shards && packings.empty(); }
  /// Can the parts of shards be read for themselves?
  [[nodiscard]] bool has_open_shards() const { return shards && order.empty() && packings.empty(); }
};

/// Chunks of chunks: the codec "sharding_indexed".
struct zarr_sharding {
  std::vector<index_t> chunk; ///< shape of the inner chunks
  zarr_codecs inner;
  zarr_codecs index; ///< bytes, and checksums
  bool index_is_first = false;
};

/// The order of bytes of the numbers in chunks, inside of shards perhaps: is it the other one?
bool is_swapped(const zarr_codecs& codecs);

/// Codecs of chunks of a shape. Unknown ones are named.
/// @throws file_error that begins with `action`, format_error where they cannot be right.
zarr_codecs parse_codecs(const json& list, const std::vector<index_t>& chunk, dtype type,
                         const std::string& action);
/// The way back, for arrays that are written.
json codecs_json(const zarr_codecs& codecs);

/// "zstd 3, crc32c", "sharding (64, 64): gzip 5"; empty where elements are as they are.
std::string codecs_text(const zarr_codecs& codecs);

} // namespace tessera::detail
