#include "hdf5/wrappers/hdf5_handle.hpp"

#include <tessera/core/error.hpp>

#include <string>
#include <vector>

namespace tessera::detail {

void throw_hdf5(const std::string& action) { throw file_error(action + ": " + hdf5_reason()); }

void close_hdf5_file(hdf5_handle& file, const std::string& action) {
  if (file.is_open()) check_hdf5(H5Fclose(file.release()), action);
}

} // namespace tessera::detail
