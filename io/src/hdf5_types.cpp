#include "hdf5_types.hpp"

#include <string>
#include <vector>

namespace tessera::detail {

namespace {

constexpr char failed[] = "cannot describe an element type";

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
  hdf5_handle type = own_hdf5(H5Tenum_create(H5T_NATIVE_INT8), failed);
  signed char value = 0;
  check_hdf5(H5Tenum_insert(type.get(), "FALSE", &value), failed);
  value = 1;
  check_hdf5(H5Tenum_insert(type.get(), "TRUE", &value), failed);
  return type;
}

hdf5_handle complex_type(int size) {
  const auto half = static_cast<std::size_t>(size) / 2;
  const hid_t part = half == sizeof(float) ? H5T_NATIVE_FLOAT : H5T_NATIVE_DOUBLE;
  hdf5_handle type = own_hdf5(H5Tcreate(H5T_COMPOUND, 2 * half), failed);
  check_hdf5(H5Tinsert(type.get(), "r", 0, part), failed);
  check_hdf5(H5Tinsert(type.get(), "i", half, part), failed);
  return type;
}

bool member_is(hid_t type, unsigned k, const char* expected) {
  return stored_member_name(type, k) == expected;
}

bool is_bool(hid_t type) {
  return H5Tget_size(type) == 1 && H5Tget_nmembers(type) == 2 && member_is(type, 0, "FALSE") &&
         member_is(type, 1, "TRUE");
}

bool is_complex_number(hid_t type) {
  if (H5Tget_nmembers(type) != 2 || !member_is(type, 0, "r") || !member_is(type, 1, "i"))
    return false;
  const hdf5_handle real(H5Tget_member_type(type, 0));
  const hdf5_handle imaginary(H5Tget_member_type(type, 1));
  return H5Tget_class(real.get()) == H5T_FLOAT && H5Tequal(real.get(), imaginary.get()) > 0;
}

// A file may describe types of any depth.
constexpr int deepest_name = 8;
constexpr int most_members = 32;

std::string type_name(hid_t type, int depth);

/// "{x: float64, n: int32}"
std::string struct_name(hid_t type, int depth) {
  const int count = H5Tget_nmembers(type);
  std::string text = "{";
  for (int k = 0; k < count && k < most_members; ++k) {
    const auto member = static_cast<unsigned>(k);
    const hdf5_handle of(H5Tget_member_type(type, member));
    text += (k > 0 ? ", " : "") + stored_member_name(type, member) + ": " +
            type_name(of.get(), depth + 1);
  }
  if (count > most_members) text += ", and " + std::to_string(count - most_members) + " more";
  return text + "}";
}

/// "float64[2, 3]"
std::string array_name(hid_t type, int depth) {
  const hdf5_handle of(H5Tget_super(type));
  const int ndim = H5Tget_array_ndims(type);
  std::vector<hsize_t> shape(ndim > 0 ? static_cast<std::size_t>(ndim) : 0);
  if (!shape.empty()) H5Tget_array_dims2(type, shape.data());
  std::string text = type_name(of.get(), depth + 1) + "[";
  for (std::size_t d = 0; d < shape.size(); ++d)
    text += (d > 0 ? ", " : "") + std::to_string(shape[d]);
  return text + "]";
}

std::string string_name(hid_t type) {
  return H5Tis_variable_str(type) > 0 ? "string" : "S" + std::to_string(H5Tget_size(type));
}

std::string type_name(hid_t type, int depth) {
  if (const auto known = stored_dtype(type)) return to_string(*known);
  const bool shallow = depth < deepest_name;
  switch (H5Tget_class(type)) {
  case H5T_STRING: return string_name(type);
  case H5T_COMPOUND: return shallow ? struct_name(type, depth) : "compound";
  case H5T_ENUM: return "enumeration";
  case H5T_ARRAY: return shallow ? array_name(type, depth) : "array";
  case H5T_VLEN: return "sequence of any length";
  case H5T_REFERENCE: return "reference";
  case H5T_OPAQUE: return "opaque";
  case H5T_BITFIELD: return "bitfield";
  default: return "unknown";
  }
}

} // namespace

hdf5_handle hdf5_type(dtype type) {
  if (type.kind == 'b') return bool_type();
  if (type.kind == 'c') return complex_type(type.size);
  return own_hdf5(H5Tcopy(real_type(type)), failed);
}

hdf5_handle hdf5_string_type() {
  hdf5_handle type = own_hdf5(H5Tcopy(H5T_C_S1), failed);
  check_hdf5(H5Tset_size(type.get(), H5T_VARIABLE), failed);
  check_hdf5(H5Tset_cset(type.get(), H5T_CSET_UTF8), failed);
  return type;
}

std::optional<dtype> stored_dtype(hid_t type) {
  const int size = static_cast<int>(H5Tget_size(type));
  switch (H5Tget_class(type)) {
  case H5T_INTEGER: return dtype{H5Tget_sign(type) == H5T_SGN_NONE ? 'u' : 'i', size};
  case H5T_FLOAT: return dtype{'f', size};
  case H5T_ENUM:
    if (is_bool(type)) return dtype{'b', 1};
    return std::nullopt;
  case H5T_COMPOUND:
    if (is_complex_number(type)) return dtype{'c', size};
    return std::nullopt;
  default: return std::nullopt;
  }
}

std::string stored_type_name(hid_t type) { return type_name(type, 0); }

std::string stored_member_name(hid_t type, unsigned k) {
  char* const name = H5Tget_member_name(type, k);
  std::string text = name != nullptr ? name : "";
  H5free_memory(name);
  return text;
}

bool casts_safely(dtype from, dtype to) {
  if (from.kind == to.kind) return from.size <= to.size;
  if (from.kind == 'u' && to.kind == 'i') return from.size < to.size;
  const bool from_integer = from.kind == 'u' || from.kind == 'i';
  // A double holds all integers of 4 bytes, a float those of 2.
  return from_integer && to.kind == 'f' && (from.size < to.size);
}

} // namespace tessera::detail
