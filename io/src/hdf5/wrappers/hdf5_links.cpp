#include "hdf5/wrappers/hdf5_links.hpp"

#include <tessera/core/error.hpp>

#include <fmt/core.h>

#include <set>
#include <string>
#include <utility>
#include <vector>

namespace tessera::detail {

namespace {

using named_link = std::pair<std::string, H5L_info_t>;

herr_t note_link(hid_t /*group*/, const char* name, const H5L_info_t* info, void* links) {
  static_cast<std::vector<named_link>*>(links)->emplace_back(name, *info);
  return 0;
}

/// HDF5 1.10 crashes when it lists a group of which one link cannot be read; to look for a name
/// that is not there reads them all, and only fails.
void check_listable(hid_t group, const std::string& action) {
  check_hdf5(H5Lexists(group, "\x01 no such link \x01", H5P_DEFAULT), action);
}

/// None of a group that was seen before, under another name.
std::vector<named_link> new_links_of(hid_t group, std::set<std::string>& seen,
                                     const std::string& action) {
  std::vector<named_link> links;
  if (!seen.insert(hdf5_identity(group, action)).second) return links;
  check_listable(group, action);
  check_hdf5(H5Literate(group, H5_INDEX_NAME, H5_ITER_NATIVE, nullptr, note_link, &links), action);
  return links;
}

/// What a hard link leads to, without looking its name up once more.
hid_t open_target(hid_t group, const H5L_info_t& link) {
#if H5_VERSION_GE(1, 12, 0)
  return H5Oopen_by_token(group, link.u.token);
#else
  return H5Oopen_by_addr(group, link.u.address);
#endif
}

} // namespace

std::string hdf5_identity(hid_t object, const std::string& action) {
#if H5_VERSION_GE(1, 12, 0)
  H5O_info2_t info{};
  check_hdf5(H5Oget_info3(object, &info, H5O_INFO_BASIC), action);
  return {reinterpret_cast<const char*>(&info.token), sizeof info.token};
#else
  H5O_info_t info{};
  check_hdf5(H5Oget_info2(object, &info, H5O_INFO_BASIC), action);
  return {reinterpret_cast<const char*>(&info.addr), sizeof info.addr};
#endif
}

bool has_hdf5_attributes(hid_t object, const std::string& action) {
#if H5_VERSION_GE(1, 12, 0)
  H5O_info2_t info{};
  check_hdf5(H5Oget_info3(object, &info, H5O_INFO_NUM_ATTRS), action);
#else
  H5O_info_t info{};
  check_hdf5(H5Oget_info2(object, &info, H5O_INFO_NUM_ATTRS), action);
#endif
  return info.num_attrs > 0;
}

void walk_hdf5_links(
    hid_t file, const std::function<void(const hdf5_link& link, const hdf5_handle& object)>& visit,
    const std::function<void(const std::string& group, const std::string& why)>& cannot_list) {
  const hdf5_lock lock; // once for all of many calls
  std::set<std::string> seen;
  std::vector<std::string> groups{""};
  while (!groups.empty()) {
    const std::string parent = std::move(groups.back());
    groups.pop_back();
    const std::string path = "/" + parent;
    const std::string action = fmt::format("what group '{}' holds cannot be listed", path);
    hdf5_handle group;
    std::vector<named_link> links;
    try {
      group = own_hdf5(H5Gopen2(file, path.c_str(), H5P_DEFAULT), action);
      links = new_links_of(group.get(), seen, action);
    } catch (const file_error& e) {
      cannot_list(parent, e.what());
      continue;
    }
    const std::string prefix = parent.empty() ? "" : parent + "/";
    for (const auto& [name, info] : links) {
      const hdf5_link link{group.get(), name, prefix + name, info};
      const hdf5_handle object(info.type == H5L_TYPE_HARD ? open_target(group.get(), info)
                                                          : H5I_INVALID_HID);
      visit(link, object);
      if (object.is_open() && H5Iget_type(object.get()) == H5I_GROUP &&
          link.path.size() <= longest_hdf5_path)
        groups.push_back(link.path);
    }
  }
}

std::string hdf5_link_target(const hdf5_link& link) {
  const std::string action = "cannot read where it leads";
  const std::size_t bytes = link.info.u.val_size;
  std::string value(bytes + 1, '\0');
  check_hdf5(H5Lget_val(link.group, link.name.c_str(), value.data(), bytes, H5P_DEFAULT), action);
  if (link.info.type == H5L_TYPE_SOFT) return value.c_str();
  const char* file = nullptr;
  const char* object = nullptr;
  unsigned flags = 0;
  check_hdf5(H5Lunpack_elink_val(value.data(), bytes, &flags, &file, &object), action);
  return fmt::format("'{}' in '{}'", object, file);
}

} // namespace tessera::detail
