#include "hdf5/wrappers/hdf5_links.hpp"

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

/// Can all links of a group be read? HDF5 1.10 crashes when it lists a group of which one cannot;
/// to look for a name that is not there reads them all, and only fails.
bool is_listable(hid_t group) {
  return H5Lexists(group, "\x01 no such link \x01", H5P_DEFAULT) >= 0;
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

std::string hdf5_identity(hid_t object) {
#if H5_VERSION_GE(1, 12, 0)
  H5O_info2_t info{};
  H5Oget_info3(object, &info, H5O_INFO_BASIC);
  return {reinterpret_cast<const char*>(&info.token), sizeof info.token};
#else
  H5O_info_t info{};
  H5Oget_info2(object, &info, H5O_INFO_BASIC);
  return {reinterpret_cast<const char*>(&info.addr), sizeof info.addr};
#endif
}

bool has_hdf5_attributes(hid_t object) {
#if H5_VERSION_GE(1, 12, 0)
  H5O_info2_t info{};
  return H5Oget_info3(object, &info, H5O_INFO_NUM_ATTRS) >= 0 && info.num_attrs > 0;
#else
  H5O_info_t info{};
  return H5Oget_info2(object, &info, H5O_INFO_NUM_ATTRS) >= 0 && info.num_attrs > 0;
#endif
}

void walk_hdf5_links(
    hid_t file,
    const std::function<void(const hdf5_link& link, const hdf5_handle& object)>& visit) {
  const hdf5_lock lock; // once for all of many calls
  std::set<std::string> seen;
  std::vector<std::string> groups{""};
  while (!groups.empty()) {
    const std::string parent = std::move(groups.back());
    groups.pop_back();
    const hdf5_handle group(H5Gopen2(file, ("/" + parent).c_str(), H5P_DEFAULT));
    if (!group.is_open() || !seen.insert(hdf5_identity(group.get())).second) continue;
    if (!is_listable(group.get())) continue;
    const std::string prefix = parent.empty() ? "" : parent + "/";
    std::vector<named_link> links;
    H5Literate(group.get(), H5_INDEX_NAME, H5_ITER_NATIVE, nullptr, note_link, &links);
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
  std::string value(link.info.u.val_size + 1, '\0');
  if (H5Lget_val(link.group, link.name.c_str(), value.data(), link.info.u.val_size, H5P_DEFAULT) <
      0)
    return {};
  if (link.info.type == H5L_TYPE_SOFT) return value.c_str();
  const char* file = nullptr;
  const char* object = nullptr;
  unsigned flags = 0;
  if (H5Lunpack_elink_val(value.data(), link.info.u.val_size, &flags, &file, &object) < 0)
    return {};
  return "'" + std::string(object) + "' in '" + file + "'";
}

} // namespace tessera::detail
