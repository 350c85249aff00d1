/// @file
/// A walk over all that an HDF5 file holds.
#pragma once

#include "hdf5/wrappers/hdf5_handle.hpp"

#include <functional>
#include <string>

namespace tessera::detail {

/// A place in a file.
struct hdf5_link {
  hid_t group;      ///< open; holds the link
  std::string name; ///< in the group
  std::string path; ///< from the root of the file, without a slash at the begin
  H5L_info_t info;
};

/// Groups in groups are not followed beyond paths of this length: a small file can hold so many
/// that the paths alone would fill the memory.
inline constexpr std::size_t longest_hdf5_path = 1024;

/// Calls `visit` for every link of a file, in an order that no one should rely on. `object` is what
/// a hard link leads to, and not open for other links or where that is damaged. A group with
/// several names is walked through once; nothing outside the file is touched. `cannot_list` hears
/// of groups whose links cannot be read, after these were visited: the path, and why. Local.
void walk_hdf5_links(
    hid_t file, const std::function<void(const hdf5_link& link, const hdf5_handle& object)>& visit,
    const std::function<void(const std::string& group, const std::string& why)>& cannot_list);

/// Where an object lies in its file: the same for all its names.
/// @throws file_error that begins with `action`, as the others do.
std::string hdf5_identity(hid_t object, const std::string& action);

/// Has it attributes? Cheaper than to look for one.
bool has_hdf5_attributes(hid_t object, const std::string& action);

/// The path that a soft link names, or "'u' in 'other.h5'" of a link to another file.
std::string hdf5_link_target(const hdf5_link& link);

} // namespace tessera::detail
