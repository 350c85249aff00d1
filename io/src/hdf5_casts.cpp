#include "hdf5_types.hpp"

#include <tessera/io/members.hpp>

#include <string>

namespace tessera::detail {

namespace {

/// Does every value of `from` have its place in `to`? NumPy's "safe" casting, without bool and
/// complex becoming anything else.
bool casts_safely(dtype from, dtype to) {
  if (from.kind == to.kind) return from.size <= to.size;
  if (from.kind == 'u' && to.kind == 'i') return from.size < to.size;
  const bool from_integer = from.kind == 'u' || from.kind == 'i';
  // A double holds all integers of 4 bytes, a float those of 2.
  return from_integer && to.kind == 'f' && (from.size < to.size);
}

std::string there_are(hid_t compound) {
  std::string text = "there are ";
  const int count = H5Tget_nmembers(compound);
  for (int k = 0; k < count; ++k)
    text += (k > 0 ? ", '" : "'") + stored_member_name(compound, static_cast<unsigned>(k)) + "'";
  return text;
}

std::string why_not_field(hid_t compound, const struct_field& field) {
  const int k = H5Tget_member_index(compound, field.name.c_str());
  if (k < 0) return "it has no member '" + field.name + "'; " + there_are(compound);
  const hdf5_handle stored(H5Tget_member_type(compound, static_cast<unsigned>(k)));
  const bool is_array = H5Tget_class(stored.get()) == H5T_ARRAY;
  const hdf5_handle item(is_array ? H5Tget_super(stored.get()) : H5I_INVALID_HID);
  const std::vector<index_t> shape =
      is_array ? stored_array_shape(stored.get()) : std::vector<index_t>();
  if (shape == field.shape) {
    const std::string problem = why_not_readable(is_array ? item.get() : stored.get(), field.type);
    return problem.empty() ? problem : "member '" + field.name + "': " + problem;
  }
  return "member '" + field.name + "' is of type " + stored_type_name(stored.get()) + ", not " +
         to_string(field.type) + (field.shape.empty() ? "" : sizes_text(field.shape));
}

} // namespace

std::string why_not_readable(hid_t stored, dtype wanted) {
  const auto known = stored_dtype(stored);
  if (wanted.kind == 'V' && H5Tget_class(stored) == H5T_COMPOUND) {
    for (const struct_field& field : wanted.members->fields)
      if (std::string problem = why_not_field(stored, field); !problem.empty()) return problem;
    return {};
  }
  if (known && casts_safely(*known, wanted)) return {};
  std::string problem = "its elements are of type " + stored_type_name(stored) +
                        ", which cannot be read as " + to_string(wanted) + " without loss";
  if (H5Tget_class(stored) == H5T_STRING && !known) problem += "; read_text reads it";
  return problem;
}

} // namespace tessera::detail
