/// @file
/// Blanks beyond ASCII's.
#pragma once

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

} // namespace tessera::detail
