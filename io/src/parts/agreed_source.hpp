/// @file
/// What ranks write together: the same on all of them.
#pragma once

#include <tessera/io/parts/file_part.hpp>

#include <string>
#include <vector>

namespace tessera::detail {

/// "'u' of float64 (4, 5)"
std::string name_and_shape(const std::string& name, dtype type, const std::vector<index_t>& shape);
/// What is to be written, of the same shape on all ranks. Collective.
file_source agreed_source(const communicator& comm, const file_source& from);

} // namespace tessera::detail
