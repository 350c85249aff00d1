#include "hdf5/datasets/hdf5_groups.hpp"
#include "hdf5/datasets/hdf5_dataset.hpp"

#include <tessera/core/error.hpp>

#include <fmt/core.h>

#include <string>

namespace tessera::detail {

void check_hdf5_is_new(hid_t file, const std::string& name, const std::string& path) {
  if (hdf5_has(file, name))
    throw argument_error(
        fmt::format("'{}' has a '{}' already; write it under another name", path, name));
}

hdf5_handle make_hdf5_groups(hid_t file, const std::string& name, const std::string& action) {
  hdf5_handle links = own_hdf5(H5Pcreate(H5P_LINK_CREATE), action);
  check_hdf5(H5Pset_char_encoding(links.get(), H5T_CSET_UTF8), action);
  const hdf5_handle creation = own_hdf5(H5Pcreate(H5P_GROUP_CREATE), action);
  check_hdf5(H5Pset_obj_track_times(creation.get(), false), action);
  for (std::size_t end = name.find('/', 1); end != name.npos; end = name.find('/', end + 1)) {
    const std::string group = name.substr(0, end);
    if (group.back() == '/' || hdf5_has(file, group)) continue;
    own_hdf5(H5Gcreate2(file, group.c_str(), links.get(), creation.get(), H5P_DEFAULT), action);
  }
  return links;
}

} // namespace tessera::detail
