/// @file
/// Elements of another byte order.
#pragma once

#include <tessera/core/shape.hpp>
#include <tessera/io/types/dtype.hpp>

#include <cstdint>

namespace tessera::detail {

/// A word with its bytes in the other order.
inline std::uint8_t swapped(std::uint8_t v) { return v; }
inline std::uint16_t swapped(std::uint16_t v) { return __builtin_bswap16(v); }
inline std::uint32_t swapped(std::uint32_t v) { return __builtin_bswap32(v); }
inline std::uint64_t swapped(std::uint64_t v) { return __builtin_bswap64(v); }

/// Reverses the bytes of every number in place; the two of a complex number each for itself.
void swap_bytes(void* elements, dtype type, index_t count);

/// Makes every bool 0 or 1, also those in structs: other values are undefined behaviour in C++.
void normalize_bools(void* elements, dtype type, index_t count);

} // namespace tessera::detail
