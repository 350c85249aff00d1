// What kind of file it is.
#pragma once

#include <tessera/core/shape.hpp>

#include <string>

namespace apps {

enum class file_kind { hdf5, npy, npz, checkpoint, text };

/// Of a file that is to be read, by its content. What no other program of ours reads is taken for
/// text. Local.
/// @throws tessera::file_error for what cannot be opened, is empty, or is of a format that has to
/// be converted first; the message says how.
file_kind kind_of_input(const std::string& path);

/// Of a file that is to be written, by its name: hdf5 or npy.
/// @throws tessera::usage_error for any other ending.
file_kind kind_of_output(const std::string& path);

/// Bytes of a regular file; 0 of anything else, and where there is none.
tessera::index_t size_of(const std::string& path);

bool ends_with(const std::string& path, const std::string& ending);

} // namespace apps
