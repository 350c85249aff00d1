/// @file
/// Elements that are made of numbers (`fixed_array`, complex ones), as numbers along axes of their
/// own behind those of the array.
#pragma once

#include <tessera/io/parts/file_part.hpp>

#include <vector>

namespace tessera::detail {

/// A part of an array of such elements as a part of the array of their numbers, which has the axes
/// `inner` more. The numbers lie where they were.
file_part as_numbers(const file_part& part, dtype number, const std::vector<index_t>& inner);

} // namespace tessera::detail
