#include "from_root.hpp"
#include "hdf5_attribute_text.hpp"
#include "hdf5_state.hpp"
#include "hdf5_strings.hpp"
#include "hdf5_types.hpp"
#include "packed_values.hpp"

#include <tessera/core/error.hpp>
#include <tessera/distributed/collectives.hpp>

#include <algorithm>
#include <string>
#include <vector>

namespace tessera {

namespace detail {

namespace {

// HDF5 keeps attributes in the object's header, whose parts are smaller than 64 KiB.
constexpr std::size_t largest_attribute = 60000;

hdf5_handle attribute_space(const hdf5_attribute& value, const std::string& action) {
  if (value.is_text || value.is_scalar) return own_hdf5(H5Screate(H5S_SCALAR), action);
  const auto count = static_cast<hsize_t>(value.count);
  return own_hdf5(H5Screate_simple(1, &count, nullptr), action);
}

void put_attribute(hid_t object, const std::string& name, const hdf5_attribute& value,
                   const std::string& action) {
  if (check_hdf5(H5Aexists(object, name.c_str()), action) > 0)
    check_hdf5(H5Adelete(object, name.c_str()), action);
  const hdf5_handle type = value.is_text ? hdf5_string_type() : hdf5_type(value.type);
  const hdf5_handle space = attribute_space(value, action);
  const hdf5_handle attribute = own_hdf5(
      H5Acreate2(object, name.c_str(), type.get(), space.get(), H5P_DEFAULT, H5P_DEFAULT), action);
  const char* const text = value.bytes.c_str();
  const void* const data = value.is_text ? static_cast<const void*>(&text) : value.bytes.data();
  if (value.is_text || value.count > 0)
    check_hdf5(H5Awrite(attribute.get(), type.get(), data), action);
}

std::vector<std::string> attribute_names(hid_t object) {
  std::vector<std::string> names;
  const auto note = [](hid_t, const char* name, const H5A_info_t*, void* all) -> herr_t {
    static_cast<std::vector<std::string>*>(all)->emplace_back(name);
    return 0;
  };
  H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_INC, nullptr, note, &names);
  std::sort(names.begin(), names.end());
  return names;
}

/// "there are 'units', 'x'"
std::string those_there_are(hid_t object) {
  std::string text;
  for (const std::string& name : attribute_names(object))
    text += (text.empty() ? "there are '" : ", '") + name + "'";
  return text.empty() ? "there are none" : text;
}

hdf5_handle open_attribute(hid_t file, const std::string& object, const std::string& name,
                           const std::string& action) {
  const hdf5_handle holder = open_hdf5_object(file, object, action);
  if (check_hdf5(H5Aexists(holder.get(), name.c_str()), action) <= 0)
    throw file_error(action + ": there is no such; " + those_there_are(holder.get()));
  return own_hdf5(H5Aopen(holder.get(), name.c_str(), H5P_DEFAULT), action);
}

std::string read_text(const hdf5_handle& attribute, const hdf5_handle& type,
                      const std::string& action) {
  if (H5Tis_variable_str(type.get()) > 0) {
    const hdf5_handle memory = own_hdf5(H5Tcopy(type.get()), action);
    char* text = nullptr;
    check_hdf5(H5Aread(attribute.get(), memory.get(), &text), action);
    std::string result = text != nullptr ? text : "";
    H5free_memory(text);
    return result;
  }
  std::string text(H5Tget_size(type.get()), '\0');
  check_hdf5(H5Aread(attribute.get(), type.get(), text.data()), action);
  return fixed_hdf5_text(type.get(), text.data());
}

index_t attribute_count(const hdf5_handle& attribute, const std::string& action) {
  const hdf5_handle space = own_hdf5(H5Aget_space(attribute.get()), action);
  const auto bytes = static_cast<index_t>(H5Aget_storage_size(attribute.get()));
  const auto count = static_cast<index_t>(H5Sget_simple_extent_npoints(space.get()));
  if (count > 0 && bytes < count) throw file_error(action + ": its size is damaged");
  return count;
}

/// The elements as bytes. Local.
std::string get_attribute(const hdf5_handle& attribute, const hdf5_attribute& wanted,
                          const std::string& action) {
  const hdf5_handle type = own_hdf5(H5Aget_type(attribute.get()), action);
  const bool is_text = H5Tget_class(type.get()) == H5T_STRING;
  const auto stored = stored_dtype(type.get());
  const bool fits = wanted.is_text ? is_text : stored && casts_safely(*stored, wanted.type);
  if (!fits)
    throw file_error(action + ": it is of type " + stored_type_name(type.get()) + ", not " +
                     (wanted.is_text ? "string" : to_string(wanted.type)));
  const index_t count = attribute_count(attribute, action);
  if (wanted.is_scalar && count != 1)
    throw file_error(action + ": it has " + std::to_string(count) + " elements, not one");
  if (is_text) return read_text(attribute, type, action);
  std::string bytes(static_cast<std::size_t>(count * wanted.type.size), '\0');
  const hdf5_handle memory = hdf5_type(wanted.type);
  if (count > 0) check_hdf5(H5Aread(attribute.get(), memory.get(), bytes.data()), action);
  return bytes;
}

std::string named(const std::string& name, const std::string& object) {
  return "attribute '" + name + "' of '" + object + "'";
}

} // namespace

} // namespace detail

