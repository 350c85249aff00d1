#include "hdf5/attributes/hdf5_attribute_text.hpp"
#include "hdf5/attributes/hdf5_attribute_values.hpp"
#include "hdf5/wrappers/hdf5_strings.hpp"
#include "hdf5/wrappers/hdf5_types.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/types/number_text.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

namespace tessera::detail {

namespace {

constexpr std::size_t longest_text = 1000;
constexpr index_t most_elements = 24; // shown in full
constexpr index_t shown_at_begin = 8; // of longer ones

/// Without what would command a terminal, and not too long.
std::string printable(std::string text) {
  for (char& c : text)
    if (static_cast<unsigned char>(c) < ' ' || c == '\x7f') c = ' ';
  if (text.size() <= longest_text) return text;
  std::size_t end = longest_text;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end; // UTF-8
  return text.substr(0, end) + "...";
}

template <class T> std::string number(const std::byte* from) {
  T value{};
  std::memcpy(&value, from, sizeof value);
  return number_text(value);
}

std::string integer(hid_t type, const std::byte* from) {
  const bool is_signed = H5Tget_sign(type) == H5T_SGN_2;
  switch (H5Tget_size(type)) {
  case 1: return is_signed ? number<signed char>(from) : number<unsigned char>(from);
  case 2: return is_signed ? number<short>(from) : number<unsigned short>(from);
  case 4: return is_signed ? number<int>(from) : number<unsigned>(from);
  default: return is_signed ? number<long long>(from) : number<unsigned long long>(from);
  }
}

std::string real(hid_t type, const std::byte* from) {
  switch (H5Tget_size(type)) {
  case sizeof(float): return number<float>(from);
  case sizeof(double): return number<double>(from);
  default: return number<long double>(from);
  }
}

std::string text(hid_t type, const std::byte* from) {
  if (H5Tis_variable_str(type) > 0) {
    const char* letters = nullptr;
    std::memcpy(&letters, from, sizeof letters);
    return letters != nullptr ? letters : "";
  }
  return fixed_hdf5_text(type, reinterpret_cast<const char*>(from));
}

std::string enumerated(hid_t type, const std::byte* from) {
  char name[256] = {};
  if (H5Tenum_nameof(type, from, name, sizeof name - 1) >= 0) {
    const std::string known = name;
    return known == "TRUE" ? "True" : known == "FALSE" ? "False" : known;
  }
  return integer(hdf5_handle(H5Tget_super(type)).get(), from);
}

std::string value(hid_t type, const std::byte* from, bool quoted);

std::string complex_number(hid_t type, const stored_complex& parts, const std::byte* from) {
  const hdf5_handle part(H5Tget_member_type(type, 0));
  const std::string real_part = value(part.get(), from + parts.real, true);
  const std::string imaginary = value(part.get(), from + parts.imaginary, true);
  return real_part + (imaginary[0] == '-' ? "" : "+") + imaginary + "j";
}

std::string compound(hid_t type, const std::byte* from) {
  if (const auto parts = stored_complex_of(type)) return complex_number(type, *parts, from);
  std::string all = "{";
  const auto count = static_cast<unsigned>(std::max(H5Tget_nmembers(type), 0));
  for (unsigned k = 0; k < count && all.size() < longest_text; ++k) {
    const hdf5_handle of(H5Tget_member_type(type, k));
    all += (k > 0 ? ", " : "") + stored_member_name(type, k) + ": " +
           value(of.get(), from + H5Tget_member_offset(type, k), true);
  }
  return all + "}";
}

/// Nested brackets around the elements of an array, whose first axes are `shape`.
std::string elements(hid_t type, const std::vector<index_t>& shape, std::size_t axis,
                     const std::byte*& from) {
  if (axis == shape.size()) {
    const std::byte* const here = from;
    from += H5Tget_size(type);
    return value(type, here, true);
  }
  std::string all = "[";
  for (index_t k = 0; k < shape[axis]; ++k)
    all += (k > 0 ? ", " : "") + elements(type, shape, axis + 1, from);
  return all + "]";
}

/// All of few elements, the first ones of many.
std::string elements(hid_t type, const std::vector<index_t>& shape, const std::byte* from) {
  index_t count = 1;
  for (const index_t n : shape) count *= n;
  if (count <= most_elements) return elements(type, shape, 0, from);
  std::string all = elements(type, {shown_at_begin}, 0, from);
  all.pop_back();
  return fmt::format("{}, ...] ({} elements)", all, joined_text(shape, " x "));
}

std::string array(hid_t type, const std::byte* from) {
  return elements(hdf5_handle(H5Tget_super(type)).get(), stored_array_shape(type), from);
}

std::string value(hid_t type, const std::byte* from, bool quoted) {
  const std::string quote = quoted ? "'" : "";
  switch (H5Tget_class(type)) {
  case H5T_INTEGER:
  case H5T_BITFIELD: return integer(type, from);
  case H5T_FLOAT: return real(type, from);
  case H5T_STRING: return quote + printable(text(type, from)) + quote;
  case H5T_ENUM: return enumerated(type, from);
  case H5T_COMPOUND: return compound(type, from);
  case H5T_ARRAY: return array(type, from);
  default: return "<" + stored_type_name(type) + ">";
  }
}

/// Sequences and references say nothing as text, so they are not read.
bool is_readable(hid_t type) {
  for (const H5T_class_t kind : {H5T_VLEN, H5T_REFERENCE, H5T_OPAQUE, H5T_TIME})
    if (H5Tdetect_class(type, kind) > 0) return false;
  return true;
}

} // namespace

std::string hdf5_scalar_text(const hdf5_handle& dataset, const std::string& action) {
  const hdf5_handle type = own_hdf5(H5Dget_type(dataset.get()), action);
  const hdf5_handle space = own_hdf5(H5Dget_space(dataset.get()), action);
  if (!is_readable(type.get())) return {};
  const hdf5_handle memory = own_hdf5(H5Tget_native_type(type.get(), H5T_DIR_DEFAULT), action);
  std::vector<std::byte> bytes(H5Tget_size(memory.get()));
  check_hdf5(H5Dread(dataset.get(), memory.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes.data()),
             action);
  std::string result = value(memory.get(), bytes.data(), false);
  check_hdf5(H5Dvlen_reclaim(memory.get(), space.get(), H5P_DEFAULT, bytes.data()), action);
  return result;
}

std::string hdf5_attribute_text(const hdf5_handle& attribute, const std::string& action) {
  const hdf5_handle space = own_hdf5(H5Aget_space(attribute.get()), action);
  const hdf5_handle type = own_hdf5(H5Aget_type(attribute.get()), action);
  if (check_hdf5(H5Sget_simple_extent_type(space.get()), action) == H5S_NULL) return "(empty)";
  const std::vector<index_t> shape = hdf5_extents(space, action);
  const auto count =
      static_cast<hsize_t>(check_hdf5(H5Sget_simple_extent_npoints(space.get()), action));
  if (H5Aget_storage_size(attribute.get()) < count)
    throw file_error(action + ": its size is damaged");
  if (!is_readable(type.get()))
    return fmt::format("<{} of {}>", count, stored_type_name(type.get()));
  const hdf5_handle memory = own_hdf5(H5Tget_native_type(type.get(), H5T_DIR_DEFAULT), action);
  std::vector<std::byte> bytes(count * H5Tget_size(memory.get()));
  if (count > 0) check_hdf5(H5Aread(attribute.get(), memory.get(), bytes.data()), action);
  std::string result = shape.empty() ? value(memory.get(), bytes.data(), false)
                                     : elements(memory.get(), shape, bytes.data());
  if (count > 0)
    check_hdf5(H5Dvlen_reclaim(memory.get(), space.get(), H5P_DEFAULT, bytes.data()), action);
  return result;
}

} // namespace tessera::detail
