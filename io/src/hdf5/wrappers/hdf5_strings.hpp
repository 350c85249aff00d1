/// @file
/// Text in HDF5's forms: of any length, or of a fixed one and padded.
#pragma once

#include "hdf5/wrappers/hdf5_handle.hpp"

#include <functional>
#include <string>
#include <vector>

namespace tessera::detail {

/// A stored text of fixed length, without what pads it.
std::string fixed_hdf5_text(hid_t type, const char* letters);

/// Reads texts that are stored as `type` in either form. `read(memory_type, to)` shall read all
/// elements of `space`, with the properties `transfer`. @throws file_error that begins with
/// `action`.
std::vector<std::string> read_hdf5_texts(hid_t type, hid_t space, hid_t transfer,
                                         const std::string& action,
                                         const std::function<herr_t(hid_t, void*)>& read);

/// Throws argument_error, beginning with `action`, for a zero byte in a text: HDF5's end there.
void check_hdf5_texts(const std::vector<std::string>& texts, const std::string& action);

/// The same texts as HDF5 wants them; they live as long as `texts`.
std::vector<const char*> hdf5_text_pointers(const std::vector<std::string>& texts);

} // namespace tessera::detail
