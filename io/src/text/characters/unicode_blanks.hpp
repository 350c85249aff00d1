/// @file
/// Characters beyond ASCII's, blanks above all.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tessera::detail {

/// May there be a blank that `is_blank` does not know?
bool has_wide_bytes(std::string_view line);

/// Writes a row of UTF-8 to `to` with ASCII blanks in place of what Python's str.isspace holds for
/// blanks besides. Where a delimiter separates fields, only those around fields change. Enough
/// bytes behind the row can be read for `parse_decimal`.
/// @returns the row.
std::string_view with_plain_blanks(std::string_view row, char delimiter, std::string& to);

/// Bytes of the character of UTF-8 at p, which is before `last`; 0 where there is none.
std::size_t utf8_bytes(const char* p, const char* last);

} // namespace tessera::detail
