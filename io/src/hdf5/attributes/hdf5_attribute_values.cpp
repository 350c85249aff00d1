#include "hdf5/attributes/hdf5_attribute_values.hpp"
#include "hdf5/wrappers/hdf5_strings.hpp"
#include "hdf5/wrappers/hdf5_types.hpp"
#include "types/shape_text.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/types/padding.hpp>

#include <fmt/core.h>

#include <string>
#include <vector>

namespace tessera::detail {

namespace {

hdf5_handle space_of(const std::vector<index_t>& shape, const std::string& action) {
  if (shape.empty()) return own_hdf5(H5Screate(H5S_SCALAR), action);
  const std::vector<hsize_t> extents(shape.begin(), shape.end());
  return own_hdf5(H5Screate_simple(static_cast<int>(shape.size()), extents.data(), nullptr),
                  action);
}

void check_type(hid_t type, const attribute_wanted& wanted, const std::string& action) {
  const bool is_text = H5Tget_class(type) == H5T_STRING;
  if (wanted.is_text ? is_text : why_not_readable(type, wanted.type).empty()) return;
  throw element_type_error(fmt::format("{}: it is of type {}, not {}", action,
                                       stored_type_name(type),
                                       wanted.is_text ? "string" : to_string(wanted.type)));
}

/// The shape in which the reader gets it.
std::vector<index_t> shape_as_wanted(std::vector<index_t> shape, index_t count,
                                     const attribute_wanted& wanted, const std::string& action) {
  const auto ndim = static_cast<std::size_t>(wanted.ndim);
  if (ndim == 0) {
    if (count == 1 || (count == 0 && wanted.is_text && shape.empty())) return {};
    throw file_error(fmt::format("{}: it has {} elements, not one", action, count));
  }
  if (shape.empty() && ndim == 1) return {count};
  // What is empty without a shape fits all.
  if (shape.empty() && count == 0) return std::vector<index_t>(ndim, 0);
  if (shape.size() == ndim) return shape;
  throw file_error(fmt::format("{}: its shape is {}, and an array of {} {} was asked for", action,
                               shape_text(shape), ndim, ndim == 1 ? "axis" : "axes"));
}

std::string read_bytes(const hdf5_handle& attribute, hid_t type, dtype wanted, index_t count,
                       const std::string& action) {
  std::string bytes(static_cast<std::size_t>(count * wanted.size), '\0');
  if (count == 0) return bytes;
  const hdf5_handle as_stored = type_to_read(type, wanted);
  std::string none;
  const element_conversion conversion = conversion_from(as_stored.get(), wanted, none);
  std::string stored(static_cast<std::size_t>(count * conversion.stored_size()), '\0');
  check_hdf5(H5Aread(attribute.get(), as_stored.get(), stored.data()), action);
  conversion.run(stored.data(), bytes.data(), count);
  return bytes;
}

} // namespace

std::vector<index_t> hdf5_extents(const hdf5_handle& space, const std::string& action) {
  if (check_hdf5(H5Sget_simple_extent_type(space.get()), action) != H5S_SIMPLE) return {};
  std::vector<hsize_t> extents(
      static_cast<std::size_t>(check_hdf5(H5Sget_simple_extent_ndims(space.get()), action)));
  check_hdf5(H5Sget_simple_extent_dims(space.get(), extents.data(), nullptr), action);
  return {extents.begin(), extents.end()};
}

void put_hdf5_attribute(hid_t object, const std::string& name, const attribute_value& value,
                        const std::string& action) {
  const std::vector<const char*> texts = hdf5_text_pointers(value.texts);
  if (check_hdf5(H5Aexists(object, name.c_str()), action) > 0)
    check_hdf5(H5Adelete(object, name.c_str()), action);
  const hdf5_handle type = value.is_text ? hdf5_string_type() : hdf5_type(value.type);
  if (value.is_ascii) check_hdf5(H5Tset_cset(type.get(), H5T_CSET_ASCII), action);
  const hdf5_handle space = space_of(value.shape, action);
  const hdf5_handle attribute = own_hdf5(
      H5Acreate2(object, name.c_str(), type.get(), space.get(), H5P_DEFAULT, H5P_DEFAULT), action);
  auto bytes = value.bytes;
  if (!value.is_text)
    zero_padding(bytes.data(), value.type, static_cast<index_t>(bytes.size()) / value.type.size);
  const void* const data = value.is_text ? static_cast<const void*>(texts.data()) : bytes.data();
  if (check_hdf5(H5Sget_simple_extent_npoints(space.get()), action) > 0)
    check_hdf5(H5Awrite(attribute.get(), type.get(), data), action);
}

attribute_value get_hdf5_attribute(const hdf5_handle& attribute, const attribute_wanted& wanted,
                                   const std::string& action) {
  const hdf5_handle type = own_hdf5(H5Aget_type(attribute.get()), action);
  const hdf5_handle space = own_hdf5(H5Aget_space(attribute.get()), action);
  check_type(type.get(), wanted, action);
  const auto count =
      static_cast<index_t>(check_hdf5(H5Sget_simple_extent_npoints(space.get()), action));
  attribute_value result{wanted.is_text, wanted.type, {}, {}, {}};
  result.shape = shape_as_wanted(hdf5_extents(space, action), count, wanted, action);
  if (!wanted.is_text) {
    result.bytes = read_bytes(attribute, type.get(), wanted.type, count, action);
    return result;
  }
  result.texts = read_hdf5_texts(
      type.get(), space.get(), H5P_DEFAULT, action,
      [&](hid_t memory, void* to) -> herr_t { return H5Aread(attribute.get(), memory, to); });
  if (wanted.ndim == 0) result.texts.resize(1);
  return result;
}

} // namespace tessera::detail
