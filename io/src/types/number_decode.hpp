/// @file
/// From the bytes of numbers in a file to numbers.
#pragma once

#include "types/number_convert.hpp"

namespace tessera::detail {

/// Makes numbers of type `type_in_memory(stored.type)`: in this machine's byte order, without the
/// bits that are not theirs, bool as 0 or 1.
void decode_numbers(const stored_number& stored, const std::byte* from, std::byte* to,
                    index_t count);

} // namespace tessera::detail
