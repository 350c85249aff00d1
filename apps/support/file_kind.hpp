// Binary files by the ending of their names.
#pragma once

#include <tessera/core/shape.hpp>

#include <string>

namespace apps {

enum class file_kind { hdf5, npy };

/// @throws tessera::usage_error for any other ending.
file_kind kind_of(const std::string& path);

/// Bytes of a regular file; 0 of anything else, and where there is none.
tessera::index_t size_of(const std::string& path);

bool ends_with(const std::string& path, const std::string& ending);

} // namespace apps
