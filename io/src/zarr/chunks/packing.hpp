/// @file
/// Bytes packed and unpacked: gzip, zstd, checksums.
#pragma once

#include "zarr/metadata/codecs.hpp"

#include <tessera/core/shape.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tessera::detail {

/// CRC-32C (Castagnoli's polynomial, RFC 3720).
std::uint32_t crc32c(std::string_view bytes);

/// What is stored of bytes. Any thread may call it. @throws memory_error
std::string pack(const zarr_packing& packing, std::string_view bytes);
/// The same by all packings in turn.
std::string pack(const std::vector<zarr_packing>& packings, std::string_view bytes);

/// The way back, by the last packing first: at most `most` bytes, and no memory that the stored
/// ones could not need. Returns why it cannot be; nothing when it worked.
std::string unpack(const std::vector<zarr_packing>& packings, std::size_t most, std::string& bytes);

/// More bytes than these are not stored of `bytes`, whoever packs them.
index_t most_stored_bytes(const std::vector<zarr_packing>& packings, index_t bytes);

} // namespace tessera::detail
