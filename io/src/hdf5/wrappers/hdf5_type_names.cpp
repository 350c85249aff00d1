#include "hdf5/wrappers/hdf5_types.hpp"

#include <tessera/core/members.hpp>

#include <string>
#include <vector>

namespace tessera::detail {

namespace {

// A file may describe types of any depth.
constexpr int deepest_name = 8;

std::string type_name(hid_t type, int depth);

/// "{x: float64, n: int32}"
std::string struct_name(hid_t type, int depth) {
  const int count = H5Tget_nmembers(type);
  std::string text = "{";
  for (int k = 0; k < count; ++k) {
    const auto member = static_cast<unsigned>(k);
    const hdf5_handle of(H5Tget_member_type(type, member));
    text += (k > 0 ? ", " : "") + stored_member_name(type, member) + ": " +
            type_name(of.get(), depth + 1);
  }
  return text + "}";
}

std::string array_name(hid_t type, int depth) {
  const hdf5_handle of(H5Tget_super(type));
  return type_name(of.get(), depth + 1) + sizes_text(stored_array_shape(type));
}

std::string type_name(hid_t type, int depth) {
  if (const auto known = stored_dtype(type)) return to_string(*known);
  const bool shallow = depth < deepest_name;
  switch (H5Tget_class(type)) {
  case H5T_STRING: return "string";
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

std::string stored_type_name(hid_t type) { return type_name(type, 0); }

std::string stored_member_name(hid_t type, unsigned k) {
  char* const name = H5Tget_member_name(type, k);
  std::string text = name != nullptr ? name : "";
  H5free_memory(name);
  return text;
}

std::vector<index_t> stored_array_shape(hid_t type) {
  const std::string action = "cannot read the shape of a type";
  std::vector<hsize_t> shape(
      static_cast<std::size_t>(check_hdf5(H5Tget_array_ndims(type), action)));
  check_hdf5(H5Tget_array_dims2(type, shape.data()), action);
  return {shape.begin(), shape.end()};
}

} // namespace tessera::detail
