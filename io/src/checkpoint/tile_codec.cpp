#include "checkpoint/tile_codec.hpp"

#include <tessera/core/error.hpp>

#include <array>
#include <limits>
#include <lz4.h>
#include <utility>
#include <zstd.h>

namespace tessera::detail {

namespace {

constexpr std::array<std::pair<tile_compression, std::string_view>, 3> names{
    {{tile_compression::off, "none"},
     {tile_compression::zstd, "zstd"},
     {tile_compression::lz4, "lz4"}}};

constexpr int zstd_level = 1; // higher ones take several times as long for some per cent

/// Copies element i's byte b from i * from_item + b * from_byte to i * to_item + b * to_byte.
void transpose(const std::byte* from, index_t from_item, index_t from_byte, std::byte* to,
               index_t to_item, index_t to_byte, index_t count, index_t itemsize) {
  // So many that a byte of each lies in the first-level cache.
  constexpr index_t block = 2048;
  for (index_t first = 0; first < count; first += block) {
    const index_t last = first + block < count ? first + block : count;
    for (index_t b = 0; b < itemsize; ++b)
      for (index_t i = first; i < last; ++i)
        to[i * to_item + b * to_byte] = from[i * from_item + b * from_byte];
  }
}

[[noreturn]] void damaged() { throw file_error("a tile cannot be unpacked"); }

std::size_t bound_of(index_t bytes, tile_compression codec) {
  if (codec == tile_compression::zstd) return ZSTD_compressBound(static_cast<std::size_t>(bytes));
  return static_cast<std::size_t>(LZ4_compressBound(static_cast<int>(bytes)));
}

/// 0 where it cannot be done.
std::size_t compress(const std::byte* from, index_t bytes, tile_compression codec, buffer& to) {
  if (codec == tile_compression::zstd) {
    const std::size_t size =
        ZSTD_compress(to.data(), to.capacity(), from, static_cast<std::size_t>(bytes), zstd_level);
    return ZSTD_isError(size) != 0 ? 0 : size;
  }
  const int size =
      LZ4_compress_default(reinterpret_cast<const char*>(from), reinterpret_cast<char*>(to.data()),
                           static_cast<int>(bytes), static_cast<int>(to.capacity()));
  return static_cast<std::size_t>(size);
}

bool decompress(const std::byte* from, index_t packed, tile_compression codec, std::byte* to,
                index_t bytes) {
  if (codec == tile_compression::zstd)
    return ZSTD_decompress(to, static_cast<std::size_t>(bytes), from,
                           static_cast<std::size_t>(packed)) == static_cast<std::size_t>(bytes);
  return LZ4_decompress_safe(reinterpret_cast<const char*>(from), reinterpret_cast<char*>(to),
                             static_cast<int>(packed), static_cast<int>(bytes)) == bytes;
}

} // namespace

std::string_view name_of(tile_compression codec) {
  for (const auto& [known, name] : names)
    if (known == codec) return name;
  return "unknown";
}

std::optional<tile_compression> compression_of(std::string_view name) {
  for (const auto& [codec, known] : names)
    if (known == name) return codec;
  return {};
}

index_t pack_tile(const std::byte* elements, index_t bytes, index_t itemsize,
                  tile_compression codec, buffer& packed) {
  if (codec == tile_compression::off || bytes == 0 || bytes > LZ4_MAX_INPUT_SIZE) return 0;
  const buffer shuffled(static_cast<std::size_t>(bytes));
  const index_t count = bytes / itemsize;
  transpose(elements, itemsize, 1, shuffled.data(), 1, count, count, itemsize);
  const std::size_t bound = bound_of(bytes, codec);
  if (packed.capacity() < bound) packed = buffer(bound);
  const auto size = static_cast<index_t>(compress(shuffled.data(), bytes, codec, packed));
  return size < bytes ? size : 0;
}

void unpack_tile(const std::byte* packed, index_t packed_bytes, index_t itemsize,
                 tile_compression codec, std::byte* elements, index_t bytes) {
  constexpr index_t largest = std::numeric_limits<int>::max();
  if (codec == tile_compression::off || packed_bytes > largest || bytes > largest) damaged();
  const buffer shuffled(static_cast<std::size_t>(bytes));
  if (!decompress(packed, packed_bytes, codec, shuffled.data(), bytes)) damaged();
  const index_t count = bytes / itemsize;
  transpose(shuffled.data(), 1, count, elements, itemsize, 1, count, itemsize);
}

} // namespace tessera::detail
