#include "hdf5/wrappers/hdf5_types.hpp"

#include <tessera/core/members.hpp>

#include <string>
#include <vector>

namespace tessera::detail {

namespace {

constexpr char no_type[] = "cannot describe an element type";

hid_t integer_type(dtype type) {
  const bool is_signed = type.kind == 'i';
  switch (type.size) {
  case 1: return is_signed ? H5T_NATIVE_INT8 : H5T_NATIVE_UINT8;
  case 2: return is_signed ? H5T_NATIVE_INT16 : H5T_NATIVE_UINT16;
  case 4: return is_signed ? H5T_NATIVE_INT32 : H5T_NATIVE_UINT32;
  default: return is_signed ? H5T_NATIVE_INT64 : H5T_NATIVE_UINT64;
  }
}

hid_t real_type(dtype type) {
  if (type.kind == 'f') return type.size == 4 ? H5T_NATIVE_FLOAT : H5T_NATIVE_DOUBLE;
  return integer_type(type);
}

hdf5_handle bool_type() {
  hdf5_handle type = own_hdf5(H5Tenum_create(H5T_NATIVE_INT8), no_type);
  signed char value = 0;
  check_hdf5(H5Tenum_insert(type.get(), "FALSE", &value), no_type);
  value = 1;
  check_hdf5(H5Tenum_insert(type.get(), "TRUE", &value), no_type);
  return type;
}

/// With the names that the parts have where they are stored.
hdf5_handle complex_type(int size, hid_t stored) {
  const auto known = stored >= 0 ? stored_complex_of(stored) : std::nullopt;
  return known ? hdf5_complex_type(size, known->real_name, known->imaginary_name)
               : hdf5_complex_type(size, "r", "i");
}

/// Text is not converted between ASCII and UTF-8, so memory has the file's.
hdf5_handle text_type(int size, hid_t stored) {
  hdf5_handle type = own_hdf5(H5Tcopy(H5T_C_S1), no_type);
  const bool known = stored >= 0 && H5Tget_class(stored) == H5T_STRING;
  check_hdf5(H5Tset_size(type.get(), static_cast<std::size_t>(size)), no_type);
  check_hdf5(H5Tset_strpad(type.get(), H5T_STR_NULLPAD), no_type);
  check_hdf5(H5Tset_cset(type.get(), known ? H5Tget_cset(stored) : H5T_CSET_UTF8), no_type);
  return type;
}

hdf5_handle type_of_member(const struct_member& member, hid_t stored) {
  const bool in_array = stored >= 0 && H5Tget_class(stored) == H5T_ARRAY;
  const hdf5_handle item(in_array ? H5Tget_super(stored) : H5I_INVALID_HID);
  hdf5_handle type = hdf5_type(member.type, in_array ? item.get() : stored);
  if (member.shape.empty()) return type;
  const std::vector<hsize_t> shape(member.shape.begin(), member.shape.end());
  return own_hdf5(H5Tarray_create2(type.get(), static_cast<unsigned>(shape.size()), shape.data()),
                  no_type);
}

hdf5_handle struct_type(dtype type, hid_t stored) {
  hdf5_handle compound =
      own_hdf5(H5Tcreate(H5T_COMPOUND, static_cast<std::size_t>(type.size)), no_type);
  const bool known = stored >= 0 && H5Tget_class(stored) == H5T_COMPOUND;
  for (const struct_member& member : type.members->all) {
    const int k = known ? H5Tget_member_index(stored, member.name.c_str()) : -1;
    const hdf5_handle stored_member(k < 0 ? H5I_INVALID_HID
                                          : H5Tget_member_type(stored, static_cast<unsigned>(k)));
    check_hdf5(H5Tinsert(compound.get(), member.name.c_str(),
                         static_cast<std::size_t>(member.offset),
                         type_of_member(member, stored_member.get()).get()),
               no_type);
  }
  return compound;
}

} // namespace

hdf5_handle hdf5_type(dtype type, hid_t stored) {
  if (type.kind == 'b') return bool_type();
  if (type.kind == 'c') return complex_type(type.size, stored);
  if (type.kind == 'S') return text_type(type.size, stored);
  if (const struct_member* const elements = elements_of_fixed(type))
    return type_of_member(*elements, stored);
  if (type.kind == 'V') return struct_type(type, stored);
  return own_hdf5(H5Tcopy(real_type(type)), no_type);
}

hdf5_handle hdf5_complex_type(int size, const std::string& real, const std::string& imaginary) {
  const auto half = static_cast<std::size_t>(size) / 2;
  const hid_t part = half == sizeof(float) ? H5T_NATIVE_FLOAT : H5T_NATIVE_DOUBLE;
  hdf5_handle type = own_hdf5(H5Tcreate(H5T_COMPOUND, 2 * half), no_type);
  check_hdf5(H5Tinsert(type.get(), real.c_str(), 0, part), no_type);
  check_hdf5(H5Tinsert(type.get(), imaginary.c_str(), half, part), no_type);
  return type;
}

hdf5_handle hdf5_string_type() {
  hdf5_handle type = own_hdf5(H5Tcopy(H5T_C_S1), no_type);
  check_hdf5(H5Tset_size(type.get(), H5T_VARIABLE), no_type);
  check_hdf5(H5Tset_cset(type.get(), H5T_CSET_UTF8), no_type);
  return type;
}

} // namespace tessera::detail