using namespace detail;

void hdf5_file::write_attribute(const std::string& object, const std::string& name,
                                hdf5_attribute value) {
  state& s = *state_;
  s.check_writable();
  s.check_same("set " + named(name, object));
  broadcast(s.comm, &value.count, 1, 0);
  value.bytes = broadcast(s.comm, std::move(value.bytes), 0);
  const std::string action = s.failure(object);
  if (value.bytes.size() > largest_attribute || name.empty())
    throw argument_error("cannot set " + named(name, object) + ": " +
                         (name.empty()
                              ? "it has no name"
                              : std::to_string(value.bytes.size()) +
                                    " bytes are more than an attribute holds (" +
                                    std::to_string(largest_attribute) + "); write a dataset"));
  text_from_root(s.comm, [&] {
    open_hdf5_object(s.file.get(), object, action);
    return std::string();
  });
  s.writing([&] {
    text_from_root(s.comm, [&] {
      const hdf5_handle target = open_hdf5_object(s.file.get(), object, action);
      put_attribute(target.get(), name, value, action);
      s.check_device();
      return std::string();
    });
  });
}

hdf5_attribute hdf5_file::read_attribute(const std::string& object, const std::string& name,
                                         const hdf5_attribute& wanted) {
  state& s = *state_;
  const std::string action = "cannot read " + named(name, object) + " in '" + s.path + "'";
  hdf5_attribute result = wanted;
  result.bytes = text_from_root(s.comm, [&] {
    return get_attribute(open_attribute(s.file.get(), object, name, action), wanted, action);
  });
  result.count = static_cast<index_t>(result.bytes.size()) / result.type.size;
  return result;
}

std::vector<std::string> hdf5_file::attributes(const std::string& object) {
  state& s = *state_;
  if (!s.output) s.check_readable();
  const std::string bytes = text_from_root(s.comm, [&] {
    value_packer names;
    names.put(attribute_names(open_hdf5_object(s.file.get(), object, s.failure(object)).get()));
    return names.bytes();
  });
  std::vector<std::string> names;
  value_unpacker(bytes).take(names);
  return names;
}

std::string hdf5_file::attribute_text(const std::string& object, const std::string& name) {
  state& s = *state_;
  if (!s.output) s.check_readable();
  const std::string action = "cannot read " + named(name, object) + " in '" + s.path + "'";
  return text_from_root(s.comm, [&] {
    return hdf5_attribute_text(open_attribute(s.file.get(), object, name, action), action);
  });
}

} // namespace tessera
