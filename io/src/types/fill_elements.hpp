/// @file
/// The same element many times.
#pragma once

#include <tessera/core/shape.hpp>

#include <cstddef>
#include <string>

namespace tessera::detail {

/// Are these all zero?
bool is_zero(const std::string& bytes);

/// Repeats the bytes of an element.
void fill_elements(std::byte* to, index_t count, const std::string& element);

} // namespace tessera::detail
