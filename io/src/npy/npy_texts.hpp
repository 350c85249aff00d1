/// @file
/// NumPy's texts of UTF-32 as texts of bytes.
#pragma once

#include <tessera/io/npy/npy_header.hpp>

#include <string>

namespace tessera::detail {

/// Are these texts that are read as UTF-8?
bool is_utf8_of_utf32(const npy_member_copy& copy);

/// Makes the texts of one element in memory from those of one in the file, padded with NULs.
/// @throws element_type_error for a text that does not fit, and for what is no character.
void copy_utf32_texts(const npy_member_copy& copy, const std::byte* from, std::byte* to,
                      const std::string& path);

} // namespace tessera::detail
