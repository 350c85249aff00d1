/// @file
/// How tiles of checkpoints are packed.
#pragma once

#include <tessera/core/memory.hpp>
#include <tessera/core/shape.hpp>
#include <tessera/io/checkpoint_options.hpp>

#include <optional>
#include <string_view>

namespace tessera::detail {

/// "none", "zstd" or "lz4", as manifests have it.
std::string_view name_of(tile_compression codec);
/// The way back; nothing for other words.
std::optional<tile_compression> compression_of(std::string_view name);

/// Packs elements of `itemsize` bytes: the first bytes of all come first, then the second ones, and
/// so on, which zstd or LZ4 packs. Returns the bytes that `packed` begins with; none where they
/// would not be fewer, or with `off`. Local, for any thread.
index_t pack_tile(const std::byte* elements, index_t bytes, index_t itemsize,
                  tile_compression codec, buffer& packed);

/// The way back, for any bytes at all.
/// @throws file_error where they are not a tile of `bytes` bytes.
void unpack_tile(const std::byte* packed, index_t packed_bytes, index_t itemsize,
                 tile_compression codec, std::byte* elements, index_t bytes);

} // namespace tessera::detail
