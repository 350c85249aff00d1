#include "parts/chunk_shape.hpp"
#include "types/claimed_bytes.hpp"
#include "types/fill_elements.hpp"
#include "types/shape_text.hpp"
#include "zarr/metadata/array_metadata.hpp"
#include "zarr/metadata/fill_value.hpp"

#include <tessera/core/error.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <string>
#include <vector>

namespace tessera::detail {

namespace {

// A file each: neither many small ones nor a few that ranks could not share.
constexpr index_t usual_file_bytes = index_t{16} << 20U;
// Small enough to unpack for a part of it, large enough to pack well.
constexpr index_t usual_packed_bytes = index_t{1} << 20U;
constexpr int usual_gzip_level = 5;
constexpr int usual_zstd_level = 3;

void check_chunk(const std::vector<index_t>& chunk, const char* name,
                 const std::vector<index_t>& shape, dtype type) {
  if (chunk.size() != shape.size())
    throw argument_error(fmt::format(
        "{} = {} has {} {}, the array of shape {} has {}", name, shape_text(chunk), chunk.size(),
        chunk.size() == 1 ? "axis" : "axes", shape_text(shape), shape.size()));
  for (const index_t n : chunk)
    if (n < 1)
      throw argument_error(fmt::format("{} = {}; along each axis there is at least one element",
                                       name, shape_text(chunk)));
  constexpr index_t most = std::numeric_limits<index_t>::max() / 4;
  if (claimed_bytes(chunk, static_cast<std::size_t>(type.size)) > most)
    throw argument_error(fmt::format("{} = {} of {} are more bytes than can be counted", name,
                                     shape_text(chunk), to_string(type)));
}

void check_divides(const std::vector<index_t>& chunk, const std::vector<index_t>& shard) {
  for (std::size_t d = 0; d < chunk.size(); ++d)
    if (shard[d] % chunk[d] != 0)
      throw argument_error(fmt::format(
          "shard = {} is no multiple of chunk = {} along axis {}; a shard holds whole chunks",
          shape_text(shard), shape_text(chunk), d));
}

/// Chunks of a shard: a part of it that divides it.
std::vector<index_t> chunk_of_shard(std::vector<index_t> chunk, index_t itemsize) {
  while (claimed_bytes(chunk, static_cast<std::size_t>(itemsize)) > usual_packed_bytes) {
    const auto longest = std::max_element(chunk.begin(), chunk.end());
    index_t factor = 2;
    while (*longest % factor != 0 && factor * factor <= *longest) ++factor;
    *longest = *longest % factor == 0 ? *longest / factor : 1;
  }
  return chunk;
}

std::vector<zarr_packing> packings_of(const zarr_layout& layout) {
  std::vector<zarr_packing> packings;
  const auto check_level = [&](int low, int high) {
    if (layout.level < low || layout.level > high)
      throw argument_error(fmt::format("level = {} of {}; it is {} (fast) to {} (small)",
                                       layout.level, layout.codec, low, high));
  };
  if (layout.codec == "gzip") {
    check_level(0, 9);
    packings.push_back(
        {zarr_packing::kind::gzip, layout.level == 0 ? usual_gzip_level : layout.level});
  } else if (layout.codec == "zstd") {
    check_level(-7, 22);
    packings.push_back(
        {zarr_packing::kind::zstd, layout.level == 0 ? usual_zstd_level : layout.level});
  } else if (!layout.codec.empty()) {
    throw argument_error(
        fmt::format("codec = '{}'; there are 'zstd' and 'gzip', and '' for none", layout.codec));
  } else if (layout.level != 0) {
    throw argument_error(fmt::format("level = {} without a codec", layout.level));
  }
  if (layout.crc32c) packings.push_back({zarr_packing::kind::crc32c});
  return packings;
}

void check_dimensions(const zarr_layout& layout, const std::vector<index_t>& shape) {
  if (layout.dimensions.empty() || layout.dimensions.size() == shape.size()) return;
  throw shape_error(fmt::format("{} names of dimensions of an array of shape {}",
                                layout.dimensions.size(), shape_text(shape)));
}

} // namespace

array_metadata plan_array(const std::vector<index_t>& shape, dtype type,
                          const zarr_layout& layout) {
  if (type.kind == 'V' || type.kind == 'S')
    throw argument_error(
        fmt::format("Zarr arrays hold bool, integers, float, double and complex numbers, not {}",
                    to_string(type)));
  check_dimensions(layout, shape);
  array_metadata result{
      shape, type, {}, {}, {}, fill_bytes(layout.fill_value, type), layout.dimensions};
  zarr_codecs packed;
  packed.packings = packings_of(layout);
  std::vector<index_t> chunk = layout.chunk;
  if (!chunk.empty() || shape.empty()) check_chunk(chunk, "chunk", shape, type);
  if (layout.shard.empty()) {
    result.chunk = chunk.empty() ? usual_chunk(shape, type.size, usual_file_bytes) : chunk;
    result.codecs = packed;
    return result;
  }
  check_chunk(layout.shard, "shard", shape, type);
  if (chunk.empty()) chunk = chunk_of_shard(layout.shard, type.size);
  check_divides(chunk, layout.shard);
  result.chunk = layout.shard;
  zarr_codecs index;
  index.packings = {{zarr_packing::kind::crc32c}};
  result.codecs.shards =
      std::make_shared<const zarr_sharding>(zarr_sharding{chunk, packed, index, false});
  return result;
}

std::string layout_text(const zarr_layout& layout) {
  std::string text;
  if (!layout.chunk.empty()) text += ", chunk = " + shape_text(layout.chunk);
  if (!layout.shard.empty()) text += ", shard = " + shape_text(layout.shard);
  if (!layout.codec.empty()) text += fmt::format(", codec = '{}'", layout.codec);
  if (layout.level != 0) text += fmt::format(", level = {}", layout.level);
  if (layout.crc32c) text += ", crc32c";
  const zarr_fill& fill = layout.fill_value;
  const std::string bytes(fill.bytes(), static_cast<std::size_t>(fill.type().size));
  if (!is_zero(bytes)) text += ", fill_value = " + brief_text(fill_json(bytes, fill.type()));
  for (const std::string& name : layout.dimensions) text += fmt::format(", dimension '{}'", name);
  return text;
}

} // namespace tessera::detail
