#include "file_kind.hpp"

#include <tessera/core/error.hpp>

#include <string>
#include <sys/stat.h>

namespace apps {

bool ends_with(const std::string& path, const std::string& ending) {
  return path.size() >= ending.size() &&
         path.compare(path.size() - ending.size(), ending.size(), ending) == 0;
}

tessera::index_t size_of(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) ? status.st_size : 0;
}

file_kind kind_of(const std::string& path) {
  if (ends_with(path, ".npy")) return file_kind::npy;
  if (ends_with(path, ".h5") || ends_with(path, ".hdf5")) return file_kind::hdf5;
  throw tessera::usage_error("'" + path + "' is no name of a binary file; use .h5, .hdf5 or .npy");
}

} // namespace apps
