#include "hdf5/wrappers/hdf5_types.hpp"

#include <tessera/core/members.hpp>

#include <algorithm>

namespace tessera::detail {

namespace {

constexpr char no_subset[] = "cannot describe an element type";

/// Only the members of a struct that are wanted, one behind the other.
hdf5_handle wanted_members(hid_t stored, const struct_layout& wanted) {
  std::vector<hdf5_handle> types;
  std::vector<std::string> names;
  std::size_t bytes = 0;
  for (const struct_member& member : wanted.all) {
    const int k = H5Tget_member_index(stored, member.name.c_str());
    if (k < 0) continue; // said when it is looked for
    const hdf5_handle stored_member =
        own_hdf5(H5Tget_member_type(stored, static_cast<unsigned>(k)), no_subset);
    types.push_back(type_to_read(stored_member.get(), member.type));
    names.push_back(member.name);
    bytes += H5Tget_size(types.back().get());
  }
  if (types.empty()) return own_hdf5(H5Tcopy(stored), no_subset);
  hdf5_handle compound = own_hdf5(H5Tcreate(H5T_COMPOUND, bytes), no_subset);
  std::size_t offset = 0;
  for (std::size_t k = 0; k < types.size(); ++k) {
    check_hdf5(H5Tinsert(compound.get(), names[k].c_str(), offset, types[k].get()), no_subset);
    offset += H5Tget_size(types[k].get());
  }
  return compound;
}

} // namespace

bool has_pointers(hid_t stored) {
  switch (H5Tget_class(stored)) {
  case H5T_VLEN:
  case H5T_REFERENCE: return true;
  case H5T_STRING: return H5Tis_variable_str(stored) > 0;
  case H5T_ARRAY: return has_pointers(hdf5_handle(H5Tget_super(stored)).get());
  case H5T_COMPOUND: {
    const int count = H5Tget_nmembers(stored);
    for (int k = 0; k < count; ++k)
      if (has_pointers(hdf5_handle(H5Tget_member_type(stored, static_cast<unsigned>(k))).get()))
        return true;
    return false;
  }
  default: return false;
  }
}

index_t bytes_in_file(hid_t stored) {
  constexpr index_t address = 8;
  const auto size = static_cast<index_t>(H5Tget_size(stored));
  switch (H5Tget_class(stored)) {
  case H5T_STRING: return H5Tis_variable_str(stored) > 0 ? address + 8 : size; // length and number
  case H5T_VLEN: return address + 8;
  case H5T_ARRAY: {
    const hdf5_handle item(H5Tget_super(stored));
    const auto item_size = static_cast<index_t>(H5Tget_size(item.get()));
    return item_size > 0 ? size / item_size * bytes_in_file(item.get()) : size;
  }
  case H5T_COMPOUND: {
    index_t bytes = size;
    for (int k = 0; k < H5Tget_nmembers(stored); ++k) {
      const hdf5_handle member(H5Tget_member_type(stored, static_cast<unsigned>(k)));
      bytes += bytes_in_file(member.get()) - static_cast<index_t>(H5Tget_size(member.get()));
    }
    return bytes;
  }
  default: return size;
  }
}

hdf5_handle type_to_read(hid_t stored, dtype wanted) {
  const bool is_struct = H5Tget_class(stored) == H5T_COMPOUND && wanted.kind == 'V';
  if (is_struct && has_pointers(stored)) return wanted_members(stored, *wanted.members);
  return own_hdf5(H5Tcopy(stored), no_subset);
}

} // namespace tessera::detail
