/// @file
/// How numbers of a file are read as another type.
#pragma once

#include "types/number_convert.hpp"

#include <string>

namespace tessera::detail {

/// From numbers of a type, complex ones among them, whose bytes may be in the other order, to those
/// of a type that holds all their values.
element_conversion conversion_of_numbers(dtype stored, bool swapped, dtype wanted);

} // namespace tessera::detail
