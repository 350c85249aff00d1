/// @file
/// The checksum that HDF5 adds to chunks.
#pragma once

#include <cstddef>
#include <cstdint>

namespace tessera::detail {

/// Bytes of the checksum behind a chunk, the lowest first.
inline constexpr std::size_t fletcher32_size = 4;

/// Fletcher's checksum of 16-bit words, the high byte first, as HDF5 takes it.
std::uint32_t fletcher32(const std::byte* data, std::size_t bytes);

} // namespace tessera::detail
