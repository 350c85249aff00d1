/// @file
/// Numbers with a fixed number of digits as text, where 128 bits decide how they are rounded.
#pragma once

namespace tessera::detail {

/// Most digits behind the first one (scientific), or behind the point (fixed).
inline constexpr int most_fast_digits = 18;

/// Writes a finite number as printf's %.*e, and returns where the text ends; null, with nothing
/// written, where the exact value must be known to round it.
char* format_scientific(char* to, double value, int precision);

/// The same for %.*f; null also for numbers of more than 19 digits.
char* format_fixed(char* to, double value, int precision);

} // namespace tessera::detail
