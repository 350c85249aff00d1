/// @file
/// The dictionary in the header of an npy file.
#pragma once

#include <tessera/io/npy/npy_header.hpp>

#include <string>

namespace tessera::detail {

/// Parses "{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }" and the blanks behind it.
/// Strict: just these three keys, in any order. Returns what is wrong with it, or null.
const char* parse_npy_literal(const std::string& text, npy_header& header);

} // namespace tessera::detail
